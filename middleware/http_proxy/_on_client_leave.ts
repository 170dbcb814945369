/** How long to wait before looking at the signal, in milliseconds. */
const PATIENCE = 1000;

/**
 * Calls `leave` when the client goes away before it got an answer.
 *
 * Only the signal of the request tells, and Deno prints a warning when anybody
 * has looked at it (unless it runs with `--unstable-no-legacy-abort`). So this is
 * only done where the answer takes its time.
 *
 * @param request The request.
 * @param leave Called at most once.
 * @returns Ends the watch: the signal is also aborted when all went well.
 */
export function onClientLeave(request: Request, leave: () => void): () => void {
  let signal: AbortSignal | undefined;
  const timer = setTimeout(() => {
    signal = request.signal;
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  }, PATIENCE);
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", leave);
  };
}
