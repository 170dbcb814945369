/** A content coding that a file next to the original can have. */
export type FileEncoding = "br" | "gzip";

const FILE_ENCODINGS: readonly FileEncoding[] = ["br", "gzip"];
const CODING_REGEXP = /^([^\s;]+)\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?$/i;

/**
 * Which precompressed files to look for, best first, by the weights of an
 * `Accept-Encoding` field (RFC 9110 section 12.5.3).
 *
 * Browsers list `gzip` before `br` with equal weights; `br` comes first here,
 * as it is the smaller one.
 *
 * @param value The field value, `null` if the field is absent.
 * @returns The codings that the client likes at least as much as the original.
 */
export function preferredEncodings(value: string | null): FileEncoding[] {
  const weights = new Map<string, number>();
  for (const part of value?.split(",") ?? []) {
    const [, coding, weight] = CODING_REGEXP.exec(part.trim()) ?? [];
    if (coding) weights.set(coding.toLowerCase(), Number(weight ?? 1));
  }
  const weightOf = (coding: FileEncoding): number =>
    weights.get(coding) ?? weights.get("*") ?? 0;
  const least = weights.get("identity") ?? 0;
  return FILE_ENCODINGS
    .filter((coding) => weightOf(coding) > 0 && weightOf(coding) >= least)
    .sort((a, b) => weightOf(b) - weightOf(a));
}
