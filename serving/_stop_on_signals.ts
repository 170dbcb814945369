import { EXIT_CODES } from "../reloader/exit_codes.ts";
import type { TerminalLog } from "./log.ts";
import type { RunningServer } from "./_running_server.ts";

/**
 * Stops the server at the first SIGINT or SIGTERM and leaves the process at the
 * second, until disposed.
 */
export function stopOnSignals(
  server: RunningServer,
  log: TerminalLog,
): Disposable {
  const removers: (() => void)[] = [];
  let isStopping = false;

  for (const [name, code] of Object.entries(EXIT_CODES)) {
    const signal = name as Deno.Signal;
    const listener = () => {
      if (isStopping) {
        log.flush();
        server.removeSocketFiles();
        Deno.exit(code);
      }
      isStopping = true;
      Deno.exitCode = code;
      if (server.isBusy) {
        log.message("info", "Stopping; once more to stop at once");
      }
      server.shutdown().then(() => {
        // A client that stalls would keep the process alive. The timer lets the
        // program do what comes after `runSimple()`.
        if (server.isLeftOpen) setTimeout(() => Deno.exit(code));
      });
    };
    try {
      Deno.addSignalListener(signal, listener);
      removers.push(() => Deno.removeSignalListener(signal, listener));
    } catch (error) {
      // This system does not have that signal.
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return { [Symbol.dispose]: () => removers.forEach((remove) => remove()) };
}
