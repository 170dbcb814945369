/** A string, a comment, or a comma before a closing bracket. */
const TOKEN_REGEXP =
  /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\/|,(?=(?:\s|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\/)*[\]}])/g;

/**
 * Parses JSON with comments and trailing commas, as in `deno.jsonc`.
 *
 * @param text The text.
 * @returns The value.
 * @throws {SyntaxError} If it is not valid.
 */
export function parseJsonc(text: string): unknown {
  const json = text.replace(
    TOKEN_REGEXP,
    (token) => token.startsWith('"') ? token : " ",
  );
  return JSON.parse(json.replace(/^\uFEFF/, ""));
}
