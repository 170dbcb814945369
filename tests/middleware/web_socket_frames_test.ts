import { assertEquals, assertRejects } from "@std/assert";
import {
  clientFrame,
  closePayload,
  MAX_MESSAGE,
  readMessages,
  WebSocketFault,
} from "../../middleware/http_proxy/_web_socket_frames.ts";

/** What is read when the bytes come in chunks of this size. */
async function messagesOf(bytes: readonly number[], size = bytes.length) {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) {
      yield await Promise.resolve(Uint8Array.from(bytes.slice(at, at + size)));
    }
  }
  const messages: [opcode: number, payload: string][] = [];
  for await (const { opcode, payload } of readMessages(chunks())) {
    messages.push([opcode, new TextDecoder().decode(payload)]);
  }
  return messages;
}

const HELLO = [...new TextEncoder().encode("Hello")];

Deno.test("readMessages() reads the examples of RFC 6455 section 5.7, in chunks of any size", async () => {
  const long = new Array<number>(256).fill(0x61);
  const longer = new Array<number>(65_536).fill(0x62);
  const bytes = [
    ...[0x81, 0x05, ...HELLO],
    // Two fragments, and a ping between them.
    ...[0x01, 0x03, 0x48, 0x65, 0x6c],
    ...[0x89, 0x05, ...HELLO],
    ...[0x80, 0x02, 0x6c, 0x6f],
    ...[0x82, 0x7e, 0x01, 0x00, ...long],
    ...[0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0, ...longer],
    ...[0x81, 0x00],
    ...[0x88, 0x02, 0x03, 0xe8],
  ];
  const expected = [
    [1, "Hello"],
    [9, "Hello"],
    [1, "Hello"],
    [2, "a".repeat(256)],
    [2, "b".repeat(65_536)],
    [1, ""],
    [8, new TextDecoder().decode(new Uint8Array([3, 0xe8]))],
  ];
  for (const size of [1, 2, 7, 1000, bytes.length]) {
    assertEquals(await messagesOf(bytes, size), expected, `${size}`);
  }
});

Deno.test("readMessages() ends where the bytes end", async () => {
  assertEquals(await messagesOf([]), []);
  assertEquals(await messagesOf([0x81, 0x05, 0x48]), []);
  assertEquals(await messagesOf([0x81, 0x7e, 0x01]), []);
});

Deno.test("readMessages() throws where the protocol is broken", async () => {
  for (
    const [bytes, code] of [
      // A reserved bit, a reserved opcode, a mask.
      [[0xc1, 0x00], 1002],
      [[0x83, 0x00], 1002],
      [[0x8b, 0x00], 1002],
      [[0x81, 0x85, 0, 0, 0, 0, ...HELLO], 1002],
      // A control frame in fragments, a long one.
      [[0x09, 0x00], 1002],
      [[0x89, 0x7e, 0x00, 0x7e], 1002],
      // A continuation of nothing, a message within a message.
      [[0x80, 0x00], 1002],
      [[0x01, 0x00, 0x81, 0x00], 1002],
      // 2 ** 63 bytes, and one too many in two fragments.
      [[0x82, 0x7f, 0x80, 0, 0, 0, 0, 0, 0, 0], 1009],
      [[0x02, 0x01, 0x00, 0x80, 0x7f, 0, 0, 0, 0, 4, 0, 0, 0], 1009],
    ] as const
  ) {
    const fault = await assertRejects(() => messagesOf(bytes), WebSocketFault);
    assertEquals(fault.code, code, bytes.join());
  }
  assertEquals(MAX_MESSAGE, 0x400_0000);
});

Deno.test("clientFrame() masks what it frames", () => {
  for (
    const [length, head] of [
      [0, [0x82, 0x80]],
      [125, [0x82, 0xfd]],
      [126, [0x82, 0xfe, 0, 126]],
      [65_535, [0x82, 0xfe, 0xff, 0xff]],
      [65_536, [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]],
    ] as const
  ) {
    const payload = Uint8Array.from({ length }, (_, i) => i);
    const frame = clientFrame(2, payload);
    assertEquals([...frame.subarray(0, head.length)], [...head]);
    const mask = frame.subarray(head.length, head.length + 4);
    const body = frame.subarray(head.length + 4);
    assertEquals(body.map((byte, i) => byte ^ mask[i % 4]!), payload);
  }
});

Deno.test("clientFrame() takes another mask each time", () => {
  const frames = Array.from(
    { length: 8 },
    () => clientFrame(1, new Uint8Array(8)).toHex(),
  );
  assertEquals(new Set(frames).size, 8);
});

Deno.test("closePayload() has code and reason", () => {
  assertEquals(closePayload(1001, "bye").toHex(), "03e9627965");
});
