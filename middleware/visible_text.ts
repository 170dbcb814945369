/**
 * What a terminal or a browser would act upon instead of showing it: control
 * characters, and those that reorder text (CVE-2021-42574, "Trojan Source").
 */
const INVISIBLE_REGEXP =
  // deno-lint-ignore no-control-regex -- control characters are what is meant
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Writes characters that are not seen, but have an effect, as escapes. Line
 * feeds and tabs stay.
 *
 * @param text Any text.
 * @returns The text, as it can be shown.
 */
export function visibleText(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(INVISIBLE_REGEXP, escape);
}

function escape(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}
