import { type ForwardedHost, parseHost, parsePort } from "./_forwarded_host.ts";
import { type ForwardedNode, parseNode } from "./_forwarded_node.ts";
import { type ForwardedElement, parseForwarded } from "./_parse_forwarded.ts";
import { parsePrefix } from "./_parse_prefix.ts";
import { splitList, unquote } from "./_split_list.ts";
import type { TrustedHops } from "./_trusted_hops.ts";

/** How many values to count from the right of each header, 0 for none. */
export interface ForwardedDepths {
  /** For `X-Forwarded-For`. */
  readonly xFor: number;
  /** For `X-Forwarded-Proto`. */
  readonly xProto: number;
  /** For `X-Forwarded-Host`. */
  readonly xHost: number;
  /** For `X-Forwarded-Port`. */
  readonly xPort: number;
  /** For `X-Forwarded-Prefix`. */
  readonly xPrefix: number;
  /** For `Forwarded`. */
  readonly forwarded: number;
}

/** What is believed of what the headers say, each value checked. */
export interface ForwardedValues {
  /** The client. */
  readonly client: ForwardedNode | undefined;
  /** The interface where the proxy took the request. */
  readonly by: ForwardedNode | undefined;
  /** The scheme that the client used. */
  readonly proto: "http" | "https" | undefined;
  /** The host that the client asked for. */
  readonly host: ForwardedHost | undefined;
  /** The port that the client connected to. */
  readonly port: number | undefined;
  /** The part of the path that was taken off. */
  readonly prefix: string | undefined;
}

const SCHEMES: ReadonlyMap<string, "http" | "https"> = new Map([
  ["http", "http"],
  ["https", "https"],
  // How some proxies tell of a WebSocket; its request has a URL of HTTP here.
  ["ws", "http"],
  ["wss", "https"],
]);

/**
 * Reads what proxies say about a request.
 *
 * @param headers The headers of the request.
 * @param depths How many values to count.
 * @param trusted The proxies that are believed, of which the one that has sent
 * the request is one. Whoever has appended the value, if `undefined`.
 */
export function readForwarded(
  headers: Headers,
  depths: ForwardedDepths,
  trusted: TrustedHops | undefined,
): ForwardedValues {
  const text = depths.forwarded > 0 ? headers.get("forwarded") : null;
  const elements = text === null ? undefined : parseForwarded(text);
  const clients = elements?.map((element) => element.get("for")) ??
    (depths.xFor > 0 ? listOf(headers, "x-forwarded-for") : []);
  const hops = trusted && countHops(clients, trusted);

  function pickFrom(name: string, depth: number): string | undefined {
    return depth > 0 ? pick(listOf(headers, name), depth, hops) : undefined;
  }

  const prefix = pickFrom("x-forwarded-prefix", depths.xPrefix);
  // A client cannot take this header away. So it is there in place of the
  // others even if it says nothing, and they may be the client's.
  if (elements) {
    return check({ ...pickElement(elements, depths.forwarded, hops), prefix });
  }
  return check({
    client: pick(clients, depths.xFor, hops),
    proto: pickFrom("x-forwarded-proto", depths.xProto),
    host: pickFrom("x-forwarded-host", depths.xHost),
    port: pickFrom("x-forwarded-port", depths.xPort),
    prefix,
  });
}

type ForwardedTexts = {
  [Name in keyof ForwardedValues]?: string | undefined;
};

function check(texts: ForwardedTexts): ForwardedValues {
  const { client, by, proto, host, port, prefix } = texts;
  return {
    client: parsed(client, parseNode),
    by: parsed(by, parseNode),
    proto: parsed(proto, (text) => SCHEMES.get(text.toLowerCase())),
    host: parsed(host, parseHost),
    port: parsed(port, parsePort),
    prefix: parsed(prefix, parsePrefix),
  };
}

/** An empty value says nothing. */
function parsed<T>(
  text: string | undefined,
  parse: (text: string) => T | undefined,
): T | undefined {
  return text ? parse(text) : undefined;
}

function pickElement(
  elements: readonly ForwardedElement[],
  depth: number,
  hops: number | undefined,
): ForwardedTexts {
  const element = pick(elements, depth, hops);
  return {
    client: element?.get("for"),
    by: element?.get("by"),
    proto: element?.get("proto"),
    host: element?.get("host"),
  };
}

function listOf(headers: Headers, name: string): string[] {
  const value = headers.get(name);
  return value === null ? [] : (splitList(value, ",") ?? []).map(unquote);
}

/**
 * Counts the proxies in a row, from the last one on, that are trusted: as many
 * values of each header, from the right, come from them.
 */
function countHops(
  clients: readonly (string | undefined)[],
  trusted: TrustedHops,
): number {
  const first = clients.findLastIndex((client) => {
    const ip = parsed(client, parseNode)?.ip;
    return ip === undefined || !trusted.hasIp(ip);
  });
  return clients.length - first;
}

function pick<T>(
  values: readonly T[],
  depth: number,
  hops: number | undefined,
): T | undefined {
  const count = hops === undefined
    ? depth
    : Math.min(depth, hops, values.length);
  return count > 0 ? values.at(-count) : undefined;
}
