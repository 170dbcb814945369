import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fieldValues, type RawConnection, rawRequest } from "../_raw_http.ts";
import { testSsl } from "../_test_ssl.ts";
import { okWith, proxied, rawUpstream, served, valuesOf } from "./_proxied.ts";

const HANDSHAKE =
  "GET /ws HTTP/1.1\r\nHost: h.test\r\nConnection: Upgrade\r\n" +
  "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/** Answers the handshake of a proxy. */
async function shakeHands(
  connection: RawConnection,
  head: string,
  fields = "",
): Promise<void> {
  const [key = ""] = valuesOf(head, "sec-websocket-key");
  const bytes = new TextEncoder().encode(
    `${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`,
  );
  const accept = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));
  await connection.send(
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n" +
      `Upgrade: websocket\r\nSec-WebSocket-Accept: ${accept.toBase64()}\r\n` +
      `${fields}\r\n`,
  );
}

/** The frames that a proxy has sent, each of less than 126 bytes. */
function framesOf(text: string): [opcode: number, payload: string][] {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  const frames: [number, string][] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes[at + 1]! & 0x7f;
    const mask = bytes.subarray(at + 2, at + 6);
    const payload = bytes.slice(at + 6, at + 6 + length)
      .map((byte, i) => byte ^ mask[i % 4]!);
    frames.push([bytes[at]! & 0x0f, String.fromCharCode(...payload)]);
    at += 6 + length;
  }
  return frames;
}

interface Closed {
  code: number;
  reason: string;
}

/** A WebSocket that misses nothing, since it listens from the beginning. */
interface Client {
  readonly socket: WebSocket;
  /** The messages, in their order. */
  readonly messages: AsyncIterator<string | Uint8Array>;
  /** How it ends. */
  readonly closed: Promise<Closed>;
}

async function open(url: string, protocols?: string[]): Promise<Client> {
  const socket = new WebSocket(url.replace("http", "ws"), protocols);
  socket.binaryType = "arraybuffer";
  const closed = new Promise<Closed>((resolve) => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason });
  });
  const { readable, writable } = new TransformStream<string | Uint8Array>(
    undefined,
    undefined,
    { highWaterMark: Infinity },
  );
  const writer = writable.getWriter();
  socket.onmessage = ({ data }) =>
    void writer.write(typeof data === "string" ? data : new Uint8Array(data));
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  socket.onerror = null;
  return { socket, messages: readable.values(), closed };
}

/** An upstream that sends back what it gets. */
function echo(onClose: (closed: Closed) => void = () => {}) {
  return served((request) => {
    const offered = request.headers.get("sec-websocket-protocol");
    const [protocol = ""] = (offered ?? "").split(",");
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol });
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => socket.send(data);
    socket.onclose = ({ code, reason }) => onClose({ code, reason });
    return response;
  });
}

Deno.test("httpProxy() passes on messages of a WebSocket", async () => {
  await using upstream = await echo();
  await using server = proxied({ "/ws": upstream.url });
  const { socket, messages, closed } = await open(
    `${server.url}/ws`,
    ["chat", "other"],
  );
  assertEquals(socket.protocol, "chat");
  const sent = [
    "",
    "text, \u{1f600}\ufeff",
    "\ufefflong ".repeat(20_000),
    new Uint8Array(0),
    Uint8Array.from({ length: 300 }, (_, i) => i),
    new Uint8Array(3_000_000).fill(7),
  ];
  for (const message of sent) {
    socket.send(message);
    assertEquals((await messages.next()).value, message);
  }
  socket.close();
  await closed;
});

Deno.test("httpProxy() passes on the code that the client closes with", async () => {
  const seen = Promise.withResolvers<Closed>();
  await using upstream = echo(seen.resolve);
  await using server = proxied({ "/": upstream.url });
  const { socket, closed } = await open(server.url);
  socket.close(4321, "enough");
  assertEquals(await seen.promise, { code: 4321, reason: "enough" });
  assertEquals(await closed, { code: 4321, reason: "enough" });
});

Deno.test("httpProxy() passes on that the client goes away", async () => {
  const seen = Promise.withResolvers<string>();
  await using upstream = rawUpstream(async (connection, head) => {
    await shakeHands(connection, head);
    const frame = await connection.readThrough("\x88\x82");
    await connection.closeWrite();
    seen.resolve(frame + await connection.readToEnd());
  });
  await using server = proxied({ "/": upstream.url });
  const handshake = `${HANDSHAKE}\r\n`;
  const connection = await Deno.connect({ port: server.port });
  await connection.write(new TextEncoder().encode(handshake));
  await connection.read(new Uint8Array(1000));
  // 1001, with a mask of zeros; a browser sends that when it leaves a page.
  await connection.write(
    new Uint8Array([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]),
  );
  const reply = new Uint8Array(10);
  await connection.read(reply);
  connection.close();
  assertEquals([...reply.subarray(0, 4)], [0x88, 0x02, 0x03, 0xe9]);
  const frames = framesOf(await seen.promise);
  assertEquals(frames, [[8, "\x03\xe9"]]);
});

