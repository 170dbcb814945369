import { isWildcard } from "./allowed_hosts.ts";
import type { BindAddress } from "./bind_address.ts";
import { networkAddresses } from "./_network_addresses.ts";

/**
 * The names and addresses that a certificate has to be for, besides those of
 * localhost: what is bound, the addresses of this machine if that is all of
 * them, and the hosts that are allowed.
 */
export function sslHosts(
  addresses: readonly BindAddress[],
  allowedHosts: readonly string[] = [],
): string[] {
  const bound = addresses.flatMap((address) => {
    if (address.transport === "unix") return [];
    const { hostname } = address;
    return isWildcard(hostname) ? networkAddresses(hostname) : [hostname];
  });
  const allowed = allowedHosts
    .filter((host) => host !== "*" && host !== "<ip>")
    .flatMap((host) =>
      host.startsWith(".") ? [host.slice(1), `*${host}`] : [host]
    );
  return [...new Set([...bound, ...allowed])];
}
