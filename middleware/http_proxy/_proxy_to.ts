import type { ServeInfo } from "../../serving/handler.ts";
import { exchange } from "./_proxy_exchange.ts";
import { proxyFailure, ProxyLoop, UpstreamFault } from "./_proxy_failure.ts";
import { upstreamHeaders, upstreamHost } from "./_proxy_headers.ts";
import { responseFrom } from "./_proxy_response.ts";
import type { ProxyPlace } from "./_proxy_route.ts";
import type { ProxyTarget } from "./_proxy_targets.ts";
import { asksForWebSocket, proxyWebSocket } from "./_proxy_web_socket.ts";

/** A request and where it goes. */
export interface ProxiedRequest {
  /** The request of the client. */
  readonly request: Request;
  /** What is known about it. */
  readonly info: ServeInfo;
  /** What it was sent to. */
  readonly place: ProxyPlace;
  /** Where it goes to. */
  readonly target: ProxyTarget;
  /** The path there. */
  readonly path: string;
  /** By which this proxy knows itself. */
  readonly pseudonym: string;
}

/**
 * Passes a request on.
 *
 * @param proxied The request.
 * @returns The response of the upstream, or one that says why there is none.
 */
export async function proxyTo(proxied: ProxiedRequest): Promise<Response> {
  const { request, target } = proxied;
  try {
    return await passOn(proxied);
  } catch (error) {
    return proxyFailure(request, target, error);
  }
}

async function passOn(
  { request, info, place, target, path, pseudonym }: ProxiedRequest,
): Promise<Response> {
  if (request.headers.get("via")?.includes(pseudonym)) throw new ProxyLoop();
  const headers = upstreamHeaders(request, info, target, place, pseudonym);
  const host = upstreamHost(request, target, place);
  if (asksForWebSocket(request)) {
    return await proxyWebSocket(request, target, path, host, headers);
  }
  const { method } = request;
  const body = bodyOf(request);
  const fields = ["Host", host, "Connection", "close"]
    .concat(framing(request, body !== null), [...headers].flat());
  const { message, socket } = await exchange(request, target, {
    method,
    target: path,
    fields,
    body,
  });
  if (socket === undefined) return responseFrom(message, method, target);
  socket.destroy();
  throw new UpstreamFault("it changes to a protocol that was not asked for");
}

/**
 * The body, if there is one: Deno has a stream for each request that may have
 * one. In HTTP/1.1, all of which has a `Host` field, the fields tell.
 */
function bodyOf(request: Request): ReadableStream<Uint8Array> | null {
  const { headers } = request;
  const isDeclared = !headers.has("host") || headers.has("transfer-encoding") ||
    Number(headers.get("content-length")) > 0;
  return isDeclared ? request.body : null;
}

/**
 * How the body is sent: with its length if that is certain. Where a client sends
 * `Transfer-Encoding`, too, its `Content-Length` says nothing (RFC 9112 section
 * 6.3), and to pass on both is how requests are smuggled.
 */
function framing({ method, headers }: Request, hasBody: boolean): string[] {
  if (!hasBody) {
    return /^(?:POST|PUT|PATCH)$/.test(method) ? ["Content-Length", "0"] : [];
  }
  const length = headers.get("content-length");
  return length !== null && /^\d+$/.test(length) &&
      !headers.has("transfer-encoding")
    ? ["Content-Length", length]
    : ["Transfer-Encoding", "chunked"];
}
