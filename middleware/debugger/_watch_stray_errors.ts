/**
 * Looks at the errors that belong to no request: rejected promises that nobody
 * awaits, errors in timers. Whether they end the process is not decided here.
 *
 * @param onError Called with each.
 * @returns Ends the watch.
 */
export function watchStrayErrors(
  onError: (error: unknown) => void,
): () => void {
  const takeError = (event: ErrorEvent) => onError(event.error);
  const takeRejection = (event: PromiseRejectionEvent) => onError(event.reason);
  globalThis.addEventListener("error", takeError);
  globalThis.addEventListener("unhandledrejection", takeRejection);
  return () => {
    globalThis.removeEventListener("error", takeError);
    globalThis.removeEventListener("unhandledrejection", takeRejection);
  };
}
