import type { LoadedApp } from "./load_app.ts";

/** How long a module may take that cannot be seen to do anything, in milliseconds. */
const LINGER_MS = 500;

/**
 * Ends this process once its app, a module that serves by itself, has done what it
 * does after `await server.finished`. Whoever waits for the process limits that.
 *
 * @param loaded The app, whose server is over.
 * @param unref Has nothing else keep the process alive.
 */
export async function leaveLater(
  { close, ran, isAwaited }: LoadedApp,
  unref: () => void,
): Promise<void> {
  close?.();
  if (!isAwaited?.()) return exit();
  if (ran !== undefined) {
    await ran;
    return exit();
  }
  // It is over, so that it waits in a function.
  unref();
  Deno.unrefTimer(setTimeout(exit, LINGER_MS));
}

function exit(): void {
  Deno.exit(Deno.exitCode);
}
