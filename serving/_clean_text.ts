// deno-lint-ignore no-control-regex -- what a terminal would obey
const CONTROL_REGEXP = /\x1b\[[\d;]*m|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * Makes text of an error or a source file safe to print: colors are taken out,
 * other control characters but tab and line feed become `\xNN`.
 */
export function cleanText(text: string): string {
  return text.replace(
    CONTROL_REGEXP,
    (found) =>
      found.length > 1
        ? ""
        : "\\x" + found.charCodeAt(0).toString(16).padStart(2, "0"),
  );
}
