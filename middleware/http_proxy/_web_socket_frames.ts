import { ByteReader, join, sizeOf } from "./_byte_reader.ts";

/** The kinds of frames (RFC 6455 section 5.2). */
export const OPCODES = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

/** A message, put together, or a control frame. */
export interface WebSocketMessage {
  /** Its kind, never a continuation. */
  readonly opcode: number;
  /** Its content. */
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Bytes that are no frames of a server, or too many; `code` says so. */
export class WebSocketFault extends Error {
  override name = "WebSocketFault";
  /** The code to close with. */
  readonly code: number;

  /** Tells what is wrong. */
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The longest message that is put together, in bytes; Deno has the same. */
export const MAX_MESSAGE = 64 * 1024 * 1024;

const FINAL = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
const KNOWN = new Set<number>(Object.values(OPCODES));

/**
 * Reads what a server sends after the handshake.
 *
 * @param source The bytes.
 * @returns The messages and control frames, in the order in which they end.
 * @throws {WebSocketFault} If it breaks the protocol.
 */
export async function* readMessages(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<WebSocketMessage, void> {
  const bytes = new ByteReader(source);
  let opcode = 0;
  let parts: Uint8Array[] = [];
  for (;;) {
    const frame = await readFrame(bytes, sizeOf(parts));
    if (!frame) return;
    if (frame.opcode >= OPCODES.close) {
      yield frame;
      continue;
    }
    if ((frame.opcode === OPCODES.continuation) !== (opcode !== 0)) {
      throw new WebSocketFault(1002, "A fragment is out of place");
    }
    opcode ||= frame.opcode;
    parts.push(frame.payload);
    if (!frame.isFinal) continue;
    yield { opcode, payload: join(parts) };
    opcode = 0;
    parts = [];
  }
}

interface Frame extends WebSocketMessage {
  readonly isFinal: boolean;
}

async function readFrame(
  bytes: ByteReader,
  pending: number,
): Promise<Frame | undefined> {
  const head = await bytes.read(2);
  if (!head) return undefined;
  const [first = 0, second = 0] = head;
  const opcode = first & 0x0f;
  const isFinal = (first & FINAL) !== 0;
  const isControl = opcode >= OPCODES.close;
  if (
    (first & RESERVED) !== 0 || !KNOWN.has(opcode) || (second & MASKED) !== 0 ||
    isControl && (!isFinal || second > 125)
  ) {
    throw new WebSocketFault(1002, "A frame is not valid");
  }
  const length = await readLength(bytes, second);
  if (length === undefined) return undefined;
  if (length + pending > MAX_MESSAGE) {
    throw new WebSocketFault(1009, "A message is too long");
  }
  const payload = await bytes.read(length);
  return payload && { opcode, isFinal, payload };
}

async function readLength(
  bytes: ByteReader,
  short: number,
): Promise<number | undefined> {
  if (short < 126) return short;
  const long = await bytes.read(short === 126 ? 2 : 8);
  return long?.reduce((length, byte) => length * 256 + byte, 0);
}

/**
 * Makes a frame as clients send them, masked.
 *
 * @param opcode The kind.
 * @param payload The content.
 * @returns The bytes.
 */
export function clientFrame(
  opcode: number,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const { length } = payload;
  const extra = length < 126 ? 0 : length < 0x1_0000 ? 2 : 8;
  const frame = new Uint8Array(2 + extra + 4 + length);
  const view = new DataView(frame.buffer);
  frame[0] = FINAL | opcode;
  frame[1] = MASKED | (extra === 0 ? length : extra === 2 ? 126 : 127);
  if (extra === 2) view.setUint16(2, length);
  if (extra === 8) view.setBigUint64(2, BigInt(length));
  const mask = crypto.getRandomValues(frame.subarray(2 + extra, 6 + extra));
  const body = frame.subarray(6 + extra);
  for (let i = 0; i < length; i++) body[i] = payload[i]! ^ mask[i & 3]!;
  return frame;
}

/** The content of a close frame (RFC 6455 section 5.5.1). */
export function closePayload(
  code: number,
  reason: string,
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(reason);
  const payload = new Uint8Array(2 + text.length);
  new DataView(payload.buffer).setUint16(0, code);
  payload.set(text, 2);
  return payload;
}
