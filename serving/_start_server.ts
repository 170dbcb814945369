import { defaultAllowedHosts, isLoopback } from "./allowed_hosts.ts";
import type { BindAddress } from "./bind_address.ts";
import type { Handler, ServeInfo } from "./handler.ts";
import { hostCheck } from "./host_check.ts";
import { listenAll, type ListenOptions } from "./_listen.ts";
import type { TerminalLog } from "./log.ts";
import type { ServerOptions } from "./make_server.ts";
import { RequestHandler } from "./request_handler.ts";
import { type Route, RunningServer } from "./_running_server.ts";
import type { TakeOver } from "./_take_over.ts";
import type { DebugBoundary } from "./_with_debugger.ts";
import type { ServedSslPair } from "./tls/ssl_context.ts";
import { serveRelayed } from "./_serve_relayed.ts";
import { sharedData } from "../middleware/shared_data/shared_data.ts";

/** What differs between the ways to start a server. */
export interface StartContext {
  /** The log. */
  log: TerminalLog;
  /** Says how the user allows a host, if not by the option. */
  allowHint?: (host: string) => string;
  /**
   * Takes requests that the generation before passes on. Where there is one, its
   * addresses are taken over, too.
   */
  takeOver?: TakeOver;
  /** What shows errors of the app, outside of all that is around it. */
  debug?: DebugBoundary | undefined;
  /** The certificate, if HTTPS is served. */
  ssl?: ServedSslPair | undefined;
  /** Where the supervisor listens and relays from, in place of this process. */
  relayed?: readonly Deno.Addr[] | undefined;
}

/** Starts a server with arguments that were checked. */
export function startServer(
  addresses: readonly BindAddress[],
  app: Handler,
  options: ServerOptions,
  { log, allowHint = allowByOption, debug, takeOver, ssl, relayed }:
    StartContext,
): RunningServer {
  const {
    requestHandler: RequestHandlerClass = RequestHandler,
    staticFiles,
    passthroughErrors = false,
    allowedHosts = defaultAllowedHosts(addresses),
    gracePeriod = 5,
    serverHeader = true,
  } = options;

  const certified = ssl?.hosts ?? [];
  const inner = staticFiles === undefined
    ? app
    // A developer wants to see the file as it is now.
    : sharedData(app, staticFiles, { cache: false });
  const requestHandler = new RequestHandlerClass({
    app: debug?.wrap(inner, certified) ?? inner,
    log,
    hostCheck: allowedHosts &&
      hostCheck([...allowedHosts, ...certified], allowHint),
    serverHeader,
    wantsClient: log.wantsClient || !addresses.every(isLocalOnly),
    passError: passthroughErrors ? (error) => server.fail(error) : undefined,
  });

  const route: Route = { successor: undefined };
  const onError = (error: unknown) => requestHandler.handleSendError(error);
  const listenOptions: ListenOptions = {
    handlerFor: (localAddr) => handlerFor(localAddr, requestHandler, route),
    onError,
    takeOver: takeOver !== undefined,
    ssl,
  };
  const listening = relayed === undefined
    ? listenAll(addresses, listenOptions)
    : serveRelayed(addresses, relayed, listenOptions);

  takeOver?.use(listenOptions.handlerFor, onError);
  const server = new RunningServer({
    ...listening,
    takeOver,
    route,
    requestHandler,
    log,
    graceMs: gracePeriod * 1000,
  });
  debug?.attach(server);
  return server;
}

/** Handles what comes in at an address, until there is a successor. */
function handlerFor(
  localAddr: Deno.Addr,
  requestHandler: RequestHandler,
  route: Route,
): Deno.ServeHandler {
  const isTcp = localAddr.transport === "tcp";
  return (request, info) => {
    const serveInfo = info as ServeInfo & { localAddr?: Deno.Addr };
    serveInfo.localAddr = localAddr;
    if (route.successor !== undefined && !request.headers.has("upgrade")) {
      return route.successor(request, serveInfo);
    }
    return isTcp
      ? requestHandler.handle(request, serveInfo)
      : requestHandler.handleDirect(request, serveInfo);
  };
}

function allowByOption(host: string): string {
  return `to allow it, pass allowedHosts: ["${host}"]`;
}

function isLocalOnly(address: BindAddress): boolean {
  return address.transport === "unix" || isLoopback(address.hostname);
}
