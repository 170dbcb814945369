import { defaultAllowedHosts, isLoopback } from "./allowed_hosts.ts";
import type { BindAddress } from "./bind_address.ts";
import type { Handler, ServeInfo } from "./handler.ts";
import { takeForwarded } from "./_forward.ts";
import { hostCheck } from "./host_check.ts";
import { listenAll } from "./_listen.ts";
import type { TerminalLog } from "./log.ts";
import type { ServerOptions } from "./make_server.ts";
import { RequestHandler } from "./request_handler.ts";
import { type Route, RunningServer } from "./_running_server.ts";
import { sharedData } from "../middleware/shared_data.ts";
import { urlOf } from "./_url_of.ts";

/** What differs between the ways to start a server. */
export interface StartContext {
  /** The log. */
  log: TerminalLog;
  /** Says how the user allows a host, if not by the option. */
  allowHint?: (host: string) => string;
  /**
   * The path of a private socket for requests that the generation before hands
   * on. Where there is one, its addresses are taken over, too.
   */
  takeOverAt?: string;
}

/** Starts a server with arguments that were checked. */
export function startServer(
  addresses: readonly BindAddress[],
  app: Handler,
  options: ServerOptions,
  { log, allowHint = allowByOption, takeOverAt }: StartContext,
): RunningServer {
  const {
    requestHandler: RequestHandlerClass = RequestHandler,
    staticFiles,
    passthroughErrors = false,
    allowedHosts = defaultAllowedHosts(addresses),
    gracePeriod = 5,
    serverHeader = true,
  } = options;

  const requestHandler = new RequestHandlerClass({
    app: staticFiles === undefined
      ? app
      // A developer wants to see the file as it is now.
      : sharedData(app, staticFiles, { cache: false }),
    log,
    hostCheck: allowedHosts && hostCheck(allowedHosts, allowHint),
    serverHeader,
    wantsClient: log.wantsClient || !addresses.every(isLocalOnly),
    passError: passthroughErrors ? (error) => server.fail(error) : undefined,
  });

  const route: Route = { successor: undefined };
  const onError = (error: unknown) => requestHandler.handleSendError(error);
  const bound = listenAll(addresses, {
    handlerFor: (localAddr) => handlerFor(localAddr, requestHandler, route),
    onError,
    takeOver: takeOverAt !== undefined,
  });
  const servers = bound.flatMap(({ servers }) => servers.filter(isDefined));

  const server = new RunningServer({
    servers,
    takeOverServer: takeOverAt === undefined ? undefined : Deno.serve(
      { path: takeOverAt, onError, onListen: () => {} },
      takeForwarded(
        (request, info) => requestHandler.handle(request, info),
        servers[0]!.addr,
      ),
    ),
    takeOverAt,
    route,
    requestHandler,
    log,
    urls: bound.map(({ address, servers }) => urlOf(address, servers[0].addr)),
    graceMs: gracePeriod * 1000,
  });
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

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function isLocalOnly(address: BindAddress): boolean {
  return address.transport === "unix" || isLoopback(address.hostname);
}
