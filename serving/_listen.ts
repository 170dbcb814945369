import type { BindAddress, TcpBindAddress } from "./bind_address.ts";
import { portHolder } from "./_port_holder.ts";
import { clearStaleSocket, withSocketMode } from "./_unix_socket.ts";

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
}

type TcpServer = Deno.HttpServer<Deno.NetAddr>;

/** An address, and the servers that listen on it: for `localhost` it is two. */
export interface BoundAddress {
  /** The address as the user named it. */
  readonly address: BindAddress;
  /** The servers, at least one. */
  readonly servers: readonly [Deno.HttpServer, Deno.HttpServer?];
}

/** How often a free port number is tried on both loopbacks. */
const PAIR_ATTEMPTS = 50;

/**
 * Listens on all addresses or, if one of them cannot be had, on none.
 *
 * All happens in one turn of the event loop, so no request is taken by a server
 * that is then given up.
 */
export function listenAll(
  addresses: readonly BindAddress[],
  options: ListenOptions,
): BoundAddress[] {
  for (const address of addresses) {
    if (address.transport === "unix" && !options.takeOver) {
      clearStaleSocket(address.path);
    }
  }
  const bound = new Map<BindAddress, BoundAddress>();
  try {
    for (const address of unixLast(addresses)) {
      bound.set(address, { address, servers: listenOn(address, options) });
    }
  } catch (error) {
    for (const { servers } of bound.values()) {
      for (const server of servers) server?.shutdown();
    }
    throw error;
  }
  return addresses.map((address) => bound.get(address)!);
}

/**
 * Puts Unix sockets behind the rest, which fails more often: Deno removes the
 * file of a socket that is given up, but not at once, so it would be left behind
 * by a process that ends because of the failure.
 */
function unixLast(addresses: readonly BindAddress[]): BindAddress[] {
  const isUnix = ({ transport }: BindAddress) => transport === "unix";
  return [
    ...addresses.filter((address) => !isUnix(address)),
    ...addresses.filter(isUnix),
  ];
}

function listenOn(
  address: BindAddress,
  options: ListenOptions,
): BoundAddress["servers"] {
  if (address.transport === "unix") {
    return [withSocketMode(address, () => serveUnix(address.path, options))];
  }
  const [first, second] = hostsOf(address.hostname);
  if (second === undefined) return [serveTcp(first, address.port, options)];
  return listenOnPair(first, second, address, options);
}

/**
 * Listens on both loopbacks with one port number: clients differ in which of
 * them they try first, and some try no other.
 */
function listenOnPair(
  first: string,
  second: string,
  { port }: TcpBindAddress,
  options: ListenOptions,
): [TcpServer, TcpServer?] {
  for (let attempt = 1;; attempt++) {
    const one = serveTcp(first, port, options);
    try {
      return [one, serveTcp(second, one.addr.port, options)];
    } catch (error) {
      if (isWithoutIpv6(error)) return [one];
      one.shutdown();
      const isClash = error instanceof Deno.errors.AddrInUse && !port;
      if (!isClash || attempt === PAIR_ATTEMPTS) throw error;
    }
  }
}

/** The addresses behind a name; `*.localhost` is loopback too (RFC 6761). */
function hostsOf(hostname: string): [string, ...string[]] {
  return /^(?:.+\.)?localhost\.?$/i.test(hostname)
    ? ["127.0.0.1", "::1"]
    : [hostname];
}

/** Whether a failure says that the machine has no IPv6. */
function isWithoutIpv6(error: unknown): boolean {
  return error instanceof Error &&
    /\(os error (?:97|99|47|49|10047|10049)\)/.test(
      `${error.message} ${(error.cause as Error | undefined)?.message}`,
    );
}

function serveTcp(
  hostname: string,
  port: number | undefined,
  { handlerFor, onError, takeOver = false }: ListenOptions,
): TcpServer {
  let handler: Deno.ServeHandler<Deno.NetAddr> | undefined;
  try {
    const server = Deno.serve({
      hostname,
      port: port ?? 0,
      onError,
      // Even `false` needs --unstable-net in some versions.
      ...(takeOver && { reusePort: true }),
      onListen: (addr) => void (handler = handlerFor(addr)),
    }, (request, info) => handler!(request, info));
    return server;
  } catch (error) {
    throw explain(error, hostname, port ?? 0);
  }
}

function serveUnix(
  path: string,
  { handlerFor, onError, takeOver = false }: ListenOptions,
): Deno.HttpServer<Deno.UnixAddr> {
  const handler = handlerFor({ transport: "unix", path });
  // Deno removes the path that it has bound, whoever's it is by then; so that
  // one is our own, and the public one never missing.
  const bound = takeOver ? `${path}.${Deno.pid}` : path;
  try {
    const server = Deno.serve(
      { path: bound, onError, onListen: () => {} },
      handler,
    );
    if (takeOver) Deno.renameSync(bound, path);
    return server;
  } catch (error) {
    throw explainUnix(error, path);
  }
}

/** Says which socket cannot be bound, as the system does not. */
function explainUnix(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof Deno.errors.NotCapable) return error;
  const ErrorClass = error.constructor as ErrorConstructor;
  const reason = error instanceof Deno.errors.NotFound
    ? "the directory does not exist"
    : error.message;
  return new ErrorClass(`Cannot listen on "unix://${path}": ${reason}`, {
    cause: error,
  });
}

/** Says which address cannot be bound, why, and what can be done about it. */
function explain(error: unknown, hostname: string, port: number): unknown {
  if (!(error instanceof Error)) return error;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const prefix = `Cannot listen on ${host}:${port}: `;
  if (error instanceof Deno.errors.AddrInUse) {
    const holder = portHolder(port);
    return new Deno.errors.AddrInUse(
      `${prefix}the address is in use${holder ? ` by ${holder}` : ""}; ` +
        "stop that process, or choose another port (0 takes any free one)" +
        airPlayHint(port),
      { cause: error },
    );
  }
  if (error instanceof Deno.errors.PermissionDenied && port < 1024) {
    return new Deno.errors.PermissionDenied(
      `${prefix}ports below 1024 need special rights; choose a port from 1024 on`,
      { cause: error },
    );
  }
  if (error instanceof Deno.errors.NotCapable) return error;
  const ErrorClass = error.constructor as ErrorConstructor;
  return new ErrorClass(prefix + error.message, { cause: error });
}

function airPlayHint(port: number): string {
  return Deno.build.os === "darwin" && (port === 5000 || port === 7000)
    ? "; on macOS the AirPlay Receiver listens there (System Settings, General, AirDrop & Handoff)"
    : "";
}
