/**
 * The names by which a computer reaches its own servers. Not "*.localhost":
 * clients ignore a wildcard right below a top-level domain, or (rustls, and so
 * Deno) the whole certificate for it.
 */
export const LOCAL_NAMES: readonly string[] = [
  "localhost",
  "127.0.0.1",
  "::1",
];

/** A label of a domain name; underscores are in no standard, but in use. */
const LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
const DNS_NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`);
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** What the URL parser would decode, drop, or take for the end of the host. */
// deno-lint-ignore no-control-regex -- these are what must not get through
const NOT_IN_A_NAME = /[\x00-\x20\x7f%/?#@\\]/;

/**
 * A name or address as it stands in a certificate: in lower case and ASCII
 * (IDNA), addresses shortest and without brackets or zone.
 */
export function toCertificateName(name: string): string {
  if (typeof name !== "string") {
    throw new TypeError(
      `Cannot make a certificate as a name must be a string: current value is of type ${typeof name}`,
    );
  }
  const isWildcard = name.startsWith("*.");
  const host = isWildcard ? name.slice(2) : name;
  const normal = host.includes(":") ? normalIpv6(host) : normalHost(host);
  const isName = normal !== undefined &&
    (isIpName(normal) ? !isWildcard : DNS_NAME.test(normal));
  if (isName && isWildcard && !normal.includes(".")) {
    throw new SyntaxError(
      `Cannot make a certificate for "${name}" as clients accept a wildcard only below a name with a dot, such as "*.app.${normal}": give each name`,
    );
  }
  if (isName) return isWildcard ? `*.${normal}` : normal;
  throw new SyntaxError(
    `Cannot make a certificate as a name must be a host name, "*." and a host name, or an IP address: current value is "${name}"`,
  );
}

/** Whether a name in the form of certificates is an IP address. */
export function isIpName(name: string): boolean {
  // The URL parser leaves no other name that looks like an address.
  return name.includes(":") || IPV4.test(name);
}

/**
 * The names in the form of certificates, each once.
 */
export function toCertificateNames(names: readonly string[]): string[] {
  return [...new Set(names.map(toCertificateName))];
}

/**
 * The names that Werkzeug gives to the certificate of a host: its own and those
 * one level below it, if there are any, and clients would accept them.
 */
export function withWildcard(host: string): string[] {
  const name = toCertificateName(host);
  const hasWildcard = name.includes(".") && !name.startsWith("*.") &&
    !isIpName(name);
  return hasWildcard ? [name, `*.${name}`] : [name];
}

function normalHost(host: string): string | undefined {
  if (NOT_IN_A_NAME.test(host)) return undefined;
  // The final dot of a complete name is never in a certificate (RFC 6125).
  return parsedHost(host.replace(/\.$/, ""));
}

function normalIpv6(host: string): string | undefined {
  // Which network card a link-local address belongs to is not the client's.
  const address = host.replace(/^\[(.*)\]$/, "$1").replace(/%[\w.-]+$/, "");
  if (!/^[0-9a-f:.]+$/i.test(address)) return undefined;
  return parsedHost(`[${address}]`)?.slice(1, -1);
}

function parsedHost(host: string): string | undefined {
  return URL.parse(`https://${host}`)?.hostname;
}
