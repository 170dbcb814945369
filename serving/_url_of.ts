import type { BindAddress } from "./bind_address.ts";

/**
 * The URL at which a browser on this machine reaches an address that was bound:
 * all interfaces include a loopback, whose address is always right.
 */
export function urlOf(
  address: BindAddress,
  scheme: "http" | "https",
): string {
  if (address.transport === "unix") return `unix://${address.path}`;
  return `${scheme}://${urlHost(address.hostname)}:${address.port}/`;
}

/** The host of a URL for a hostname that was bound. */
export function urlHost(hostname: string): string {
  if (hostname === "0.0.0.0") return "127.0.0.1";
  if (/^[0:]+$/.test(hostname)) return "[::1]";
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
