import { ifMatch, ifNoneMatch } from "@std/http/etag";
import { parseHttpDate } from "./_parse_http_date.ts";

/** What identifies the current state of a file. */
export interface Validators {
  /** The strong entity tag. */
  etag: string | undefined;
  /** The time of the last change, in milliseconds, whole seconds only. */
  lastModified: number | undefined;
}

/**
 * Evaluates the preconditions of a GET or HEAD request in the order of RFC 9110
 * section 13.2.2, steps 1 to 4.
 *
 * @param headers The header fields of the request.
 * @param validators The validators of the file.
 * @returns 304 or 412 if that is the answer, `undefined` to go on.
 */
export function evaluatePreconditions(
  headers: Headers,
  validators: Validators,
): 304 | 412 | undefined {
  if (!isExpectedState(headers, validators)) return 412;
  if (isKnownState(headers, validators)) return 304;
  return undefined;
}

/**
 * Whether the `Range` field applies, by `If-Range` (RFC 9110 section 13.1.5).
 *
 * @param value The `If-Range` field value, `null` if the field is absent.
 * @param validators The validators of the file.
 * @returns Whether a range may be sent.
 */
export function ifRange(value: string | null, validators: Validators): boolean {
  if (value === null) return true;
  // A date has to be the very one that was sent, later is not good enough. A
  // weak tag never equals the strong one of the file.
  return value === validators.etag ||
    validators.lastModified !== undefined &&
      parseHttpDate(value) === validators.lastModified;
}

function isExpectedState(headers: Headers, validators: Validators): boolean {
  const match = headers.get("if-match");
  if (match !== null) return ifMatch(match, validators.etag);
  const date = parseHttpDate(headers.get("if-unmodified-since"));
  return date === undefined || (validators.lastModified ?? -Infinity) <= date;
}

function isKnownState(headers: Headers, validators: Validators): boolean {
  const noneMatch = headers.get("if-none-match");
  if (noneMatch !== null) return !ifNoneMatch(noneMatch, validators.etag);
  const date = parseHttpDate(headers.get("if-modified-since"));
  return date !== undefined && (validators.lastModified ?? Infinity) <= date;
}
