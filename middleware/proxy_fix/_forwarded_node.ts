import { type IpAddress, parseIp } from "./_ip_address.ts";

/** Who has sent a request or taken it, as a proxy tells it. */
export interface ForwardedNode {
  /** The value as it is written. */
  readonly text: string;
  /** The address, unless the value is something else: a name, `unknown` or `_id`. */
  readonly ip: IpAddress | undefined;
  /** The port, 0 if there is none, or if the proxy does not disclose it. */
  readonly port: number;
}

/** An address, IPv6 in brackets, or a name or identifier, and maybe a port. */
const NODE_REGEXP = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::(\d{1,5}|_[\w.-]+))?$/i;

/**
 * Parses a node (RFC 7239 section 6), and what is found in `X-Forwarded-For`
 * besides: IPv6 addresses without brackets, and names.
 *
 * @param text The value, without quotes.
 * @returns The node, `undefined` if it is malformed.
 */
export function parseNode(text: string): ForwardedNode | undefined {
  const bare = parseIp(text);
  if (bare !== undefined) return { text, ip: bare, port: 0 };
  const match = text.length > 255 ? null : NODE_REGEXP.exec(text);
  if (match === null) return undefined;
  const [, bracketed, name, portText = "0"] = match;
  const ip = parseIp(bracketed ?? name ?? "");
  if (bracketed !== undefined && !(ip && bracketed.includes(":"))) {
    return undefined;
  }
  const port = portText.startsWith("_") ? 0 : Number(portText);
  return port > 65_535 ? undefined : { text, ip, port };
}
