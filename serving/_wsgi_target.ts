/** The pieces of a request URL, as text and undecoded. */
export interface RequestTarget {
  /** `http` or `https`. */
  scheme: string;
  /** Host and port as the client wrote them. */
  authority: string;
  /** Path and query as the client wrote them. */
  raw: string;
}

const URL_REGEXP = /^([^:/?#]*):\/\/([^/?#]*)([^#]*)/;
const ESCAPES_REGEXP = /(?:%[0-9a-f]{2})+/gi;
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Splits the URL of a request.
 *
 * `new URL()` would not do: Deno hands over the target as it came in, and the
 * URL parser resolves `..`, turns backslashes and refuses some hosts.
 */
export function splitUrl(url: string): RequestTarget {
  const [, scheme = "", authority = "", raw = ""] = URL_REGEXP.exec(url) ?? [];
  return {
    // Deno has "http+unix" for Unix sockets, which PEP 3333 does not know.
    scheme: scheme.startsWith("https") ? "https" : "http",
    // What stands before an "@" are credentials, and none of the host.
    authority: authority.slice(authority.lastIndexOf("@") + 1),
    raw: raw.startsWith("/") ? raw : `/${raw}`,
  };
}

/** Splits a raw target into the decoded path and the query. */
export function splitTarget(raw: string): { path: string; query: string } {
  const at = raw.indexOf("?");
  const path = at < 0 ? raw : raw.slice(0, at);
  return {
    // An app that redirects to its own "//host/" would send people elsewhere.
    path: decodePath(path).replace(/^\/+/, "/"),
    query: at < 0 ? "" : raw.slice(at + 1),
  };
}

/** Splits an authority into the host, IPv6 in brackets, and the port. */
export function splitAuthority(
  authority: string,
): { host: string; port: string } {
  const [, host = authority, port = ""] =
    /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority) ?? [];
  return { host, port };
}

/** Decodes `%41` and the like as UTF-8; what is no escape stays as it is. */
function decodePath(path: string): string {
  return path.replace(
    ESCAPES_REGEXP,
    (escapes) =>
      DECODER.decode(Uint8Array.fromHex(escapes.replaceAll("%", ""))),
  );
}
