import type { Handler, ServeInfo } from "../../serving/handler.ts";
import { deriveInfo } from "../_derive_info.ts";
import type { ForwardedHost } from "./_forwarded_host.ts";
import { setForwardedClient } from "../forwarded_client.ts";
import { moveUrl } from "./_move_url.ts";
import {
  type ForwardedDepths,
  type ForwardedValues,
  readForwarded,
} from "./_read_forwarded.ts";
import { type TrustedHops, trustedHops } from "./_trusted_hops.ts";
import { withUrl } from "../_with_url.ts";
import { optionCheck } from "../_option_check.ts";

const check = optionCheck("fix requests");

/**
 * Options for {@linkcode proxyFix}. A number says how many proxies append a value
 * to that header: the n-th value from the right is taken. 0 ignores the header,
 * which is right for each header that your proxy neither sets nor removes, as
 * clients can send it, too.
 */
export interface ProxyFixOptions {
  /**
   * How many values to count in `X-Forwarded-For`, the client's address.
   *
   * @default {1}
   */
  xFor?: number;
  /**
   * How many values to count in `X-Forwarded-Proto`, the scheme.
   *
   * @default {1}
   */
  xProto?: number;
  /**
   * How many values to count in `X-Forwarded-Host`, the host with or without port.
   *
   * @default {0}
   */
  xHost?: number;
  /**
   * How many values to count in `X-Forwarded-Port`, the port.
   *
   * @default {0}
   */
  xPort?: number;
  /**
   * How many values to count in `X-Forwarded-Prefix`, the part of the path that
   * the proxy has taken off.
   *
   * @default {0}
   */
  xPrefix?: number;
  /**
   * How many elements to count in `Forwarded` (RFC 7239). Where a request has
   * this header, its `X-Forwarded-For`, `-Proto`, `-Host` and `-Port` are ignored.
   *
   * @default {0}
   */
  forwarded?: number;
  /**
   * The proxies that are believed: IP addresses, ranges such as `10.0.0.0/8` or
   * `fd00::/8`, `"loopback"`, `"private"` (RFC 1918 and RFC 4193), and `"unix"`
   * for what comes over a Unix socket. A request from anyone else is passed on
   * as it is. Without this option, anyone is believed who can connect.
   */
  trusted?: readonly string[];
}

/** What an app behind {@linkcode proxyFix} learns. */
export interface ProxyFixInfo {
  /** What was believed, and what there was before. */
  readonly forwarded: ForwardedInfo;
}

/** What proxies have said about a request and was believed. */
export interface ForwardedInfo {
  /** The values of the request as it came in. */
  readonly original: ForwardedOriginal;
  /**
   * The client as the proxy wrote it: an address with or without port, or
   * `unknown` or an identifier such as `_hidden` (RFC 7239 section 6), which
   * leave `remoteAddr` as it was.
   */
  readonly for?: string;
  /** The interface where the proxy took the request, from `Forwarded` only. */
  readonly by?: string;
  /** The scheme. */
  readonly proto?: "http" | "https";
  /** The host, with its port if it came with one. */
  readonly host?: string;
  /** The port, from `X-Forwarded-Port` only. */
  readonly port?: number;
  /** The part of the path that was taken off, as it is in `scriptName`. */
  readonly prefix?: string;
}

/** A request as it came in. */
export interface ForwardedOriginal {
  /** The other end of the connection: the last proxy. */
  readonly remoteAddr: Deno.Addr;
  /** The URL of the request. */
  readonly url: string;
  /** The part of the path that had been taken off before. */
  readonly scriptName: string;
}

