const LISTENING = 1;
const STALE = 2;
const UNKNOWN = 3;
const PATIENCE_MS = 5000;

/** Runs in a worker: connects, stores what came of it and wakes the waiter. */
const PROBE = `onmessage = async ({ data: { path, state } }) => {
  let answer = ${LISTENING};
  try {
    (await Deno.connect({ transport: "unix", path })).close();
  } catch (error) {
    const { ConnectionRefused, NotFound } = Deno.errors;
    answer = error instanceof ConnectionRefused || error instanceof NotFound
      ? ${STALE}
      : ${UNKNOWN};
  }
  Atomics.store(state, 0, answer);
  Atomics.notify(state, 0);
};`;

/**
 * Whether a process listens on a Unix socket, found out by connecting to it,
 * since only that is right for sockets of other containers and other servers.
 *
 * Connecting is asynchronous and a server is bound when `makeServer` returns;
 * so a worker connects (about 10 ms) while this thread waits. It happens only
 * when a socket file is in the way.
 */
export function isListening(path: string): boolean {
  const state = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(
    `data:text/javascript,${encodeURIComponent(PROBE)}`,
    { type: "module" },
  );
  try {
    worker.postMessage({ path, state });
    Atomics.wait(state, 0, 0, PATIENCE_MS);
  } finally {
    worker.terminate();
  }
  // In doubt it is alive: nothing is removed that might be in use.
  return state[0] !== STALE;
}
