import type { SyntaxComment } from "./_syntax_tree.ts";

/** What such a comment says, and nothing else. */
const OFF_REGEXP = /^[\s*]*debug:\s*off[\s*]*$/;

/** Blanks and comments, up to the first code. */
const HEAD_REGEXP = /^(?:#!.*)?(?:\s+|\/\/.*|\/\*[^]*?\*\/)*/;

/** A comment in what comes before the code. */
const COMMENT_REGEXP = /\/\/(.*)|\/\*([^]*?)\*\//g;

/**
 * Tells whether a comment `debug: off` stands above all code of a file, which is
 * then left as it is.
 *
 * @param source The file, as it was written.
 * @returns Whether there is one.
 */
export function isFileOff(source: string): boolean {
  if (!source.includes("debug:")) return false;
  const [head = ""] = HEAD_REGEXP.exec(source) ?? [];
  return [...head.matchAll(COMMENT_REGEXP)].some(([, line, block]) =>
    OFF_REGEXP.test(line ?? block ?? "")
  );
}

/**
 * Finds the code that comments `debug: off` stand above.
 *
 * @param text The file.
 * @param comments Its comments, in order.
 * @returns The offsets where what is to be left as it is starts.
 */
export function offOffsets(
  text: string,
  comments: readonly SyntaxComment[],
): ReadonlySet<number> {
  const offsets = new Set<number>();
  for (const [index, comment] of comments.entries()) {
    if (!OFF_REGEXP.test(comment.value)) continue;
    let { end } = comment;
    for (let next = index + 1;; next++) {
      end += text.slice(end).search(/\S|$/);
      const following = comments[next];
      if (following?.start !== end) break;
      end = following.end;
    }
    offsets.add(end);
  }
  return offsets;
}
