/** As many equal lines in a row are still shown. */
const MAX_EQUAL = 2;

/**
 * Folds what a function that calls itself fills a stack with.
 *
 * @param lines The lines of the stack.
 * @returns The lines; of those that are equal, the first ones and how many more
 * there are.
 */
export function foldEqual(lines: readonly string[]): string[] {
  const folded: string[] = [];
  let start = 0;
  for (let index = 1; index <= lines.length; index++) {
    if (lines[index] === lines[start]) continue;
    const more = index - start - MAX_EQUAL;
    if (more > 1) {
      folded.push(...lines.slice(start, start + MAX_EQUAL));
      folded.push(`       … the same ${more} more times`);
    } else folded.push(...lines.slice(start, index));
    start = index;
  }
  return folded;
}
