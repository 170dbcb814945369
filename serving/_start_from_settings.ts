import { checkApp } from "./_check_options.ts";
import type { App } from "./handler.ts";
import type { TerminalLog } from "./log.ts";
import type { RunningServer } from "./_running_server.ts";
import { startServer } from "./_start_server.ts";
import { DEFAULT_PORT, type Settings } from "./_settings.ts";

/** How many ports are tried when the user named none. */
const PORTS_TO_TRY = 100;

/** Starts the server; a port that nobody asked for may be another one. */
export function startFromSettings(
  settings: Settings,
  app: App,
  log: TerminalLog,
): RunningServer {
  const { addresses, options, isDefaultPort } = settings;
  const handler = checkApp(app);
  const context = {
    log,
    allowHint: (host: string) => `to allow it, pass --allowed-host ${host}`,
  };
  if (!isDefaultPort) return startServer(addresses, handler, options, context);
  for (let port = DEFAULT_PORT;; port++) {
    const onPort = addresses.map((address) =>
      address.transport === "tcp" ? { ...address, port } : address
    );
    try {
      const server = startServer(onPort, handler, options, context);
      if (port !== DEFAULT_PORT) {
        log.message(
          "warn",
          `Port ${DEFAULT_PORT} is in use, so this is port ${port}`,
        );
      }
      return server;
    } catch (error) {
      const isInUse = error instanceof Deno.errors.AddrInUse &&
        !error.message.includes("unix://");
      if (!isInUse || port === DEFAULT_PORT + PORTS_TO_TRY - 1) throw error;
    }
  }
}
