/** A TCP address to listen on. */
export interface TcpBindAddress {
  /** The kind of address. */
  transport: "tcp";
  /** A host name, an IPv4 or an IPv6 address without brackets. */
  hostname: string;
  /** The port, or `undefined` where the text names none. */
  port: number | undefined;
}

/** A Unix socket to listen on. */
export interface UnixBindAddress {
  /** The kind of address. */
  transport: "unix";
  /** The path of the socket file. */
  path: string;
  /** The permission bits of the socket file, or `undefined` for the umask's. */
  mode: number | undefined;
}

/** An address to listen on. */
export type BindAddress = TcpBindAddress | UnixBindAddress;

const UNIX_SCHEME = "unix://";
const MAX_PORT = 65535;
const FORMS = "host:port, [ipv6]:port, :port, port or unix:///path";

/**
 * Parses a bind address: `host:port`, `host`, `[ipv6]:port`, `ipv6`, `:port`,
 * `port`, or `unix:///path[?mode=660]`.
 *
 * Without a host it is `localhost`, so that nothing is exposed to the network
 * by leaving something out.
 *
 * @param text The address.
 * @returns Its parts.
 * @throws {SyntaxError} If `text` has none of these forms.
 * @throws {RangeError} If the port or the mode is out of range.
 *
 * @example Usage
 * ```ts
 * import { parseBindAddress } from "@x/devserve";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseBindAddress("[::1]:8000"), {
 *   transport: "tcp",
 *   hostname: "::1",
 *   port: 8000,
 * });
 * ```
 */
export function parseBindAddress(text: string): BindAddress {
  if (text.startsWith(UNIX_SCHEME)) return parseUnix(text);
  const match = /^(?:\[([^\[\]]+)\]|([^:\[\]\s/]*))(?::(\d+))?$/.exec(text);
  if (match === null) {
    // Two colons or more and no brackets: an IPv6 address alone.
    if (isIpv6(text)) return tcp(text, undefined);
    throw notAnAddress(text);
  }
  const [, ipv6, name, port] = match;
  if (ipv6 !== undefined) {
    if (!isIpv6(ipv6)) throw notAnAddress(text);
    return tcp(ipv6, parsePort(port));
  }
  if (port === undefined && /^\d+$/.test(name ?? "")) {
    return tcp("localhost", parsePort(name));
  }
  if (name === "" && port === undefined) throw notAnAddress(text);
  return tcp(name || "localhost", parsePort(port));
}

/**
 * Checks that a value is a port number.
 *
 * @param port The value.
 * @throws {TypeError} If it is not an integer.
 * @throws {RangeError} If it is not from 0 to 65535.
 */
export function assertPort(port: unknown): asserts port is number {
  if (typeof port !== "number" || !Number.isInteger(port)) {
    const shown = typeof port === "string" ? `"${port}"` : String(port);
    throw new TypeError(
      `Cannot bind to port as it must be an integer: current value is ${shown}`,
    );
  }
  if (port < 0 || port > MAX_PORT) {
    throw new RangeError(
      `Cannot bind to port as it must be an integer from 0 to ${MAX_PORT}: current value is ${port}`,
    );
  }
}

function tcp(hostname: string, port: number | undefined): TcpBindAddress {
  return { transport: "tcp", hostname, port };
}

function parsePort(digits: string | undefined): number | undefined {
  if (digits === undefined) return undefined;
  const port = Number(digits);
  assertPort(port);
  return port;
}

function parseUnix(text: string): UnixBindAddress {
  const [, path = "", query] = /^([^?]*)(?:\?(.*))?$/s.exec(
    text.slice(UNIX_SCHEME.length),
  ) ?? [];
  if (path === "") throw notAnAddress(text);
  if (query === undefined) return { transport: "unix", path, mode: undefined };
  const mode = /^mode=([0-7]{3,4})$/.exec(query)?.[1];
  if (mode === undefined) {
    throw new SyntaxError(
      `Cannot parse bind address "${text}": expected "?mode=" and three or four octal digits after the path`,
    );
  }
  return { transport: "unix", path, mode: parseInt(mode, 8) };
}

/** Whether the URL parser takes `text` as an IPv6 address (RFC 4291). */
function isIpv6(text: string): boolean {
  return text.includes(":") && URL.canParse(`http://[${text}]/`);
}

function notAnAddress(text: string): SyntaxError {
  return new SyntaxError(
    `Cannot parse bind address "${text}": expected ${FORMS}`,
  );
}
