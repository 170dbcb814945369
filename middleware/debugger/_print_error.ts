import { writeToStderr } from "../_write_to_stderr.ts";
import type { ErrorKind } from "./error_report.ts";

// deno-lint-ignore no-control-regex -- these could command a terminal
const CONTROL_REGEXP = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** What is told about an error that was recorded. */
export interface LoggedError {
  /** What failed. */
  readonly kind: ErrorKind;
  /** The request, if there was one. */
  readonly request?: Request;
  /**
   * The path of its page on the origin of the app; `undefined` if there is none,
   * since the report could not be made.
   */
  readonly path: string | undefined;
}

/** Prints an error on standard error; the default of `logError`. */
export function printError(
  error: unknown,
  { kind, request, path }: LoggedError,
): void {
  const link = path === undefined ? "" : `See ${path}\n`;
  // Deno, or whoever takes it, prints the error itself.
  if (kind === "stray") {
    return writeToStderr(`Error outside of a request: see ${path}\n`);
  }
  const what = request === undefined
    ? `Error (${kind})`
    : `Error in ${request.method} ${request.url}`;
  writeToStderr(escapeControls(`${what}: ${textOf(error)}\n${link}`));
}

/** Prints the PIN; the default of `onPin`. */
export function printPin(pin: string): void {
  writeToStderr(`The PIN of the debugger's console: ${pin}\n`);
}

/** The text of whatever was thrown, even if it does not want to be looked at. */
export function textOf(error: unknown): string {
  try {
    return Deno.inspect(error, { colors: false });
  } catch {
    return "an error that cannot be shown";
  }
}

/** Makes all control characters visible but tabs and ends of lines. */
function escapeControls(text: string): string {
  return text.replace(
    CONTROL_REGEXP,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
