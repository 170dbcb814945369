import { describe } from "./_wsgi_describe.ts";
import { splitTarget, splitUrl } from "./_wsgi_target.ts";
import type { WsgiEnviron } from "./wsgi.ts";

const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  http: "80",
  https: "443",
};

/**
 * Puts the URL of a request together, as PEP 3333 shows under "URL
 * Reconstruction".
 *
 * @param environ The environ of the request.
 * @returns The URL.
 * @throws {TypeError} If the host in it is none.
 */
export function urlFrom(environ: WsgiEnviron<unknown>): string {
  const scheme = environ["wsgi.url_scheme"] ?? "http";
  return `${scheme}://${hostFrom(environ, scheme)}${targetFrom(environ)}`;
}

function hostFrom(environ: WsgiEnviron<unknown>, scheme: string): string {
  const { HTTP_HOST, SERVER_NAME: name, SERVER_PORT: port } = environ;
  const isBareIpv6 = name?.includes(":") && !name.startsWith("[");
  const host = HTTP_HOST ||
    (isBareIpv6 ? `[${name}]` : name) +
      (!port || port === DEFAULT_PORTS[scheme] ? "" : `:${port}`);
  // "user@" and "/path" would move the host to where the client wants it.
  if (/[\s/\\?#@]/.test(host)) {
    throw new TypeError(
      `Cannot build the URL of a request without a proper host: current value is ${
        describe(host)
      }`,
    );
  }
  return host;
}

function targetFrom(environ: WsgiEnviron<unknown>): string {
  const { SCRIPT_NAME = "", PATH_INFO = "", QUERY_STRING = "" } = environ;
  const raw = environ.RAW_URI ?? environ.REQUEST_URI;
  if (raw !== undefined) {
    const target = raw.includes("://") && !raw.startsWith("/")
      ? splitUrl(raw).raw
      : raw;
    // Only the raw target knows "%2F" from "/". It counts as long as nobody
    // has changed what was made of it.
    const { path, query } = splitTarget(target);
    if (path === SCRIPT_NAME + PATH_INFO && query === QUERY_STRING) {
      return target;
    }
  }
  const path = SCRIPT_NAME + PATH_INFO;
  return encodePath(path.startsWith("/") ? path : `/${path}`) +
    (QUERY_STRING && `?${QUERY_STRING.replaceAll("#", "%23")}`);
}

function encodePath(path: string): string {
  return encodeURI(path.toWellFormed())
    .replaceAll("?", "%3F")
    .replaceAll("#", "%23");
}
