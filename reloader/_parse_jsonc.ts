/** A string, a comment (1), or one that is not closed. */
const COMMENT_REGEXP =
  /"(?:[^"\\]|\\.)*"?|(\/\/[^\n]*|\/\*[^]*?\*\/)|\/\*[^]*/g;
/** A string, or a comma (1) before a closing bracket, where there are no comments. */
const COMMA_REGEXP = /"(?:[^"\\]|\\.)*"?|(,)(?=\s*[\]}])/g;

/**
 * Parses JSON with comments and trailing commas, as in `deno.jsonc`. Takes no
 * longer than the text is long, whatever is in it.
 *
 * @param text The text.
 * @returns The value.
 * @throws {SyntaxError} If it is not valid.
 */
export function parseJsonc(text: string): unknown {
  const json = [COMMENT_REGEXP, COMMA_REGEXP].reduce(withoutFirstGroup, text);
  return JSON.parse(json.replace(/^\uFEFF/, ""));
}

/** Replaces what the first group matches by a space. */
function withoutFirstGroup(text: string, regexp: RegExp): string {
  return text.replace(
    regexp,
    (token, group?: string) => group === undefined ? token : " ",
  );
}
