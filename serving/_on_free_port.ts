import type { BindAddress } from "./bind_address.ts";
import type { TerminalLog } from "./log.ts";
import { DEFAULT_PORT, type Settings } from "./_settings.ts";

/** How many ports are tried when the user named none. */
const PORTS_TO_TRY = 100;

/**
 * Calls `use` with the addresses of the settings. If nobody asked for the port
 * and it is in use, calls it again with the next one, and says so.
 */
export async function onFreePort<T>(
  { addresses, isDefaultPort }: Settings,
  log: TerminalLog,
  use: (addresses: readonly BindAddress[]) => T | Promise<T>,
): Promise<T> {
  if (!isDefaultPort) return await use(addresses);
  for (let port = DEFAULT_PORT;; port++) {
    const onPort = addresses.map((address) =>
      address.transport === "tcp" ? { ...address, port } : address
    );
    try {
      const used = await use(onPort);
      if (port !== DEFAULT_PORT) {
        log.message(
          "warn",
          `Port ${DEFAULT_PORT} is in use, so this is port ${port}`,
        );
      }
      return used;
    } catch (error) {
      const isInUse = error instanceof Deno.errors.AddrInUse &&
        !error.message.includes("unix://");
      if (!isInUse || port === DEFAULT_PORT + PORTS_TO_TRY - 1) throw error;
    }
  }
}
