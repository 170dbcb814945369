/** The pieces of a request URL, as text and undecoded. */
export interface ProxyPlace {
  /** `http` or `https`. */
  scheme: string;
  /** Host and port as the client wrote them. */
  authority: string;
  /** All from the path on, as the client wrote it. */
  target: string;
}

/** A host with or without a port; all else was made up to deceive. */
export const HOST_REGEXP = /^[\w.:[\]-]+$/;

const URL_REGEXP = /^([^:/?#]*):\/\/([^/?#]*)(.*)$/s;

/**
 * Splits the URL of a request.
 *
 * Reads the text instead of parsing it, since `Deno.serve` hands the request
 * target over as it was sent, and the URL parser would resolve `..`, turn `\`
 * into `/`, and so decide for the upstream what was meant.
 *
 * @param url The URL, as in `request.url`.
 * @returns The pieces.
 */
export function placeOf(url: string): ProxyPlace {
  const [, scheme = "", authority = "", target = ""] = URL_REGEXP.exec(url) ??
    [];
  // Deno has "http+unix" and the path of the socket for Unix sockets.
  const isUnix = scheme === "http+unix";
  return {
    scheme: isUnix ? "http" : scheme,
    authority: isUnix ? "" : authority,
    target,
  };
}

/**
 * Takes whole segments off the beginning of a path.
 *
 * @param target The path, undecoded, with all that follows.
 * @param segments The decoded segments.
 * @returns What follows them, undecoded and to the last character as it was, or
 * `undefined` if the path does not begin with them.
 */
export function restAfter(
  target: string,
  segments: readonly string[],
): string | undefined {
  if (!target.startsWith("/")) return undefined;
  let rest = target;
  for (const segment of segments) {
    const [whole = "", raw = ""] = /^\/([^/?#]*)/.exec(rest) ?? [];
    if (whole === "" || decodeSegment(raw) !== segment) return undefined;
    rest = rest.slice(whole.length);
  }
  return rest;
}

function decodeSegment(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch (error) {
    if (error instanceof URIError) return raw;
    throw error;
  }
}

/**
 * Puts the target of a request together.
 *
 * @param basePath The path of the upstream URL, without a slash at the end.
 * @param rest What follows it.
 * @returns The target, one character for each byte.
 */
export function joinTarget(basePath: string, rest: string): string {
  const joined = basePath + rest;
  const target = joined.startsWith("/") ? joined : `/${joined}`;
  return /^[\0-\x7f]*$/.test(target)
    ? target
    : Array.from(new TextEncoder().encode(target), toChar).join("");
}

function toChar(byte: number): string {
  return String.fromCharCode(byte);
}
