/**
 * The IP addresses of this machine in its networks. Nobody is asked for the
 * permission because of this; without it there are none.
 *
 * @param hostname What is bound: `0.0.0.0` is not reached by IPv6.
 */
export function networkAddresses(hostname: string): string[] {
  const { state } = Deno.permissions.querySync({
    name: "sys",
    kind: "networkInterfaces",
  });
  if (state !== "granted") return [];
  return Deno.networkInterfaces()
    .filter(({ address, family }) =>
      (family === "IPv4" || hostname !== "0.0.0.0") &&
      !/^(?:127\.|::1$|fe80:)/.test(address)
    )
    .map(({ address }) => address);
}
