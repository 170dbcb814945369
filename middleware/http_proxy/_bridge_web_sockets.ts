import type { Duplex, Readable } from "node:stream";
import {
  clientFrame,
  closePayload,
  MAX_MESSAGE,
  OPCODES,
  readMessages,
  WebSocketFault,
  type WebSocketMessage,
} from "./_web_socket_frames.ts";

/** How much may wait for a client before no more is read for it, in bytes. */
const MAX_WAITING = 1024 * 1024;

/** How long to wait for a client to take something, in milliseconds. */
const WAIT = 5;

/** How long the upstream has to close the connection, in milliseconds. */
const CLOSE_LIMIT = 5000;

/** The connections on which a close frame was sent. */
const closing = new WeakSet<Duplex>();

const DECODER_OPTIONS = { fatal: true, ignoreBOM: true };

/**
 * Passes messages between the WebSocket of a client and the connection to an
 * upstream, and the codes and reasons that they are closed with. Each side's
 * pings are answered here.
 *
 * @param client The WebSocket of the client, which need not be open yet.
 * @param upstream The connection after the handshake.
 */
export function bridgeWebSockets(client: WebSocket, upstream: Duplex): void {
  client.binaryType = "arraybuffer";
  // An error is followed by the end, and that is what counts.
  client.onerror = () => {};
  upstream.on("error", () => {});
  client.onmessage = ({ data }) => {
    // Nothing holds back what a client sends, so that there must be an end to it.
    if (upstream.writableLength > MAX_MESSAGE) {
      client.close(1013, "The upstream is too slow");
    } else if (typeof data === "string") {
      send(upstream, OPCODES.text, new TextEncoder().encode(data));
    } else {
      send(upstream, OPCODES.binary, new Uint8Array(data));
    }
  };
  client.onclose = ({ code, reason }) => {
    if (code === 1005) closeUpstream(upstream, new Uint8Array(0));
    else if (isSendable(code)) {
      closeUpstream(upstream, closePayload(code, reason));
    } else {
      // It went without a word, and the upstream shall see just that.
      upstream.destroy();
    }
  };
  client.onopen = async () => {
    try {
      await passMessages(upstream, client);
    } catch (error) {
      endWith(error, client, upstream);
    }
    // The end is only seen by who reads.
    upstream.resume();
  };
}

async function passMessages(
  upstream: Duplex,
  client: WebSocket,
): Promise<void> {
  for await (const message of readMessages(chunksOf(upstream))) {
    if (message.opcode === OPCODES.close) {
      const [code, reason] = readClose(message);
      closeUpstream(upstream, message.payload);
      client.close(code, reason);
      return;
    }
    passMessage(message, client, upstream);
    await roomFor(client);
  }
  client.close(1011, "The upstream has gone");
}

function passMessage(
  { opcode, payload }: WebSocketMessage,
  client: WebSocket,
  upstream: Duplex,
): void {
  if (opcode === OPCODES.text) client.send(decode(payload));
  else if (opcode === OPCODES.binary) client.send(payload);
  else if (opcode === OPCODES.ping) send(upstream, OPCODES.pong, payload);
}

/** The connection stays as it is when no more is read. */
function chunksOf(upstream: Readable): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => upstream.iterator({ destroyOnReturn: false }),
  };
}

/** There is no event for it. */
async function roomFor(client: WebSocket): Promise<void> {
  while (
    client.readyState === WebSocket.OPEN && client.bufferedAmount > MAX_WAITING
  ) {
    await new Promise((resolve) => setTimeout(resolve, WAIT));
  }
}

function endWith(error: unknown, client: WebSocket, upstream: Duplex): void {
  if (error instanceof WebSocketFault) {
    closeUpstream(upstream, closePayload(error.code, error.message));
    client.close(error.code === 1009 ? 1009 : 1011, error.message);
  } else {
    upstream.destroy();
    client.close(1011, "The upstream has gone");
  }
}

function readClose(
  { payload }: WebSocketMessage,
): [code?: number, reason?: string] {
  if (payload.length === 0) return [];
  const code = payload.length === 1
    ? 0
    : new DataView(payload.buffer).getUint16(0);
  if (!isSendable(code)) {
    throw new WebSocketFault(1002, "A close frame is not valid");
  }
  return [code, decode(payload.subarray(2))];
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", DECODER_OPTIONS).decode(bytes);
  } catch {
    // There is nothing else that it could throw.
    throw new WebSocketFault(1007, "A text is not UTF-8");
  }
}

/** Whether a close frame can have this code (RFC 6455 section 7.4). */
function isSendable(code: number): boolean {
  return code >= 3000 && code <= 4999 ||
    code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}

function send(upstream: Duplex, opcode: number, payload: Uint8Array): void {
  if (upstream.writable) upstream.write(clientFrame(opcode, payload));
}

/** It is for the server to close the connection (RFC 6455 section 7.1.1). */
function closeUpstream(upstream: Duplex, payload: Uint8Array): void {
  // Both sides close, and one frame is enough.
  if (!upstream.writable || closing.has(upstream)) return;
  closing.add(upstream);
  send(upstream, OPCODES.close, payload);
  const timer = setTimeout(() => upstream.destroy(), CLOSE_LIMIT);
  upstream.once("close", () => clearTimeout(timer));
}
