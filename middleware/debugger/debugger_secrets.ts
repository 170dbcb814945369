import { consoleSecret } from "./_console_access.ts";
import { randomPin } from "./_pin.ts";

/** What lets a user into the consoles; for the options of `debuggedApplication`. */
export interface DebuggerSecrets {
  /** The PIN: nine digits, `123-456-789`. */
  readonly pin: string;
  /** What the path and the cookies of the console are made with. */
  readonly secret: string;
}

/**
 * Makes a new PIN and secret. Who runs an app in one process after the other
 * makes them once, keeps them in memory, and gives them to each process, so that
 * the user has to give the PIN once.
 *
 * @returns What nobody can guess.
 *
 * @example Usage
 * ```ts
 * import { debuggerSecrets } from "./debugger_secrets.ts";
 * import { assertMatch } from "@std/assert";
 *
 * const { pin } = debuggerSecrets();
 * assertMatch(pin, /^\d{3}-\d{3}-\d{3}$/);
 * ```
 */
export function debuggerSecrets(): DebuggerSecrets {
  return { pin: randomPin(), secret: consoleSecret() };
}
