const URL_PATH_REGEXP = /^[^:/?#]+:\/\/[^/\\?#]*([^?#]*)/;

/**
 * Splits the path of a URL into its segments, each percent-decoded once.
 *
 * Reads the text of the URL instead of parsing it, since `Deno.serve` hands the
 * request target over as it was sent and the URL parser would resolve `..` and
 * turn `\` into `/` before anyone could refuse them.
 *
 * @param url The URL, as in `request.url`.
 * @returns The segments after the leading slash (`/a/` has `a` and an empty
 * one), or `undefined` if the path is not valid percent-encoded UTF-8.
 */
export function urlPathSegments(url: string): string[] | undefined {
  return pathSegments(URL_PATH_REGEXP.exec(url)?.[1] ?? "");
}

/**
 * Splits a path such as `/a/b%20c` into its segments, each percent-decoded
 * once.
 *
 * @param path The path, beginning with a slash.
 * @returns The segments, or `undefined` if one cannot be decoded.
 */
export function pathSegments(path: string): string[] | undefined {
  try {
    return path.split("/").slice(1).map(decodeURIComponent);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
