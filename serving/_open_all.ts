import type { BindAddress } from "./bind_address.ts";
import { portHolder } from "./_port_holder.ts";
import { withSocketMode } from "./_unix_socket.ts";

/** What holds an address: a server, or a mere listener. */
export interface Socket {
  /** The address. */
  readonly addr: Deno.Addr;
}

/** How addresses are opened. */
export interface Opener<T extends Socket> {
  /** Listens on a TCP port. */
  tcp(hostname: string, port: number): T;
  /** Listens on a Unix socket. */
  unix(path: string): T;
  /** Gives up what listens. */
  close(socket: T): void;
}

/** An address, and the sockets that listen on it: for `localhost` it is two. */
export interface Opened<T extends Socket> {
  /** The address as the user named it, with the port number that it has got. */
  readonly address: BindAddress;
  /** The sockets, at least one. */
  readonly sockets: readonly [T, T?];
}

/** How often a free port number is tried on both loopbacks. */
const PAIR_ATTEMPTS = 50;

/** Opens all addresses or, if one of them cannot be had, none. */
export function openAll<T extends Socket>(
  addresses: readonly BindAddress[],
  opener: Opener<T>,
): Opened<T>[] {
  const opened = new Map<BindAddress, Opened<T>>();
  try {
    for (const address of unixLast(addresses)) {
      opened.set(address, open(address, opener));
    }
  } catch (error) {
    for (const { sockets } of opened.values()) {
      for (const socket of sockets) if (socket) opener.close(socket);
    }
    throw error;
  }
  return addresses.map((address) => opened.get(address)!);
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

function open<T extends Socket>(
  address: BindAddress,
  opener: Opener<T>,
): Opened<T> {
  if (address.transport === "unix") {
    const bind = () => openUnix(address.path, opener);
    return { address, sockets: [withSocketMode(address, bind)] };
  }
  const [first, second] = hostsOf(address.hostname);
  const { port = 0 } = address;
  const sockets: Opened<T>["sockets"] = second === undefined
    ? [openTcp(first, port, opener)]
    : openPair(first, second, port, opener);
  const bound = sockets[0].addr as Deno.NetAddr;
  return { address: { ...address, port: bound.port }, sockets };
}

/**
 * Listens on both loopbacks with one port number: clients differ in which of
 * them they try first, and some try no other.
 */
function openPair<T extends Socket>(
  first: string,
  second: string,
  port: number,
  opener: Opener<T>,
): [T, T?] {
  for (let attempt = 1;; attempt++) {
    const one = openTcp(first, port, opener);
    const { port: bound } = one.addr as Deno.NetAddr;
    try {
      return [one, openTcp(second, bound, opener)];
    } catch (error) {
      if (isWithoutIpv6(error)) return [one];
      opener.close(one);
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

function openTcp<T extends Socket>(
  hostname: string,
  port: number,
  opener: Opener<T>,
): T {
  try {
    return opener.tcp(hostname, port);
  } catch (error) {
    throw explain(error, hostname, port);
  }
}

function openUnix<T extends Socket>(path: string, opener: Opener<T>): T {
  try {
    return opener.unix(path);
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
