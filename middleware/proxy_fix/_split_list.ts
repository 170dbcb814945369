/**
 * Splits a field value at each separator that is not in a quoted string (RFC
 * 9110 section 5.6). Members come without the white space around them, and
 * those that are empty do not count (section 5.6.1.2).
 *
 * @param value The field value.
 * @param separator The separator, one character.
 * @returns The members, `undefined` if a quoted string does not end.
 */
export function splitList(
  value: string,
  separator: "," | ";",
): string[] | undefined {
  const members: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < value.length; i++) {
    const char = value[i];
    if (isQuoted && char === "\\") i++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === separator && !isQuoted) {
      members.push(trim(value, start, i));
      start = i + 1;
    }
  }
  if (isQuoted) return undefined;
  members.push(trim(value, start, value.length));
  return members.filter((member) => member !== "");
}

/**
 * The content of a quoted string (RFC 9110 section 5.6.4), and any other text
 * as it is.
 */
export function unquote(text: string): string {
  if (!/^".*"$/s.test(text) || text.length < 2) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, "$1");
}

/** Not `String.trim()`, which takes off more than spaces and tabs. */
function trim(text: string, from: number, to: number): string {
  let [start, end] = [from, to];
  while (start < end && isSpace(text[start])) start++;
  while (start < end && isSpace(text[end - 1])) end--;
  return text.slice(start, end);
}

function isSpace(char: string | undefined): boolean {
  return char === " " || char === "\t";
}
