import { formatError } from "./format_error.ts";
import type { Log } from "./log.ts";

/** Logs an error of the app, and what was going on. */
export function logError(log: Log, what: string, error: unknown): void {
  const text = formatError(error, { color: log.hasColors });
  log.message("error", `${what}: ${text}`);
}
