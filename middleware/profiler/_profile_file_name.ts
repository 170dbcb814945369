import { isSafeSegment } from "../_is_safe_segment.ts";

/** A request that was profiled, of which the name of its file is made. */
export interface ProfiledRequest {
  /** The method. */
  method: string;
  /** The URL, as in `request.url`. */
  url: string;
  /** The path of the URL, decoded, beginning with a slash. */
  path: string;
  /** How long the request took, to the end of its body, in milliseconds. */
  elapsed: number;
  /** When the request was over, in seconds since 1970, with a fraction. */
  time: number;
}

/** How files are named: a format string, or a function that returns a name. */
export type ProfileFilenameFormat =
  | string
  | ((request: ProfiledRequest) => string);

/** Makes the name of a file. */
type FileName = (request: ProfiledRequest) => string;

const DEFAULT_FORMAT = "{method}.{path}.{elapsed:.0f}ms.{time:.0f}.cpuprofile";
const EXTENSION = ".cpuprofile";
const FIELD_REGEXP =
  /\{\{|\}\}|\{(?:(method|path)|(elapsed|time)(?::\.(\d\d?)f)?)\}|[{}]/g;

// File systems take 255 bytes, some that encrypt fewer. This leaves room for
// the number that tells files of the same name apart.
const MAX_BYTES = 200;
// Control characters, what Windows has a meaning for, and what turns the
// direction of writing, which would disguise a name.
const UNSAFE_REGEXP =
  // deno-lint-ignore no-control-regex -- these must not get into a name
  /[\x00-\x1f\x7f-\x9f<>:"|?*~\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Prepares how files are named.
 *
 * @param format What the user gave. The string is of the kind that Python's
 * `str.format` takes: `{method}`, `{path}`, `{elapsed}`, `{time}`, the numbers
 * also as `{elapsed:.2f}`, and `{{` for a brace.
 * @returns A function whose names are safe, whatever is in the request.
 */
export function compileFileName(
  format: ProfileFilenameFormat = DEFAULT_FORMAT,
): FileName {
  if (typeof format === "function") {
    return (request) => safeFileName(called(format, request));
  }
  fill(format, { method: "", url: "", path: "", elapsed: 0, time: 0 });
  return (request) => safeFileName(fill(format, request));
}

/**
 * Makes any text the name of a file, never a path: it has one segment, does not
 * begin with a dot, names no device of Windows, is not too long, and ends in
 * `.cpuprofile`.
 */
export function safeFileName(text: string): string {
  const cleaned = text.toWellFormed()
    .replaceAll(/[/\\]/g, ".")
    .replaceAll(UNSAFE_REGEXP, "_")
    .replace(/^[. ]+/, "");
  const stem = cleaned.endsWith(EXTENSION)
    ? cleaned.slice(0, -EXTENSION.length)
    : cleaned;
  const name = (shortened(stem) || "profile") + EXTENSION;
  // All that is left to be unsafe is the name of a device.
  return isSafeSegment(name, true) ? name : `_${name}`;
}

function called(
  format: Exclude<ProfileFilenameFormat, string>,
  request: ProfiledRequest,
): string {
  const name: unknown = format(request);
  if (typeof name === "string") return name;
  throw new TypeError(
    `Cannot name the profile as filenameFormat must return a string: current value is ${
      Deno.inspect(name)
    }`,
  );
}

function fill(format: string, request: ProfiledRequest): string {
  const texts: Record<string, string> = {
    method: request.method,
    path: request.path.replace(/^\/+|\/+$/g, "").replaceAll("/", ".") || "root",
  };
  return format.replace(FIELD_REGEXP, (found, text, number, digits) => {
    if (found === "{{" || found === "}}") return found.slice(1);
    if (text !== undefined) return texts[text] ?? "";
    if (number === undefined) throw formatError(format);
    const value = number === "time" ? request.time : request.elapsed;
    return digits === undefined ? String(value) : value.toFixed(Number(digits));
  });
}

function formatError(format: string): SyntaxError {
  return new SyntaxError(
    `Cannot profile as filenameFormat must be text with the fields {method}, {path}, {elapsed} and {time}, numbers also as {elapsed:.2f}: current value is "${format}"`,
  );
}

/** Leaves out the middle of what is too long: the end tells files apart. */
function shortened(stem: string): string {
  const bytes = encoder.encode(stem);
  const room = MAX_BYTES - EXTENSION.length - "_".length;
  if (bytes.length <= room) return stem;
  const half = Math.floor((room - "_".length) / 2);
  let to = half;
  while (isContinuation(bytes[to])) to -= 1;
  let from = bytes.length - half;
  while (isContinuation(bytes[from])) from += 1;
  const [head, tail] = [bytes.subarray(0, to), bytes.subarray(from)];
  return `${decoder.decode(head)}_${decoder.decode(tail)}`;
}

/** Whether a byte goes on with a character of UTF-8. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
