import type { BindAddress } from "./bind_address.ts";
import { listenAll } from "./_listen.ts";

/**
 * Makes sure that addresses can be had, and gives them their port numbers. The
 * generations share the ports among each other (`SO_REUSEPORT`), so they would
 * not notice that somebody else shares them, too.
 *
 * @throws {Deno.errors.AddrInUse} If an address is in use.
 */
export async function reserveAddresses(
  addresses: readonly BindAddress[],
): Promise<BindAddress[]> {
  const bound = listenAll(addresses, {
    handlerFor: () => (_request) => new Response(null, { status: 503 }),
    onError: () => new Response(null, { status: 503 }),
  });
  const reserved = bound.map(({ address, servers }) => {
    const { addr } = servers[0];
    return address.transport === "tcp"
      ? { ...address, port: (addr as Deno.NetAddr).port }
      : address;
  });
  for (const { servers } of bound) {
    for (const server of servers) await server?.shutdown();
  }
  return reserved;
}
