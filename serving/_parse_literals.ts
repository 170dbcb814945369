/** What is read, and how far. */
interface Cursor {
  readonly text: string;
  at: number;
}

/** Deeper than any real argument, and far from the end of the stack. */
const MAX_DEPTH = 100;
const LITERAL =
  "a literal (string, number, true, false, null, undefined, array or object)";
const SPACE_REGEXP = /\s*/y;
const NUMBER_REGEXP =
  /([+-]?)(0x[\da-f]+|0o[0-7]+|0b[01]+|(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)(?![\w$.])/iy;
const NAME_REGEXP = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
const KEYWORD_REGEXP = /([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=(?![=>])/uy;
const KEY_NUMBER_REGEXP = /(?:0|[1-9]\d*)(?=\s*:)/y;
// deno-lint-ignore no-control-regex -- a line break ends a string that is open
const PLAIN_REGEXP = /[^"'\\\x00-\x08\x0a-\x1f\x7f\u2028\u2029]+/y;
const ESCAPE_REGEXP =
  /\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{([\da-f]{1,6})\}|([bfnrtv0"'\\/])(?!\d))/iy;
const ESCAPES = new Map(
  Object.entries({ b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" }),
).set("0", "\0");
/** JavaScript's words, and Python's: Flask's and gunicorn's users type those. */
const WORDS = new Map<string, boolean | null | undefined>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["undefined", undefined],
  ["True", true],
  ["False", false],
  ["None", null],
]);

/**
 * Reads the arguments of a call, `("dev", {port: 80}, debug=True)`, where all
 * are literals. Nothing is evaluated. Keyword arguments, which JavaScript has
 * not, become one options object after the positional ones.
 *
 * @throws {SyntaxError} If the text is anything else.
 */
export function parseLiterals(text: string): unknown[] {
  const cursor = { text, at: 0 };
  const args: unknown[] = [];
  const keywords = new Map<string, unknown>();
  if (!take(cursor, "(")) throw unexpected(cursor, "(");
  while (!take(cursor, ")")) {
    const start = cursor.at;
    const keyword = match(cursor, KEYWORD_REGEXP)?.[1];
    if (keyword === undefined) {
      if (keywords.size > 0) {
        throw failure(cursor, "a positional argument follows a keyword one");
      }
      args.push(readValue(cursor, 0));
    } else {
      checkKey({ text, at: start }, keywords, keyword);
      keywords.set(keyword, readValue(cursor, 0));
    }
    readSeparator(cursor, ")");
  }
  if (peek(cursor) !== "") throw unexpected(cursor, "the end");
  if (keywords.size > 0) args.push(Object.fromEntries(keywords));
  return args;
}

function readValue(cursor: Cursor, depth: number): unknown {
  if (depth > MAX_DEPTH) throw failure(cursor, "values are nested too deeply");
  const char = peek(cursor);
  if (char === '"' || char === "'") return readString(cursor);
  if (char === "[") return readArray(cursor, depth);
  if (char === "{") return readObject(cursor, depth);
  if (char === "`") throw failure(cursor, "a template is not a literal value");
  const number = match(cursor, NUMBER_REGEXP);
  if (number !== undefined) return toNumber(cursor, number[1]!, number[2]!);
  const start = cursor.at;
  const word = match(cursor, NAME_REGEXP)?.[0];
  if (word !== undefined && WORDS.has(word) && !/[.([]/.test(peek(cursor))) {
    return WORDS.get(word);
  }
  cursor.at = start;
  throw unexpected(cursor, LITERAL);
}

function toNumber(cursor: Cursor, sign: string, digits: string): number {
  const number = Number(digits) * (sign === "-" ? -1 : 1);
  if (Number.isFinite(number)) return number;
  throw failure(cursor, `the number ${sign}${digits} is too large`);
}

function readString(cursor: Cursor): string {
  const quote = cursor.text[cursor.at]!;
  cursor.at += 1;
  let string = "";
  while (cursor.text[cursor.at] !== quote) {
    const plain = stick(cursor, PLAIN_REGEXP)?.[0];
    if (plain !== undefined) string += plain;
    else if (cursor.text[cursor.at] === "\\") string += readEscape(cursor);
    else if (/["']/.test(cursor.text[cursor.at] ?? "")) {
      string += cursor.text[cursor.at++];
    } else throw failure(cursor, `a string has no closing ${quote}`);
  }
  cursor.at += 1;
  return string;
}

function readEscape(cursor: Cursor): string {
  const start = cursor.at;
  const escape = stick(cursor, ESCAPE_REGEXP);
  const point = parseInt(escape?.[1] ?? escape?.[2] ?? escape?.[3] ?? "0", 16);
  if (escape === undefined || point > 0x10ffff) {
    cursor.at = start;
    throw failure(cursor, "an escape is unknown, a backslash is written \\\\");
  }
  const char = escape[4];
  if (char === undefined) return String.fromCodePoint(point);
  return ESCAPES.get(char) ?? char;
}

function readArray(cursor: Cursor, depth: number): unknown[] {
  const items: unknown[] = [];
  cursor.at += 1;
  while (!take(cursor, "]")) {
    items.push(readValue(cursor, depth + 1));
    readSeparator(cursor, "]");
  }
  return items;
}

function readObject(cursor: Cursor, depth: number): Record<string, unknown> {
  const members = new Map<string, unknown>();
  cursor.at += 1;
  while (!take(cursor, "}")) {
    const quoted = /["']/.test(peek(cursor));
    const start = { ...cursor };
    const key = quoted
      ? readString(cursor)
      : (match(cursor, KEY_NUMBER_REGEXP) ?? match(cursor, NAME_REGEXP))?.[0];
    if (key === undefined) throw unexpected(cursor, "a key");
    checkKey(start, members, key);
    if (!take(cursor, ":")) throw unexpected(cursor, `":" and a value`);
    members.set(key, readValue(cursor, depth + 1));
    readSeparator(cursor, "}");
  }
  return Object.fromEntries(members);
}

/** Refuses a key that a careless merge in the app would turn on all objects. */
function checkKey(
  start: Cursor,
  members: ReadonlyMap<string, unknown>,
  key: string,
): void {
  if (key === "__proto__") {
    throw failure(start, `the key "__proto__" is not allowed`);
  }
  if (members.has(key)) throw failure(start, `the key "${key}" is repeated`);
}

/** A comma, or the bracket that ends the list, which is left for the caller. */
function readSeparator(cursor: Cursor, close: string): void {
  if (peek(cursor) === close || take(cursor, ",")) return;
  throw unexpected(cursor, `"," or "${close}"`);
}

/** The next character that is no space, or an empty string at the end. */
function peek(cursor: Cursor): string {
  stick(cursor, SPACE_REGEXP);
  return cursor.text[cursor.at] ?? "";
}

function take(cursor: Cursor, char: string): boolean {
  if (peek(cursor) !== char) return false;
  cursor.at += 1;
  return true;
}

function match(cursor: Cursor, regexp: RegExp): RegExpExecArray | undefined {
  peek(cursor);
  return stick(cursor, regexp);
}

function stick(cursor: Cursor, regexp: RegExp): RegExpExecArray | undefined {
  regexp.lastIndex = cursor.at;
  const found = regexp.exec(cursor.text);
  if (found === null) return undefined;
  cursor.at = regexp.lastIndex;
  return found;
}

function unexpected(cursor: Cursor, wanted: string): SyntaxError {
  const rest = cursor.text.slice(cursor.at);
  // A whole expression up to the next bracket or comma says more than a letter.
  const found = /^(?:[\p{ID_Continue}$.+-]+(?:\(\)?)?|[\s\S])/u.exec(rest)?.[0];
  const what = found === undefined ? "they end" : `there is "${found}"`;
  return failure(cursor, `${what} where ${wanted} is expected`);
}

function failure({ text, at }: Cursor, reason: string): SyntaxError {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return new SyntaxError(
    `Cannot parse the arguments "${shown}": ${reason} (at character ${at + 1})`,
  );
}
