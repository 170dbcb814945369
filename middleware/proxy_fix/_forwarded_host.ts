import { parseIp } from "./_ip_address.ts";

/** A host that a URL can have. */
export interface ForwardedHost {
  /** The name or address, in lower case, IPv6 in brackets. */
  readonly hostname: string;
  /** The port, if there is one. */
  readonly port: number | undefined;
}

const HOST_REGEXP =
  /^(\[[\da-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?)(?::(\d{1,5})?)?$/i;

/**
 * Parses a host with or without port (RFC 9110 section 7.2), or an IPv6 address
 * without brackets.
 *
 * @param text The value.
 * @returns The host, `undefined` if there is anything else in it.
 */
export function parseHost(text: string): ForwardedHost | undefined {
  const bare = text.includes(":") ? parseIp(text) : undefined;
  const [, host, portText] = HOST_REGEXP.exec(bare ? inUrl(bare.text) : text) ??
    [];
  if (host === undefined) return undefined;
  const port = portText === undefined ? undefined : parsePort(portText);
  if (portText !== undefined && port === undefined) return undefined;
  const hostname = URL.parse(`http://${host}`)?.hostname;
  if (hostname === undefined) return undefined;
  // A name that would become another one, such as "0x7f.1", is no host.
  const isSame = host.startsWith("[") || hostname === host.toLowerCase();
  return isSame ? { hostname, port } : undefined;
}

/**
 * Parses a port.
 *
 * @param text The value.
 * @returns The port, `undefined` if it is none that one can connect to.
 */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port <= 65_535 ? port : undefined;
}

function inUrl(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}