/**
 * Tells `app` of the client what a proxy in front says of it, instead of what
 * the connection to that proxy shows: the address in `info.remoteAddr`, the
 * scheme, host and port in `request.url`, and the prefix of the path in
 * `info.scriptName`. What was believed, and the original values, are in
 * `info.forwarded`. Headers stay as they are. The access log of devserve shows
 * the forwarded client.
 *
 * Use it only behind a proxy, and count right: whoever can send a header that is
 * believed can be anybody. One proxy that sets a header makes 1, whatever the
 * client has sent before. Each number stands for itself, and where a header has
 * fewer values than that, it is ignored.
 *
 * With `trusted`, only these proxies are believed, and the numbers are limits.
 * A header says, from the right, what the last proxy, the one before it and so
 * on have appended; who they were is in `X-Forwarded-For` (or `for` in
 * `Forwarded`). The last of the n values is taken up to which every proxy is
 * trusted: `Infinity` thus finds the first address from the right that is not
 * trusted, or the leftmost one if all are, as Express does. Where the addresses
 * are not counted, only the last value of other headers is believed. A client
 * in a trusted range can say anything.
 *
 * Lists are those of RFC 9110 section 5.6.1, over several lines, too: quotes are
 * taken off, empty members do not count, and a header with a quote that is not
 * closed counts as empty; so does a malformed `Forwarded`. Let the outermost
 * proxy replace these headers rather than append to them, otherwise clients can
 * spoil them, and `info.remoteAddr` is then the proxy itself.
 *
 * A value that is not what it should be changes nothing: schemes are http and
 * https (`ws` and `wss` count as these), hosts are names or IP addresses with or
 * without port, a prefix is a path without dot segments. A host without port
 * means the default one, unless `X-Forwarded-Port` says which. Differing from
 * Werkzeug, an IPv6 address needs no brackets, `address:port` is understood in
 * `X-Forwarded-For`, and a prefix has one slash at its start and none at its end.
 *
 * The Host check of devserve sees the host that the proxy asks for, not the
 * forwarded one: name it in `allowedHosts`, or let the proxy say `localhost`.
 *
 * @typeParam Info What the app is told about a request besides.
 * @param app The app behind the proxy.
 * @param options Which headers are believed.
 * @returns A handler.
 * @throws {TypeError} If an argument has the wrong type.
 * @throws {RangeError} If a number is not a whole one from 0 on (`Infinity` is
 * one with `options.trusted`), or the prefix length of a range is too large.
 * @throws {SyntaxError} If an entry of `options.trusted` is neither an address
 * nor a range nor one of the names.
 *
 * @example Usage
 * ```ts
 * import { proxyFix } from "@x/devserve/middleware";
 * import { assertEquals } from "@std/assert";
 *
 * const handler = proxyFix(
 *   (request, { remoteAddr }) =>
 *     new Response(`${request.url} ${(remoteAddr as Deno.NetAddr).hostname}`),
 *   { xHost: 1, trusted: ["loopback"] },
 * );
 *
 * const server = Deno.serve({ hostname: "127.0.0.1", port: 0 }, handler);
 * const response = await fetch(`http://127.0.0.1:${server.addr.port}/path`, {
 *   headers: {
 *     "X-Forwarded-For": "203.0.113.7",
 *     "X-Forwarded-Proto": "https",
 *     "X-Forwarded-Host": "example.com",
 *   },
 * });
 * assertEquals(await response.text(), "https://example.com/path 203.0.113.7");
 * await server.shutdown();
 * ```
 */
export function proxyFix<Info extends ServeInfo>(
  app: Handler<Info & ProxyFixInfo>,
  options: ProxyFixOptions = {},
): Handler<Info> {
  const { depths, trusted } = checkSettings(app, options);

  return function proxyFixHandler(
    request: Request,
    info: Info,
  ): Response | Promise<Response> {
    const original: ForwardedOriginal = {
      remoteAddr: info.remoteAddr,
      url: request.url,
      scriptName: info.scriptName ?? "",
    };
    if (trusted && !trusted.hasPeer(info.remoteAddr)) {
      const derived = deriveInfo(info, { forwarded: { original } });
      return app(request, derived as unknown as Info & ProxyFixInfo);
    }
    const values = readForwarded(request.headers, depths, trusted);
    const { client, prefix } = values;
    if (client) setForwardedClient(info, client.ip?.text ?? client.text);
    const derived = deriveInfo(info, {
      forwarded: describe(original, values),
      ...(client?.ip && { remoteAddr: addressOf(client.ip.text, client.port) }),
      ...(prefix !== undefined && { scriptName: prefix }),
    });
    return app(
      withUrl(request, moveUrl(request.url, values)),
      // All of `Info` is still in it, which the types of a spread do not tell.
      derived as unknown as Info & ProxyFixInfo,
    );
  };
}

function addressOf(hostname: string, port: number): Deno.NetAddr {
  return { transport: "tcp", hostname, port };
}

function describe(
  original: ForwardedOriginal,
  { client, by, proto, host, port, prefix }: ForwardedValues,
): ForwardedInfo {
  return {
    original,
    ...(client && { for: client.text }),
    ...(by && { by: by.text }),
    ...(proto && { proto }),
    ...(host && { host: hostText(host) }),
    ...(port !== undefined && { port }),
    ...(prefix !== undefined && { prefix }),
  };
}

function hostText({ hostname, port }: ForwardedHost): string {
  return port === undefined ? hostname : `${hostname}:${port}`;
}

function checkSettings(
  app: unknown,
  options: ProxyFixOptions,
): { depths: ForwardedDepths; trusted: TrustedHops | undefined } {
  const {
    xFor = 1,
    xProto = 1,
    xHost = 0,
    xPort = 0,
    xPrefix = 0,
    forwarded = 0,
    trusted,
  } = options;
  const depths = { xFor, xProto, xHost, xPort, xPrefix, forwarded };
  check("app", app, typeof app === "function", "a function");
  for (const [name, depth] of Object.entries(depths)) {
    check(name, depth, typeof depth === "number", "a number");
    const isLimit = depth === Infinity && trusted !== undefined;
    if (isLimit || Number.isSafeInteger(depth) && depth >= 0) continue;
    throw new RangeError(
      `Cannot fix requests as ${name} must be a whole number from 0 on${
        depth === Infinity ? ' unless "trusted" is given' : ""
      }: current value is ${depth}`,
    );
  }
  if (trusted === undefined) return { depths, trusted };
  const isList = Array.isArray(trusted) &&
    trusted.every((entry) => typeof entry === "string");
  check("trusted", trusted, isList, "an array of addresses and ranges");
  return { depths, trusted: trustedHops(trusted) };
}