Deno.test("httpProxy() passes on the code that the upstream closes with", async () => {
  for (const code of [1000, 1001, 1012, 3000, 4999]) {
    await using upstream = served((request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onopen = () => socket.close(code, "caf\u00e9");
      return response;
    });
    await using server = proxied({ "/": upstream.url });
    const { closed } = await open(server.url);
    assertEquals(await closed, { code, reason: "caf\u00e9" });
  }
});

Deno.test("httpProxy() tells a client with 1011 that the upstream broke off", async () => {
  for (const frame of ["", "\x81\x05He", "\x81\x85abcd", "\x81\x01\xff"]) {
    await using upstream = rawUpstream(async (connection, head) => {
      await shakeHands(connection, head);
      await connection.send(frame);
    });
    await using server = proxied({ "/": upstream.url });
    const { closed } = await open(server.url);
    assertEquals((await closed).code, 1011, frame);
  }
});

Deno.test("httpProxy() tells an upstream what was wrong with its frames", async () => {
  for (
    const [frame, code] of [
      ["\x81\x85abcd", 1002],
      ["\x88\x01\x03", 1002],
      ["\x88\x02\x03\xed", 1002],
      ["\x81\x01\xff", 1007],
      ["\x82\x7f\0\0\0\x01\0\0\0\0", 1009],
    ] as const
  ) {
    const seen = Promise.withResolvers<string>();
    await using upstream = rawUpstream(async (connection, head) => {
      await shakeHands(connection, head);
      await connection.send(frame);
      await connection.closeWrite();
      seen.resolve(await connection.readToEnd());
    });
    await using server = proxied({ "/": upstream.url });
    await (await open(server.url)).closed;
    const [[opcode, payload] = [0, ""]] = framesOf(await seen.promise);
    assertEquals(
      [opcode, payload.charCodeAt(0) * 256 + payload.charCodeAt(1)],
      [8, code],
      frame,
    );
  }
});

Deno.test("httpProxy() answers pings, puts fragments together, and closes once", async () => {
  const seen = Promise.withResolvers<string>();
  await using upstream = rawUpstream(async (connection, head) => {
    await shakeHands(connection, head);
    await connection.send(
      "\x89\x02hi\x01\x03abc\x8a\x00\x80\x02de\x88\x05\x0b\xb8bye",
    );
    await connection.closeWrite();
    seen.resolve(await connection.readToEnd());
  });
  await using server = proxied({ "/": upstream.url });
  const { messages, closed } = await open(server.url);
  assertEquals((await messages.next()).value, "abcde");
  assertEquals(await closed, { code: 3000, reason: "bye" });
  assertEquals(framesOf(await seen.promise), [
    [10, "hi"],
    [8, "\x0b\xb8bye"],
  ]);
});

Deno.test("httpProxy() breaks off the upstream when the client breaks off", async () => {
  const seen = Promise.withResolvers<string>();
  await using upstream = rawUpstream(async (connection, head) => {
    await shakeHands(connection, head);
    seen.resolve(await connection.readToEnd());
  });
  await using server = proxied({ "/": upstream.url });
  const connection = await Deno.connect({ port: server.port });
  await connection.write(new TextEncoder().encode(`${HANDSHAKE}\r\n`));
  await connection.read(new Uint8Array(1000));
  connection.close();
  // No close frame was sent, so that none is passed on.
  assertEquals(await seen.promise, "");
});

Deno.test("httpProxy() passes on the fields of a handshake, both ways", async () => {
  const done = Promise.withResolvers<void>();
  await using upstream = rawUpstream(async (connection, head) => {
    await shakeHands(
      connection,
      head,
      "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nSec-WebSocket-Protocol: two\r\n" +
        "Date: Mon, 01 Jan 2024 00:00:00 GMT\r\n",
    );
    await done.promise;
  });
  await using server = proxied({
    "/ws": { target: upstream.url, removePrefix: true },
  });
  const response = await rawRequest(
    server.port,
    `${HANDSHAKE}Sec-WebSocket-Protocol: one, two\r\n` +
      "Sec-WebSocket-Extensions: permessage-deflate\r\nCookie: c=3\r\n" +
      "Authorization: Bearer x\r\nOrigin: http://h.test\r\n\r\n",
  );
  done.resolve();
  assertEquals(response.status, 101);
  assertEquals(fieldValues(response, "set-cookie"), ["a=1", "b=2"]);
  assertEquals(fieldValues(response, "sec-websocket-protocol"), ["two"]);
  assertEquals(fieldValues(response, "sec-websocket-accept").length, 1);
  const [head] = upstream.heads;
  assert(head?.startsWith("GET / HTTP/1.1\r\n"), head);
  const expected = {
    "connection": ["Upgrade"],
    "upgrade": ["websocket"],
    "cookie": ["c=3"],
    "authorization": ["Bearer x"],
    "origin": ["http://h.test"],
    "sec-websocket-protocol": ["one, two"],
    "sec-websocket-extensions": [],
    "sec-websocket-version": ["13"],
    "x-forwarded-for": ["127.0.0.1"],
    "x-forwarded-prefix": ["/ws"],
  };
  for (const [name, values] of Object.entries(expected)) {
    assertEquals(valuesOf(head, name), values, name);
  }
  const [key] = valuesOf(head, "sec-websocket-key");
  assert(key !== undefined && key !== "dGhlIHNhbXBsZSBub25jZQ==");
});

