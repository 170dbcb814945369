import type { IncomingMessage } from "node:http";
import { bridgeWebSockets } from "./_bridge_web_sockets.ts";
import { listMembers } from "./_hop_by_hop.ts";
import { exchange } from "./_proxy_exchange.ts";
import { UpstreamFault } from "./_proxy_failure.ts";
import { headersOf, responseFrom } from "./_proxy_response.ts";
import type { ProxyTarget } from "./_proxy_targets.ts";

/** RFC 6455 section 1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Fields of one handshake, of which there are two. */
const HANDSHAKE_FIELDS = [
  "sec-websocket-accept",
  "sec-websocket-extensions",
  "sec-websocket-key",
  "sec-websocket-version",
];

/** Whether a request asks for a WebSocket (RFC 6455 section 4.2.1). */
export function asksForWebSocket({ method, headers }: Request): boolean {
  return method === "GET" &&
    listMembers(headers.get("connection")).includes("upgrade") &&
    listMembers(headers.get("upgrade")).includes("websocket");
}

/**
 * Opens a WebSocket to the upstream, then the one of the client.
 *
 * @param request The request of the client.
 * @param target Where to connect to.
 * @param path The path there.
 * @param host The `Host` field.
 * @param headers The other fields.
 * @returns The answer to the handshake, which is that of the upstream if it does
 * not want a WebSocket.
 * @throws {UpstreamFault} If the upstream answers what it must not.
 */
export async function proxyWebSocket(
  request: Request,
  target: ProxyTarget,
  path: string,
  host: string,
  headers: Headers,
): Promise<Response> {
  for (const name of HANDSHAKE_FIELDS) headers.delete(name);
  const key = crypto.getRandomValues(new Uint8Array(16)).toBase64();
  const fields = ["Host", host, "Connection", "Upgrade", "Upgrade", "websocket"]
    .concat("Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", key)
    .concat([...headers].flat());
  const { message, socket } = await exchange(request, target, {
    method: "GET",
    target: path,
    fields,
    body: null,
  });
  if (!socket) return responseFrom(message, "GET", target);
  try {
    await checkHandshake(message, key, headers.get("sec-websocket-protocol"));
    const protocol = message.headers["sec-websocket-protocol"];
    const { socket: client, response } = Deno.upgradeWebSocket(
      request,
      protocol === undefined ? {} : { protocol },
    );
    bridgeWebSockets(client, socket);
    addFields(response, message);
    return response;
  } catch (error) {
    socket.destroy();
    if (error instanceof UpstreamFault) throw error;
    // Deno did not take the handshake of the client.
    return new Response("400 Bad Request\n", { status: 400 });
  }
}

async function checkHandshake(
  { headers, statusCode }: IncomingMessage,
  key: string,
  offered: string | null,
): Promise<void> {
  const protocol = headers["sec-websocket-protocol"];
  const isOffered = protocol === undefined ||
    (offered ?? "").split(",").some((name) => name.trim() === protocol);
  if (
    statusCode !== 101 ||
    headers["sec-websocket-accept"] !== await acceptOf(key)
  ) {
    throw new UpstreamFault(
      "its answer to the WebSocket handshake is not valid",
    );
  }
  if (!isOffered || headers["sec-websocket-extensions"] !== undefined) {
    throw new UpstreamFault(
      "it chose a WebSocket protocol or extension that was not offered",
    );
  }
}

async function acceptOf(key: string): Promise<string> {
  const bytes = new TextEncoder().encode(key + GUID);
  const hash = await crypto.subtle.digest("SHA-1", bytes);
  return new Uint8Array(hash).toBase64();
}

/** Cookies, for instance; the response itself must stay the same object. */
function addFields(response: Response, message: IncomingMessage): void {
  for (const [name, value] of headersOf(message)) {
    if (!/^(?:sec-websocket-.*|content-length|date)$/.test(name)) {
      response.headers.append(name, value);
    }
  }
}
