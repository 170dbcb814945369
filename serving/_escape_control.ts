// deno-lint-ignore no-control-regex -- these are what must not reach a terminal
const CONTROL_REGEXP = /[\x00-\x1f\x7f-\x9f\\]/;
// deno-lint-ignore no-control-regex -- as above
const EVERY_CONTROL_REGEXP = /[\x00-\x1f\x7f-\x9f\\]/g;

/**
 * Makes text that a client sent safe to print: C0 and C1 control characters and
 * DEL become `\xNN`, so that it can neither forge a line of the log nor command
 * the terminal, and a backslash is doubled, so that the result is unambiguous.
 */
export function escapeControl(text: string): string {
  if (!CONTROL_REGEXP.test(text)) return text;
  return text.replace(
    EVERY_CONTROL_REGEXP,
    (char) =>
      char === "\\"
        ? "\\\\"
        : "\\x" + char.charCodeAt(0).toString(16).padStart(2, "0"),
  );
}