Deno.test("httpProxy() passes on that the upstream wants no WebSocket", async () => {
  await using upstream = rawUpstream(
    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nno",
  );
  await using server = proxied({ "/": upstream.url });
  const response = await rawRequest(server.port, `${HANDSHAKE}\r\n`);
  assertEquals([response.status, response.body], [401, "no"]);
  assertEquals(fieldValues(response, "www-authenticate"), ["Basic"]);
});

Deno.test("httpProxy() answers 502 to a handshake that is not valid", async () => {
  for (
    const [fields, reason] of [
      [undefined, "its answer to the WebSocket handshake is not valid"],
      ["Sec-WebSocket-Protocol: three\r\n", "was not offered"],
      ["Sec-WebSocket-Extensions: permessage-deflate\r\n", "was not offered"],
    ] as const
  ) {
    await using upstream = rawUpstream((connection, head) =>
      fields === undefined
        ? connection.send(
          "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n" +
            "Upgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n",
        )
        : shakeHands(connection, head, fields)
    );
    await using server = proxied({ "/": upstream.url });
    const response = await rawRequest(
      server.port,
      `${HANDSHAKE}Sec-WebSocket-Protocol: one, two\r\n\r\n`,
    );
    assertEquals(response.status, 502);
    assertStringIncludes(response.body, reason);
  }
});

Deno.test("httpProxy() answers 502 to a WebSocket where nobody listens", async () => {
  let url: string;
  {
    await using upstream = rawUpstream("");
    url = upstream.url;
  }
  await using server = proxied({ "/": url });
  const response = await rawRequest(server.port, `${HANDSHAKE}\r\n`);
  assertEquals(response.status, 502);
  assertStringIncludes(response.body, "connection refused");
});

Deno.test("httpProxy() answers 400 to a handshake that lacks its key", async () => {
  await using upstream = rawUpstream(shakeHands);
  await using server = proxied({ "/": upstream.url });
  const response = await rawRequest(
    server.port,
    `${HANDSHAKE.replace("Sec-WebSocket-Key", "X-Key")}\r\n`,
  );
  assertEquals(response.status, 400);
});

Deno.test("httpProxy() takes for a request what only looks like a handshake", async () => {
  await using upstream = rawUpstream(okWith("ok"));
  await using server = proxied({ "/": upstream.url });
  for (
    const text of [
      HANDSHAKE.replace("GET", "POST"),
      HANDSHAKE.replace("Connection: Upgrade", "X-Connection: Upgrade"),
      HANDSHAKE.replace("websocket", "h2c"),
    ]
  ) {
    const response = await rawRequest(server.port, `${text}\r\n`);
    assertEquals([response.status, response.body], [200, "ok"]);
  }
  for (const head of upstream.heads) {
    assertEquals(valuesOf(head, "upgrade"), []);
  }
});

Deno.test("httpProxy() connects WebSockets by TLS, whatever the certificate", async () => {
  using ssl = testSsl();
  const upstream = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    cert: await Deno.readTextFile(ssl.certFile),
    key: await Deno.readTextFile(ssl.keyFile),
    onListen: () => {},
  }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(data);
    return response;
  });
  {
    await using server = proxied({
      "/": {
        target: `https://localhost:${upstream.addr.port}`,
        insecure: true,
      },
    });
    const { socket, messages, closed } = await open(server.url);
    socket.send("secret");
    assertEquals((await messages.next()).value, "secret");
    socket.close();
    await closed;
  }
  await upstream.shutdown();
});

Deno.test("httpProxy() lets go of a client that sends more than the upstream takes", async () => {
  const done = Promise.withResolvers<void>();
  await using upstream = rawUpstream(async (connection, head) => {
    await shakeHands(connection, head);
    await done.promise;
  });
  await using server = proxied({ "/": upstream.url });
  const { socket, closed } = await open(server.url);
  const block = new Uint8Array(8 * 1024 * 1024);
  for (let i = 0; i < 16; i++) socket.send(block);
  const { code } = await closed;
  done.resolve();
  // Deno resets the connection where the client goes on sending.
  assert(code === 1013 || code === 0, `${code}`);
});
