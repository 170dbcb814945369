import {
  bigintToText,
  charCodeAt,
  makeString,
  numberToText,
  sliceText,
  symbolToText,
} from "./_builtins.ts";

/** How many characters of a text are shown before it is expanded. */
export const MAX_TEXT = 200;

const ESCAPES = {
  // Without a prototype, which the app can give properties.
  __proto__: null,
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  34: '\\"',
  92: "\\\\",
} as unknown as Readonly<Record<number, string>>;

/** A value that is no object, as source text. */
export function primitiveText(
  value: unknown,
  limit: number = MAX_TEXT,
): string {
  switch (typeof value) {
    case "string":
      return quoteText(value, limit);
    case "symbol":
      return cleanLine(symbolToText(value), limit);
    case "bigint":
      return bigintText(value);
    case "number":
      return value === 0 && 1 / value < 0 ? "-0" : makeString(value);
    default:
      return makeString(value);
  }
}

/** A text in quotes on one line; a long one ends with its length. */
export function quoteText(text: string, limit: number = MAX_TEXT): string {
  if (text.length <= limit) return `"${escapeText(text, true)}"`;
  return `"${escapeText(cutText(text, limit), true)}"… (${
    groupDigits(text.length)
  } characters)`;
}

/** A text on one line, as it is but for what cannot be seen. */
export function cleanLine(text: string, limit: number = MAX_TEXT): string {
  return text.length <= limit
    ? escapeText(text, false)
    : escapeText(cutText(text, limit), false) + "…";
}

/** The beginning of a text, not in the middle of a character. */
export function cutText(text: string, length: number): string {
  const last = charCodeAt(text, length - 1);
  const isHalf = last >= 0xd800 && last < 0xdc00;
  return sliceText(text, 0, isHalf ? length - 1 : length);
}

/** A number as `12 345`. */
export function groupDigits(value: number): string {
  let rest = makeString(value);
  let text = "";
  while (rest.length > 3) {
    text = ` ${sliceText(rest, -3)}${text}`;
    rest = sliceText(rest, 0, -3);
  }
  return rest + text;
}

function bigintText(value: bigint): string {
  // Decimal digits of a huge number take quadratic time, hexadecimal do not.
  const digits = bigintToText(value, 16);
  if (digits.length <= 200) return `${value}n`;
  const sign = value < 0n ? "-" : "";
  const start = sliceText(digits, sign.length, sign.length + 50);
  return `${sign}0x${start}…n (${groupDigits(digits.length)} digits)`;
}

function escapeText(text: string, isQuoted: boolean): string {
  let result = "";
  let done = 0;
  for (let i = 0; i < text.length; i++) {
    const code = charCodeAt(text, i);
    if (isHighSurrogate(code) && isLowSurrogate(charCodeAt(text, i + 1))) {
      i++;
      continue;
    }
    if (!isQuoted && (code === 34 || code === 92)) continue;
    const escape = ESCAPES[code] ?? (isInvisible(code) ? hex(code) : undefined);
    if (escape === undefined) continue;
    result += sliceText(text, done, i) + escape;
    done = i + 1;
  }
  return result + sliceText(text, done);
}

/** Control characters, lone surrogates, and what turns or hides text. */
function isInvisible(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0xad ||
    (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x2069) || code === 0xfeff ||
    isHighSurrogate(code) || isLowSurrogate(code);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}

function hex(code: number): string {
  const digits = numberToText(code, 16);
  return code < 0x100
    ? `\\x${code < 0x10 ? "0" : ""}${digits}`
    : `\\u${sliceText("000" + digits, -4)}`;
}
