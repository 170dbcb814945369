import {
  type ForwardedInfo,
  proxyFix,
  type ProxyFixOptions,
} from "../../middleware/proxy_fix/proxy_fix.ts";
import { forwardedClient } from "../../middleware/forwarded_client.ts";
import type { ServeInfo } from "../../serving/handler.ts";

/** Where a request comes from and what is in it. */
export interface FixRequest {
  /** The URL, `http://spam/` if not given. */
  url?: string;
  /** The other end of the connection: an IP address, or `unix`. */
  peer?: string;
  /** The header fields; those of one name are joined. */
  headers?: Record<string, string> | [string, string][];
  /** The part of the path that was taken off before. */
  scriptName?: string;
}

/** What an app is told behind `proxyFix()`. */
export interface Fixed {
  /** The URL of the request. */
  url: string;
  /** The address and the port of the client, `unix` for a Unix socket. */
  client: string;
  /** The part of the path that was taken off. */
  scriptName: string | undefined;
  /** What was believed, and the original values. */
  forwarded: ForwardedInfo;
  /** The client in the access log. */
  logged: string | undefined;
}

/** Sends a request through `proxyFix()`, without a socket. */
export function fix(options: ProxyFixOptions, request: FixRequest): Fixed {
  const { url = "http://spam/", peer = "192.168.0.1", headers } = request;
  const { scriptName } = request;
  const info: ServeInfo = {
    remoteAddr: addressOf(peer),
    completed: Promise.resolve(),
    ...(scriptName !== undefined && { scriptName }),
  };
  let fixed: Omit<Fixed, "logged"> | undefined;
  const handler = proxyFix((request, info) => {
    fixed = {
      url: request.url,
      client: addressText(info.remoteAddr),
      scriptName: info.scriptName,
      forwarded: info.forwarded,
    };
    return new Response();
  }, options);
  handler(new Request(url, { headers: headers ?? {} }), info);
  if (fixed === undefined) throw new Error("Cannot tell what the app was told");
  return { ...fixed, logged: forwardedClient(info) };
}

/** Writes an address as it is in a URL. */
export function addressText(address: Deno.Addr): string {
  if (!("hostname" in address)) return address.transport;
  const { hostname, port } = address;
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

function addressOf(peer: string): Deno.Addr {
  return peer === "unix"
    ? { transport: "unix", path: "/run/app.sock" }
    : { transport: "tcp", hostname: peer, port: 123 };
}
