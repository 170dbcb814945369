import type { ForwardedHost } from "./_forwarded_host.ts";

/** Where a URL is to be moved; what is absent stays. */
export interface UrlTarget {
  /** The scheme. */
  readonly proto?: "http" | "https" | undefined;
  /** The host together with its port: one without has the default port. */
  readonly host?: ForwardedHost | undefined;
  /** The port, which precedes that of the host. */
  readonly port?: number | undefined;
}

/**
 * Gives a URL another scheme, host or port. All that follows stays to the letter.
 *
 * @param url The URL of a request.
 * @param target Where to move it.
 * @returns The URL, without a port that is the default one. The same where it
 * has no proper host.
 */
export function moveUrl(url: string, target: UrlTarget): string {
  const { proto, host, port } = target;
  if (!proto && !host && !port) return url;
  const current = URL.parse(url);
  if (current === null) return url;
  // Deno has "http+unix" for requests that come over a Unix socket.
  const scheme = proto ?? current.protocol.replace(/(?:\+unix)?:$/, "");
  const hostname = host?.hostname ?? current.hostname;
  const newPort = port ?? (host ? host.port : current.port);
  const authority = newPort ? `${hostname}:${newPort}` : hostname;
  const origin = URL.parse(`${scheme}://${authority}`)?.origin;
  if (origin === undefined) return url;
  const path = url.indexOf("/", url.indexOf("://") + 3);
  return path === -1 ? `${origin}/` : origin + url.slice(path);
}
