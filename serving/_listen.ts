import type { BindAddress } from "./bind_address.ts";
import type { Serving } from "../reloader/generation.ts";
import { openAll } from "./_open_all.ts";
import { serve } from "./_serve.ts";
import type { SslPair } from "./tls/ssl_context.ts";
import { clearStaleSocket } from "./_unix_socket.ts";
import { urlOf } from "./_url_of.ts";

/** Makes the handler of one listening socket, which knows its address. */
export type HandlerFor = (localAddr: Deno.Addr) => Deno.ServeHandler;

/** What {@linkcode listenAll} needs besides the addresses. */
export interface ListenOptions {
  /** Makes the handler of each listening socket. */
  handlerFor: HandlerFor;
  /** Called with what Deno itself finds wrong with a response. */
  onError: (error: unknown) => Response | Promise<Response>;
  /**
   * Whether to take the addresses over from another process of the same server:
   * TCP ports are shared with it (`SO_REUSEPORT`), Unix sockets replaced.
   */
  takeOver?: boolean;
  /** The certificate for TCP addresses; without it they are for HTTP. */
  ssl?: SslPair | undefined;
}

/** What serves, and what it serves. */
export interface Listening {
  /** The servers of Deno, one for each listening socket. */
  readonly servers: readonly Deno.HttpServer[];
  /** The addresses that they serve. */
  readonly addrs: readonly Deno.Addr[];
  /** The URL of each address as the user named it. */
  readonly urls: readonly string[];
  /** What is relayed to them, if the addresses are not their own. */
  readonly relayed?: Serving["relayed"];
}

/**
 * Listens on all addresses or, if one of them cannot be had, on none.
 *
 * All happens in one turn of the event loop, so no request is taken by a server
 * that is then given up.
 */
export function listenAll(
  addresses: readonly BindAddress[],
  options: ListenOptions,
): Listening {
  for (const address of addresses) {
    if (address.transport === "unix" && !options.takeOver) {
      clearStaleSocket(address.path);
    }
  }
  const opened = openAll<Deno.HttpServer>(addresses, {
    tcp: (hostname, port) => serveTcp(hostname, port, options),
    unix: (path) => serveUnix(path, options),
    close: (server) => void server.shutdown(),
  });
  const servers = opened.flatMap(({ sockets: [first, second] }) =>
    second === undefined ? [first] : [first, second]
  );
  return {
    servers,
    addrs: servers.map(({ addr }) => addr),
    urls: opened.map(({ address }) =>
      urlOf(address, options.ssl === undefined ? "http" : "https")
    ),
  };
}

function serveTcp(
  hostname: string,
  port: number,
  { handlerFor, onError, takeOver = false, ssl }: ListenOptions,
): Deno.HttpServer {
  let handler: Deno.ServeHandler<Deno.NetAddr> | undefined;
  return serve(
    {
      hostname,
      port,
      onError,
      // Even `false` needs --unstable-net in some versions.
      ...(takeOver && { reusePort: true }),
      onListen: (addr) => void (handler = handlerFor(addr)),
    },
    (request, info) => handler!(request, info),
    ssl,
  );
}

function serveUnix(
  path: string,
  { handlerFor, onError, takeOver = false }: ListenOptions,
): Deno.HttpServer {
  const handler = handlerFor({ transport: "unix", path });
  // Deno removes the path that it has bound, whoever's it is by then; so that
  // one is our own, and the public one never missing.
  const bound = takeOver ? ownPathBeside(path) : path;
  const server = Deno.serve(
    { path: bound, onError, onListen: () => {} },
    handler,
  );
  if (takeOver) Deno.renameSync(bound, path);
  return server;
}

/** Hardly ever longer than the path itself, which may be as long as it can be. */
function ownPathBeside(path: string): string {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  return `${folder}.${Deno.pid.toString(36)}`;
}
