const HOST_REGEXP =
  /^(?:\[(?<address>[\da-f:.]+)\]|(?<name>[a-z\d._-]+))(?::\d{0,5})?$/i;

/** Names that no name server is asked for, and what they lead to. */
const LOOPBACK_REGEXP =
  /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/;

/**
 * Decides whether a request was sent to a host whose name cannot be somebody
 * else's: a page of `evil.test` may send requests here as soon as that name leads
 * to this machine ("DNS rebinding"), and is of the same origin with the answers.
 *
 * The header and the URL must agree, as one can send both in HTTP/1.
 *
 * @param request The request.
 * @param trusted Names besides `localhost`, `*.localhost` and the loopback
 * addresses, as {@linkcode trustedName} returns them.
 */
export function hasTrustedHost(
  request: Request,
  trusted: readonly string[],
): boolean {
  const host = request.headers.get("host");
  const inUrl = authority(request.url);
  // There is no header in HTTP/2, which browsers speak over TLS only. In HTTP/1
  // it is no browser that leaves it out, and Deno makes something up.
  if (host === null) {
    return request.url.startsWith("https:") && isTrusted(inUrl, trusted);
  }
  return isTrusted(host, trusted) && isTrusted(inUrl, trusted);
}

/**
 * Checks an entry of the list of trusted hosts.
 *
 * @param entry A name, `".name"` for all names below it as well, or an address.
 * @returns The entry as it is compared; `undefined` if it can match nothing.
 */
export function trustedName(entry: string): string | undefined {
  const isBareIpv6 = entry.split(":").length > 2 && !entry.startsWith("[");
  const host = isBareIpv6 ? `[${entry}]` : entry.replace(/^\./, "");
  // A port that is the default one would be dropped silently.
  if (host.replace(/^\[[^\]]*\]/, "").includes(":")) return undefined;
  const url = URL.parse(`http://${host}`);
  // More than a host: a path, a user, a port.
  if (url === null || url.href !== `http://${url.hostname}/`) return undefined;
  const name = hostName(url.hostname);
  if (name === undefined) return undefined;
  return entry.startsWith(".") ? `.${name}` : name;
}

function isTrusted(host: string, trusted: readonly string[]): boolean {
  const name = hostName(host);
  if (name === undefined) return false;
  return LOOPBACK_REGEXP.test(name) ||
    trusted.some((entry) =>
      entry.startsWith(".")
        ? name === entry.slice(1) || name.endsWith(entry)
        : name === entry
    );
}

/** The name or address alone, in lower case, without the final dot. */
function hostName(host: string): string | undefined {
  const groups = HOST_REGEXP.exec(host)?.groups;
  const name = groups?.address ?? groups?.name;
  return name?.toLowerCase().replace(/\.$/, "");
}

function authority(url: string): string {
  const start = url.indexOf("://") + 3;
  const end = url.slice(start).search(/[/?#]/);
  return end === -1 ? url.slice(start) : url.slice(start, start + end);
}
