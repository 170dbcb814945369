import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { type App, makeServer, type ServerOptions } from "../../mod.ts";
import {
  fieldValues,
  rawConnect,
  type RawConnection,
  rawRequest,
} from "../_raw_http.ts";
import { LogRecorder } from "./_log_recorder.ts";

const encoder = new TextEncoder();
const KEEP_ALIVE = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** Serves one app, with a grace period that no test outlives. */
function serve(app: App, options: ServerOptions = {}) {
  const recorder = new LogRecorder();
  const server = makeServer("127.0.0.1", 0, app, {
    log: recorder.log,
    gracePeriod: 600,
    ...options,
  });
  return {
    server,
    port: server.port!,
    recorder,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A response whose stream begins and waits, and what happens to it. */
function waitingStream(type: string, text = "begun") {
  const cancelled = Promise.withResolvers<unknown>();
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({
    start(value) {
      controller = value;
      controller.enqueue(encoder.encode(text));
    },
    cancel: (reason) => cancelled.resolve(reason),
  });
  return {
    response: new Response(stream, { headers: { "content-type": type } }),
    cancelled: cancelled.promise,
    /** Sends the rest. */
    end(rest: string) {
      controller.enqueue(encoder.encode(rest));
      controller.close();
    },
  };
}

/** Opens a WebSocket byte by byte, and never answers what it is sent. */
async function rawWebSocket(port: number): Promise<RawConnection> {
  const connection = await rawConnect(port);
  await connection.send(
    "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n" +
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  await connection.readThrough("\r\n\r\n");
  return connection;
}

Deno.test("DevServer.shutdown() ends idle keep-alive connections", async () => {
  await using served = serve(() => new Response("hello"));
  using used = await rawConnect(served.port);
  await used.send(KEEP_ALIVE);
  assertEquals((await used.readResponse()).body, "hello");
  using fresh = await rawConnect(served.port);
  using partial = await rawConnect(served.port);
  await partial.send("GET / HTTP/1.1\r\nHost: loc");
  // These connections were made before this one, which has been served.
  await rawRequest(served.port, KEEP_ALIVE);
  await served.server.shutdown();
  assertEquals(await used.readToEnd(), "");
  assertEquals(await fresh.readToEnd(), "");
  await partial.readToEnd();
  await assertRejects(() => rawConnect(served.port), Error);
});

Deno.test("DevServer.shutdown() lets a request finish within the grace period", async () => {
  const entered = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  await using served = serve(() => {
    entered.resolve();
    return answer.promise;
  });
  using connection = await rawConnect(served.port);
  await connection.send(KEEP_ALIVE);
  await entered.promise;
  const stopped = served.server.shutdown();
  assert(served.server.isBusy);
  await assertRejects(() => rawRequest(served.port, KEEP_ALIVE));
  answer.resolve(new Response("late"));
  const response = await connection.readResponse();
  assertEquals([response.status, response.body], [200, "late"]);
  assertEquals(await connection.readToEnd(), "");
  await stopped;
});

Deno.test("DevServer.shutdown() lets a download finish within the grace period", async () => {
  const download = waitingStream("application/octet-stream");
  await using served = serve(() => download.response);
  using connection = await rawConnect(served.port);
  await connection.send(KEEP_ALIVE);
  const head = await connection.readThrough("begun");
  const stopped = served.server.shutdown();
  download.end(", done");
  assertMatch(
    head + await connection.readToEnd(),
    /begun[^]*, done[^]*\r\n0\r\n\r\n$/,
  );
  await stopped;
  assertEquals(served.recorder.access[0]?.outcome, "sent");
});

Deno.test("DevServer.shutdown() breaks off a download after the grace period", async () => {
  const download = waitingStream("application/octet-stream");
  await using served = serve(() => download.response, { gracePeriod: 0.01 });
  using connection = await rawConnect(served.port);
  await connection.send(KEEP_ALIVE);
  const head = await connection.readThrough("begun");
  await served.server.shutdown();
  assert(!(head + await connection.readToEnd()).endsWith("\r\n0\r\n\r\n"));
  await download.cancelled;
  assertEquals(served.recorder.access.length, 1);
  assertEquals(served.recorder.access[0]?.outcome, "failed");
});

Deno.test("DevServer.shutdown() ends event streams at once and cleanly", async () => {
  for (
    const type of [
      "text/event-stream",
      "text/event-stream; charset=utf-8",
      "Text/Event-Stream",
      "application/x-ndjson",
      "multipart/x-mixed-replace; boundary=x",
    ]
  ) {
    const events = waitingStream(type, "data: begun\n\n");
    await using served = serve(() => events.response);
    using connection = await rawConnect(served.port);
    await connection.send(KEEP_ALIVE);
    const head = await connection.readThrough("begun");
    assertEquals(served.server.isBusy, false);
    await served.server.shutdown();
    assertMatch(head + await connection.readToEnd(), /\r\n0\r\n\r\n$/);
    await events.cancelled;
    assertEquals(served.recorder.access.map(({ outcome }) => outcome), [
      "sent",
    ]);
    assertEquals(served.recorder.messages, []);
  }
});

Deno.test("DevServer.shutdown() ends an event stream that begins after it", async () => {
  const entered = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  const events = waitingStream("text/event-stream");
  await using served = serve(() => {
    entered.resolve();
    return answer.promise;
  });
  using connection = await rawConnect(served.port);
  await connection.send(KEEP_ALIVE);
  await entered.promise;
  const stopped = served.server.shutdown();
  answer.resolve(events.response);
  const response = await connection.readResponse();
  assertEquals([response.status, response.isComplete], [200, true]);
  await events.cancelled;
  await stopped;
});

Deno.test("DevServer serves WebSockets and closes them with 1001", async () => {
  const received = Promise.withResolvers<unknown>();
  await using served = serve((request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => {
      received.resolve(data);
      socket.send(`echo ${data}`);
    };
    return response;
  });
  const client = new WebSocket(`ws://127.0.0.1:${served.port}/`);
  const closed = new Promise<CloseEvent>((resolve) => client.onclose = resolve);
  const echoed = new Promise<MessageEvent>((resolve) =>
    client.onmessage = resolve
  );
  await new Promise((resolve) => client.onopen = resolve);
  client.send("hello");
  assertEquals((await echoed).data, "echo hello");
  assertEquals(await received.promise, "hello");
  await served.server.shutdown();
  const { code, reason, wasClean } = await closed;
  // The reason is ours: Deno's own `shutdown()` gives another one.
  assertEquals([code, reason, wasClean], [1001, "going away", true]);
  assertEquals(served.recorder.access.map(({ status }) => status), [101]);
  assertEquals(served.recorder.messages, []);
});

Deno.test("DevServer.shutdown() closes a WebSocket that opens after it", async () => {
  const gone = Promise.withResolvers<void>();
  await using served = serve((request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onclose = () => gone.resolve();
    // It opens when this response has been sent.
    served.server.shutdown();
    return response;
  });
  const client = new WebSocket(`ws://127.0.0.1:${served.port}/`);
  const closed = new Promise<CloseEvent>((done) => client.onclose = done);
  assertEquals((await closed).code, 1001);
  await served.server.finished;
  await gone.promise;
});

Deno.test("DevServer.shutdown() is not held up by a WebSocket client that is gone dumb", async () => {
  const open = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  await using served = serve((request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => open.resolve();
    socket.onclose = () => gone.resolve();
    return response;
  });
  using connection = await rawWebSocket(served.port);
  await open.promise;
  await served.server.shutdown();
  // A close frame with the code 1001, RFC 6455 section 5.5.1.
  const frame = await connection.readThrough("\x03\xe9");
  assertEquals([frame[0], frame.slice(2)], ["\x88", "\x03\xe9"]);
  connection.close();
  await gone.promise;
});

Deno.test("DevServer.shutdown() can be called by a handler", async () => {
  for (const isLater of [false, true]) {
    await using served = serve(async () => {
      if (isLater) await new Promise((resolve) => setTimeout(resolve, 1));
      served.server.shutdown();
      return new Response("You can close this page");
    });
    using connection = await rawConnect(served.port);
    await connection.send(KEEP_ALIVE);
    const response = await connection.readResponse();
    assertEquals(response.body, "You can close this page");
    assertEquals(await connection.readToEnd(), "");
    await served.server.finished;
    assertEquals(served.recorder.access.length, 1);
  }
});

Deno.test("DevServer.shutdown() does not wait for a handler that waits for it for ever", async () => {
  await using served = serve(async () => {
    await served.server.shutdown();
    return new Response("never");
  }, { gracePeriod: 0.01 });
  assertEquals((await rawRequest(served.port, KEEP_ALIVE)).status, 503);
});

Deno.test("DevServer.shutdown() can be called again and by several", async () => {
  await using served = serve(() => new Response("hello"));
  const { server } = served;
  const results = await Promise.all([
    server.shutdown(),
    server.shutdown(),
    server[Symbol.asyncDispose](),
    server.finished,
  ]);
  assertEquals(results, [undefined, undefined, undefined, undefined]);
  await server.shutdown();
  assertEquals(server.isBusy, false);
});

Deno.test("DevServer.shutdown() resolves when the log throws", async () => {
  const entered = Promise.withResolvers<void>();
  await using served = serve(() => {
    entered.resolve();
    return new Promise(() => {});
  }, {
    log: () => {
      throw new Error("This line belongs to a test");
    },
    gracePeriod: 0,
  });
  const answer = rawRequest(served.port, KEEP_ALIVE);
  await entered.promise;
  await served.server.shutdown();
  assertEquals((await answer).status, 503);
});

Deno.test("DevServer.shutdown() answers what has reached the app with 503", async () => {
  const entered = Promise.withResolvers<void>();
  await using served = serve(() => {
    entered.resolve();
    return new Promise(() => {});
  }, { gracePeriod: 0 });
  using connection = await rawConnect(served.port);
  await connection.send(KEEP_ALIVE);
  await entered.promise;
  await served.server.shutdown();
  const response = await connection.readResponse();
  assertEquals(response.status, 503);
  assertEquals(fieldValues(response, "server"), ["devserve/0.1.0"]);
  assertEquals(await connection.readToEnd(), "");
});

Deno.test("DevServer.shutdown() lets an upload finish within the grace period", async () => {
  const begun = Promise.withResolvers<void>();
  await using served = serve(async ({ body }) => {
    let size = 0;
    for await (const chunk of body!) {
      size += chunk.length;
      begun.resolve();
    }
    return new Response(`${size}`);
  });
  using connection = await rawConnect(served.port);
  await connection.send(
    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello",
  );
  await begun.promise;
  const stopped = served.server.shutdown();
  await connection.send("world");
  const response = await connection.readResponse("POST");
  assertEquals([response.status, response.body], [200, "10"]);
  await stopped;
  assertEquals(await connection.readToEnd(), "");
});

Deno.test("DevServer.shutdown() answers an upload that stalls with 503", async () => {
  const begun = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<unknown>();
  const { server, port, recorder } = serve(async (request) => {
    begun.resolve();
    await request.text().catch(failed.resolve);
    return new Response("ignored");
  }, { gracePeriod: 0.01 });
  using connection = await rawConnect(port);
  await connection.send(
    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello",
  );
  await begun.promise;
  const stopped = server.shutdown();
  assertEquals((await connection.readResponse("POST")).status, 503);
  connection.close();
  await stopped;
  assert(await failed.promise instanceof Error);
  assertEquals(recorder.access.map(({ status }) => status), [503]);
});

Deno.test("DevServer.finished rejects with the first error when errors pass through", async () => {
  for (
    const error of [new Error("first"), undefined, "text", Object.freeze({})]
  ) {
    for (const isLater of [false, true]) {
      let count = 0;
      await using served = serve(() => {
        const thrown = count++ === 0 ? error : new Error("second");
        if (isLater) return Promise.reject(thrown);
        throw thrown;
      }, { passthroughErrors: true });
      const response = await rawRequest(served.port, KEEP_ALIVE);
      assertEquals(response.status, 500);
      const outcome = await served.server.finished.then(
        () => assert(false, "It resolved"),
        (reason) => reason,
      );
      assertStrictEquals(outcome, error);
    }
  }
});

Deno.test("DevServer.finished rejects for a result that is no Response", async () => {
  await using served = serve((() => "text") as unknown as App, {
    passthroughErrors: true,
  });
  await rawRequest(served.port, KEEP_ALIVE);
  await assertRejects(
    () => served.server.finished,
    TypeError,
    "expected a Response, got a string",
  );
});

Deno.test("DevServer.fetch() calls the app without a socket", async () => {
  const seen: unknown[] = [];
  await using served = serve(async (request, info) => {
    seen.push([request.method, request.url, await request.text()]);
    seen.push(info.remoteAddr.transport);
    await info.completed;
    return new Response(request.headers.get("x"));
  });
  const { server } = served;
  const inputs: [Parameters<typeof server.fetch>, string][] = [
    [["/path?q"], `${server.url}path?q`],
    [["path"], `${server.url}path`],
    [["http://evil.test/x"], "http://evil.test/x"],
    [[new URL("http://app.test/")], "http://app.test/"],
    [[new Request("http://app.test/r")], "http://app.test/r"],
    [
      [new Request("http://app.test/r"), { method: "PUT" }],
      "http://app.test/r",
    ],
    [
      ["/x", { method: "POST", body: "text", headers: { x: "y" } }],
      `${server.url}x`,
    ],
  ];
  for (const [args, url] of inputs) {
    seen.length = 0;
    const response = await server.fetch(...args);
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("server"), "devserve/0.1.0");
    await response.text();
    const [, seenUrl] = seen[0] as string[];
    assertEquals(seenUrl, url);
  }
  assertEquals((seen[0] as string[])[2], "text");
  assertEquals(served.recorder.access.length, inputs.length);
});

Deno.test("DevServer.fetch() answers errors of the app with 500", async () => {
  await using served = serve(() => {
    throw new Error("boom");
  });
  const response = await served.server.fetch("/");
  assertEquals(response.status, 500);
  await response.body?.cancel();
  assertMatch(served.recorder.texts("error")[0]!, /boom/);
});

Deno.test("DevServer.fetch() streams, counts and can be given up", async () => {
  const events = waitingStream("text/plain");
  await using served = serve(() => events.response);
  const response = await served.server.fetch("/");
  const reader = response.body!.getReader();
  assertEquals((await reader.read()).value, encoder.encode("begun"));
  await reader.cancel();
  await events.cancelled;
  const { size, outcome } = served.recorder.access[0]!;
  assertEquals([size, outcome], [5, "aborted"]);
});

Deno.test("DevServer.fetch() is answered 503 when the server stops", async () => {
  await using served = serve(() => new Promise(() => {}));
  const answer = served.server.fetch("/");
  await served.server.shutdown();
  const response = await answer;
  assertEquals(response.status, 503);
  await response.body?.cancel();
});

Deno.test("DevServer.isBusy tells whether a request is being answered", async () => {
  const entered = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  await using served = serve(() => {
    entered.resolve();
    return answer.promise;
  });
  assertEquals(served.server.isBusy, false);
  const response = rawRequest(served.port, KEEP_ALIVE);
  await entered.promise;
  assertEquals(served.server.isBusy, true);
  answer.resolve(new Response());
  await response;
  assertEquals(served.server.isBusy, false);
});
