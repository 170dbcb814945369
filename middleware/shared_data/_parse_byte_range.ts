/** A part of a file: from `start` up to and including `end`. */
export interface ByteRange {
  /** The first byte. */
  start: number;
  /** The last byte. */
  end: number;
}

// Empty members of the list are allowed, a second range does not match.
const SINGLE_RANGE_REGEXP = /^bytes=[\s,]*(\d*)-(\d*)[\s,]*$/i;

/**
 * Reads a `Range` field (RFC 9110 section 14.2) for a file of `size` bytes.
 *
 * @param value The field value, `null` if the field is absent.
 * @param size The size of the file in bytes.
 * @returns The range, or `"unsatisfiable"`, or `undefined` where the whole file
 * is the answer: no field, another unit, wrong syntax, several ranges.
 */
export function parseByteRange(
  value: string | null,
  size: number,
): ByteRange | "unsatisfiable" | undefined {
  const [, first = "", last = ""] = SINGLE_RANGE_REGEXP.exec(value ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") return suffixRange(Number(last), size);
  const start = Number(first);
  const end = last === "" ? Infinity : Number(last);
  if (end < start) return undefined;
  if (start >= size) return "unsatisfiable";
  return { start, end: Math.min(end, size - 1) };
}

function suffixRange(
  length: number,
  size: number,
): ByteRange | "unsatisfiable" {
  // The last bytes of an empty file would be satisfiable, but `Content-Range`
  // has no way to write a range of no bytes.
  if (length === 0 || size === 0) return "unsatisfiable";
  return { start: Math.max(0, size - length), end: size - 1 };
}
