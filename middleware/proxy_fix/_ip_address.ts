/** An IP address. */
export interface IpAddress {
  /** The address in its shortest form (RFC 5952), in lower case. */
  readonly text: string;
  /** Its 128 bits; those of an IPv4 address are of the one mapped to IPv6. */
  readonly bits: bigint;
}

/** The bits of the range `::ffff:0:0/96`, without those of the IPv4 address. */
const MAPPED = 0xffff_0000_0000n;

const IPV4_REGEXP =
  /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

/**
 * Parses an IP address: IPv4 in its usual form only, as others are read in
 * different ways, and IPv6 without brackets and zone. An IPv4 address mapped to
 * IPv6 is that IPv4 address.
 *
 * @param text The text.
 * @returns The address, `undefined` if it is none.
 */
export function parseIp(text: string): IpAddress | undefined {
  if (IPV4_REGEXP.test(text)) {
    return { text, bits: MAPPED | ipv4Bits(text) };
  }
  if (!/^[\da-f:.]{2,45}$/i.test(text)) return undefined;
  const canonical = URL.parse(`http://[${text}]`)?.hostname.slice(1, -1);
  if (canonical === undefined) return undefined;
  const bits = ipv6Bits(canonical);
  const isIpv4 = bits >> 32n === MAPPED >> 32n;
  return { text: isIpv4 ? ipv4Text(bits) : canonical, bits };
}

function ipv4Bits(text: string): bigint {
  return text.split(".").reduce((bits, part) => bits << 8n | BigInt(part), 0n);
}

function ipv4Text(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => bits >> shift & 0xffn).join(".");
}

function ipv6Bits(canonical: string): bigint {
  const [head = [], tail = []] = canonical.split("::").map((half) =>
    half === "" ? [] : half.split(":")
  );
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...zeros, ...tail].reduce(
    (bits, group) => bits << 16n | BigInt(`0x${group}`),
    0n,
  );
}
