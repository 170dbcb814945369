import { checkApp } from "./_check_options.ts";
import type { App } from "./handler.ts";
import { loadSsl } from "./_load_ssl.ts";
import type { TerminalLog } from "./log.ts";
import { onFreePort } from "./_on_free_port.ts";
import type { RunningServer } from "./_running_server.ts";
import type { Settings } from "./_settings.ts";
import { startServer } from "./_start_server.ts";
import type { DebugBoundary } from "./_with_debugger.ts";
import { withProxies } from "./_with_proxies.ts";

/** Starts a server as the command line wants it. */
export async function startFromSettings(
  settings: Settings,
  app: App,
  log: TerminalLog,
  debug: DebugBoundary | undefined,
): Promise<RunningServer> {
  const handler = await withProxies(checkApp(app), settings.proxies);
  const ssl = await loadSsl(settings.addresses, settings.options);
  return await onFreePort(
    settings,
    log,
    (addresses) =>
      startServer(addresses, handler, settings.options, {
        log,
        debug,
        ssl,
        allowHint: (host) => `to allow it, pass --allowed-host ${host}`,
      }),
  );
}
