import type { BindAddress } from "./bind_address.ts";

/**
 * Decides whether the `Host` of a request may be served, the guard against DNS
 * rebinding: a page of somebody else whose name resolves to this machine.
 *
 * An entry is a host name (`"app.test"`), a name with all names below it
 * (`".app.test"`), an IP address, or `"*"` for any. Ports do not count, nor
 * does case.
 *
 * @param host The value of the `Host` header or the authority of the URL.
 * @param allowed The entries; `"<ip>"` stands for any IP address.
 * @returns Whether it may be served.
 *
 * @example Usage
 * ```ts
 * import { isAllowedHost } from "@x/devserve";
 * import { assert } from "@std/assert";
 *
 * assert(isAllowedHost("API.app.test:8000", [".app.test"]));
 * assert(!isAllowedHost("evil.test", ["localhost"]));
 * ```
 */
export function isAllowedHost(
  host: string,
  allowed: readonly string[],
): boolean {
  const name = hostName(host);
  if (name === undefined) return false;
  return allowed.some((entry) => {
    if (entry === "*") return true;
    if (entry === ANY_IP) return isIp(name);
    const wanted = entryName(entry);
    if (name === wanted) return true;
    return entry.startsWith(".") && name.endsWith(`.${wanted}`);
  });
}

/**
 * Checks an entry of a list of allowed hosts.
 *
 * @param entry The entry.
 * @throws {SyntaxError} If it can match no host.
 */
export function assertAllowedHost(entry: string): void {
  if (entry === "*" || entryName(entry) !== undefined) return;
  throw new SyntaxError(
    `Cannot allow host "${entry}": expected a host name, ".name", an IP address or "*"`,
  );
}

/** Stands for any IP address: no name is looked up, so none can be rebound. */
const ANY_IP = "<ip>";

/**
 * The hosts that are served when the user names none: what is bound, and on a
 * loopback any IP address (a tunnel or a container's port has another one).
 * `undefined` means that anything is served.
 */
export function defaultAllowedHosts(
  addresses: readonly BindAddress[],
): string[] | undefined {
  const hosts = ["localhost", ".localhost"];
  for (const address of addresses) {
    if (address.transport === "unix") continue;
    const { hostname } = address;
    if (isWildcard(hostname)) return undefined;
    hosts.push(hostname);
    if (isLoopback(hostname)) hosts.push(ANY_IP);
  }
  return hosts;
}

/** Whether a hostname means all interfaces. */
export function isWildcard(hostname: string): boolean {
  return hostname === "0.0.0.0" || /^[0:]+$/.test(hostname);
}

/** Whether a hostname can be reached from this machine only. */
export function isLoopback(hostname: string): boolean {
  return /^(?:.+\.)?localhost\.?$/i.test(hostname) ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname) || hostname === "::1";
}

/**
 * The host name in a `Host` value (RFC 9110 section 7.2), lower-cased, without
 * port, brackets and the final dot; `undefined` if it is malformed.
 */
export function hostName(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{0,5})?$/i.exec(
    host,
  );
  const name = match?.[1] ?? match?.[2];
  return name?.toLowerCase().replace(/\.$/, "");
}

/**
 * The host name that an entry is about, as clients write it: lower-cased, with
 * international names in ASCII (RFC 5891) and short IPv6 addresses (RFC 5952).
 */
function entryName(entry: string): string | undefined {
  const host = entry.replace(/^\./, "");
  const isBareIpv6 = host.split(":").length > 2 && !host.startsWith("[");
  const url = URL.parse(`http://${isBareIpv6 ? `[${host}]` : host}`);
  // More than a host: a path, a user, a query.
  if (url === null || url.href !== `http://${url.host}/`) return undefined;
  return hostName(url.hostname);
}

function isIp(name: string): boolean {
  return name.includes(":") || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name);
}
