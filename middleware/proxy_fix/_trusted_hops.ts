import { type IpAddress, parseIp } from "./_ip_address.ts";

/** The proxies that are believed. */
export interface TrustedHops {
  /** Whether the other end of a connection is one of them. */
  hasPeer(address: Deno.Addr): boolean;
  /** Whether an address is that of one of them. */
  hasIp(ip: IpAddress): boolean;
}

interface IpRange {
  /** The bits that all addresses of the range begin with. */
  prefix: bigint;
  /** How many bits follow. */
  rest: bigint;
}

const NAMED_RANGES: ReadonlyMap<string, readonly string[]> = new Map([
  ["loopback", ["127.0.0.0/8", "::1"]],
  // RFC 1918 and RFC 4193.
  ["private", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]],
  ["unix", []],
]);

/**
 * Prepares a list of trusted proxies.
 *
 * @param entries Addresses, ranges and names of ranges.
 * @throws {SyntaxError} If an entry is none of these.
 * @throws {RangeError} If a range has a prefix length that its addresses have not.
 */
export function trustedHops(entries: readonly string[]): TrustedHops {
  const ranges = entries
    .flatMap((entry) => NAMED_RANGES.get(entry) ?? [entry])
    .map(parseRange);
  const hasUnix = entries.includes("unix");

  function hasIp({ bits }: IpAddress): boolean {
    return ranges.some(({ prefix, rest }) => bits >> rest === prefix);
  }

  return {
    hasIp,
    hasPeer(address) {
      if (!("hostname" in address)) {
        return hasUnix && address.transport.startsWith("unix");
      }
      const ip = parseIp(address.hostname);
      return ip !== undefined && hasIp(ip);
    },
  };
}

function parseRange(entry: string): IpRange {
  const [, address = "", length] = /^([^/]*)(?:\/(\d{1,4}))?$/.exec(entry) ??
    [];
  const ip = parseIp(address);
  if (ip === undefined) {
    throw new SyntaxError(
      `Cannot trust "${entry}": expected an IP address, a range such as "10.0.0.0/8", "loopback", "private" or "unix"`,
    );
  }
  // By how it is written: "::ffff:10.0.0.0/104" is the same as "10.0.0.0/8".
  const size = address.includes(":") ? 128 : 32;
  const known = length === undefined ? size : Number(length);
  if (known > size) {
    throw new RangeError(
      `Cannot trust "${entry}" as the prefix length must be from 0 to ${size}: current value is ${known}`,
    );
  }
  const rest = BigInt(size - known);
  return { prefix: ip.bits >> rest, rest };
}
