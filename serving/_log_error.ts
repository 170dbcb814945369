import { formatError } from "./format_error.ts";
import type { Log } from "./log.ts";

/** Logs an error of the app, and what was going on. */
export function logError(log: Log, what: string, error: unknown): void {
  const text = formatError(error, { color: log.hasColors });
  log.message("error", `${what}: ${text}`);
}

const logged = new WeakSet<object>();

/** Notes that an error has been logged, so that nobody does it once more. */
export function noteLogged(error: unknown): void {
  if (error instanceof Object) logged.add(error);
}

/** Whether an error is known to have been logged. */
export function wasLogged(error: unknown): boolean {
  return error instanceof Object && logged.has(error);
}
