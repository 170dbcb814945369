import { EXIT_CODES } from "./exit_codes.ts";
import type { Supervisor } from "./supervisor.ts";

/** How long stopping takes before something is said about it. */
const NOTICE_AFTER_MS = 300;

/** The code of an end by SIGHUP: 128 and its number. */
const HANGUP_CODE = 129;

/** What to do about signals besides. */
export interface SignalEvents {
  /** Called with what there is to say while it takes long to stop. */
  onNotice(text: string): void;
  /** Called before the process ends at once. */
  onExit?(): void;
}

/**
 * Stops all generations at the first SIGINT or SIGTERM, ends them at once at the
 * second, and starts the app anew at SIGHUP, until disposed. When the terminal
 * is gone, that is what SIGHUP tells, and stops them as well.
 */
export function superviseSignals(
  supervisor: Supervisor,
  { onNotice, onExit }: SignalEvents,
): Disposable {
  const removers: (() => void)[] = [];
  const terminals = [Deno.stdin, Deno.stdout, Deno.stderr]
    .filter((stream) => stream.isTerminal());
  let isStopping = false;

  function listen(signal: Deno.Signal, listener: () => void): void {
    try {
      Deno.addSignalListener(signal, listener);
      removers.push(() => Deno.removeSignalListener(signal, listener));
    } catch (error) {
      // This system does not have that signal.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  for (const [name, code] of Object.entries(EXIT_CODES)) {
    listen(name as Deno.Signal, () => {
      if (isStopping) {
        supervisor.kill();
        onExit?.();
        Deno.exit(code);
      }
      isStopping = true;
      Deno.exitCode = code;
      const timer = setTimeout(() => {
        onNotice("Stopping; once more to stop at once");
      }, NOTICE_AFTER_MS);
      supervisor.stop().then(() => clearTimeout(timer));
    });
  }
  listen("SIGHUP", () => {
    if (terminals.every((stream) => stream.isTerminal())) {
      return supervisor.reload();
    }
    isStopping = true;
    Deno.exitCode = HANGUP_CODE;
    supervisor.stop();
  });
  return { [Symbol.dispose]: () => removers.forEach((remove) => remove()) };
}
