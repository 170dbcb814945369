const MAX_LENGTH = 100;

// deno-lint-ignore no-control-regex -- these are what must not reach a terminal
const CONTROL_REGEXP = /[\x00-\x1f\x7f-\x9f]/g;

/**
 * Puts a value into quotes for a message: control characters, which could forge
 * a line or command the terminal, become `\xNN`, and what is long is cut.
 */
export function quoteValue(value: string): string {
  const shown = value.length > MAX_LENGTH
    ? `${value.slice(0, MAX_LENGTH)}…`
    : value;
  return `"${escapeControls(shown)}"`;
}

/** Makes control characters visible. */
export function escapeControls(text: string): string {
  return text.replace(
    CONTROL_REGEXP,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
