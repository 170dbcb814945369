import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  type AccessRecord,
  type Handler,
  makeServer,
  RequestHandler,
  type ServeInfo,
  type ServerOptions,
} from "../../mod.ts";
import { deriveInfo } from "../../middleware/_derive_info.ts";
import { setForwardedClient } from "../../middleware/forwarded_client.ts";
import {
  fieldValues,
  rawConnect,
  rawExchange,
  rawRequest,
} from "../_raw_http.ts";
import { LogRecorder } from "./_log_recorder.ts";

const encoder = new TextEncoder();

/** A request as text, on a connection of its own. */
function request(method = "GET", target = "/", headers = ""): string {
  return `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`;
}

/** Serves one app and gives out what a test needs of it. */
function serve(app: Handler, options: ServerOptions = {}) {
  const recorder = new LogRecorder();
  const server = makeServer("127.0.0.1", 0, app, {
    log: recorder.log,
    gracePeriod: 0,
    ...options,
  });
  const port = server.port!;
  return {
    server,
    port,
    recorder,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** An app that returns what no app may return. */
function broken(value: () => unknown): Handler {
  return value as unknown as Handler;
}

/** A stream of some chunks and then an error, or its end. */
function streamOf(chunks: readonly unknown[], error?: Error): ReadableStream {
  const rest = [...chunks];
  return new ReadableStream({
    pull(controller) {
      if (rest.length > 0) return controller.enqueue(rest.shift());
      if (error !== undefined) throw error;
      controller.close();
    },
  });
}

/** A stream of one chunk that then waits, and tells when it is given up. */
function endlessStream() {
  const cancelled = Promise.withResolvers<unknown>();
  let isBegun = false;
  const stream = new ReadableStream({
    pull(controller) {
      if (isBegun) return new Promise(() => {});
      isBegun = true;
      controller.enqueue(encoder.encode("begun"));
    },
    cancel: (reason) => cancelled.resolve(reason),
  });
  return { stream, cancelled: cancelled.promise };
}

Deno.test("RequestHandler answers with what the app returns now or later", async () => {
  for (
    const app of [
      () => new Response("hello"),
      () => Promise.resolve(new Response("hello")),
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return new Response("hello");
      },
      // Any thenable is a promise, as for `await`.
      (() => ({
        then: (resolve: (response: Response) => void) =>
          resolve(new Response("hello")),
      })) as unknown as Handler,
    ]
  ) {
    await using served = serve(app);
    const response = await rawRequest(served.port, request());
    assertEquals(response.statusLine, "HTTP/1.1 200 OK");
    assertEquals(response.body, "hello");
    const { method, url, status, size, outcome } = served.recorder.access[0]!;
    assertEquals(
      [method, url, status, size, outcome],
      ["GET", "http://localhost/", 200, 5, "sent"],
    );
  }
});

/** Throws whatever one does with it. */
const UNTOUCHABLE = new Proxy({}, {
  get: () => {
    throw new Error("get");
  },
  getPrototypeOf: () => {
    throw new Error("getPrototypeOf");
  },
  ownKeys: () => {
    throw new Error("ownKeys");
  },
  has: () => {
    throw new Error("has");
  },
});

class EvilError extends Error {
  override get message(): string {
    throw new Error("message");
  }
  override get stack(): string {
    throw new Error("stack");
  }
  override toString(): string {
    throw new Error("toString");
  }
  [Symbol.for("Deno.customInspect")](): string {
    throw new Error("inspect");
  }
}

const THROWN: [name: string, value: unknown, log: RegExp][] = [
  [
    "an error",
    new Error("boom"),
    /Error: boom\n[^]*\n\s+at .*request_handler_test/,
  ],
  ["undefined", undefined, /undefined was thrown/],
  ["null", null, /null was thrown/],
  ["a string", "boom", /"boom" was thrown/],
  ["a symbol", Symbol("boom"), /Symbol\(boom\) was thrown/],
  ["a frozen object", Object.freeze({ code: 7 }), /\{ code: 7 \} was thrown/],
  ["a null-prototype object", Object.create(null), /null prototype/],
  ["an error that throws", new EvilError(), /cannot be shown/],
  ["an untouchable object", UNTOUCHABLE, /was thrown/],
  ["a Response", new Response("no"), /Response \{[^]*was thrown/],
];

for (const [name, value, log] of THROWN) {
  Deno.test(`RequestHandler answers 500 when the app throws ${name}`, async () => {
    await using sync = serve(() => {
      throw value;
    });
    await using later = serve(() => Promise.reject(value));
    for (const { port, recorder } of [sync, later]) {
      for (let count = 1; count <= 2; count++) {
        const response = await rawRequest(port, request("GET", "/a%20b"));
        assertEquals(response.status, 500);
        assertStringIncludes(response.body, "Internal Server Error");
        assertNotMatch(response.body, /boom/);
      }
      const errors = recorder.texts("error");
      assertEquals(errors.length, 2);
      assertMatch(errors[0]!, /^Error in GET \/a%20b: /);
      assertMatch(errors[0]!, log);
      assertEquals(recorder.access.map(({ status }) => status), [500, 500]);
    }
  });
}

class Response1 {}
Object.defineProperty(Response1, "name", { value: "Response" });

async function usedResponse(): Promise<Response> {
  const response = new Response("used");
  await response.text();
  return response;
}

function lockedResponse(): Response {
  const response = new Response(streamOf([]));
  response.body!.getReader();
  return response;
}

const NOT_RESPONSES: [name: string, value: () => unknown, log: RegExp][] = [
  ["undefined", () => undefined, /got undefined \(is a "return" missing\?\)/],
  ["null", () => null, /got null/],
  ["a string", () => "hello", /got a string/],
  ["a number", () => 200, /got a number/],
  ["a function", () => () => new Response(), /got a function/],
  ["an object", () => ({ status: 200 }), /got an object of class Object/],
  ["a null-prototype object", () => Object.create(null), /got an object/],
  ["a fake Response", () => new Response1(), /another implementation/],
  ["a hollow Response", () => Object.create(Response.prototype), /looked at/],
  ["Response.error()", () => Response.error(), /got Response\.error\(\)/],
  ["a used Response", usedResponse, /body was used already/],
  ["a locked Response", lockedResponse, /somebody else reads/],
  ["a Request", () => new Request("http://localhost"), /class Request/],
];

for (const [name, value, log] of NOT_RESPONSES) {
  Deno.test(`RequestHandler answers 500 when the app returns ${name}`, async () => {
    await using sync = serve(broken(value));
    await using later = serve(broken(async () => await value()));
    for (const { port, recorder } of [sync, later]) {
      const response = await rawRequest(port, request());
      assertEquals(response.status, 500);
      const [error = "", ...others] = recorder.texts("error");
      assertEquals(others, []);
      assertMatch(error, /Cannot send what the app returned: expected a/);
      assertMatch(error, log);
      assertNotMatch(error, /\n\s+at /);
      assertEquals(recorder.access.map(({ status }) => status), [500]);
    }
  });
}

Deno.test("RequestHandler survives results that throw when they are looked at", async () => {
  const thenThrows = {
    get then() {
      throw new Error("then");
    },
  };
  for (const value of [UNTOUCHABLE, thenThrows]) {
    await using sync = serve(broken(() => value));
    // An async function would await it, that is read `then` by itself.
    await using later = serve(broken(() => ({
      then: (resolve: (value: unknown) => void) => resolve(value),
    })));
    for (const { port, recorder } of [sync, later]) {
      assertEquals((await rawRequest(port, request())).status, 500);
      assertEquals(recorder.texts("error").length, 1);
    }
  }
});

Deno.test("RequestHandler survives promises that break the rules", async () => {
  const cases: [
    then: (...args: ((value: unknown) => void)[]) => void,
    number,
  ][] = [
    [() => {
      throw new Error("in then()");
    }, 500],
    [(resolve, reject) => {
      resolve!(new Response("first"));
      resolve!(new Response("second"));
      reject!(new Error("third"));
    }, 200],
    [(resolve) => {
      resolve!(new Response("first"));
      throw new Error("too late");
    }, 200],
  ];
  for (const [then, status] of cases) {
    await using served = serve(broken(() => ({ then })));
    assertEquals((await rawRequest(served.port, request())).status, status);
    assertEquals(served.server.isBusy, false);
    assertEquals(served.recorder.access.length, 1);
  }
});

Deno.test("RequestHandler refuses a Response that is returned twice", async () => {
  for (const body of ["static", () => streamOf([encoder.encode("streamed")])]) {
    const response = new Response(typeof body === "string" ? body : body());
    await using served = serve(() => response);
    assertEquals((await rawRequest(served.port, request())).status, 200);
    assertEquals((await rawRequest(served.port, request())).status, 500);
    assertMatch(served.recorder.texts("error")[0]!, /used already/);
  }
});

Deno.test("RequestHandler refuses a streaming Response while it is being sent", async () => {
  const { stream } = endlessStream();
  const shared = new Response(stream);
  await using served = serve(() => shared);
  using first = await rawConnect(served.port);
  await first.send(request());
  await first.readThrough("begun");
  assertEquals((await rawRequest(served.port, request())).status, 500);
});

Deno.test("RequestHandler sends a body without content as it is", async () => {
  for (const status of [204, 205, 304]) {
    await using served = serve(() => new Response(null, { status }));
    const text = await rawExchange(served.port, request());
    const [head = "", body] = text.split("\r\n\r\n");
    assertMatch(head, new RegExp(`^HTTP/1.1 ${status} `));
    assertEquals(body, "");
    assertNotMatch(head, /transfer-encoding/i);
    assertEquals(served.recorder.access[0]?.size, 0);
    assertEquals(served.recorder.access[0]?.status, status);
  }
});

Deno.test("RequestHandler answers HEAD with the headers of GET alone", async () => {
  await using served = serve(() => new Response("hello"));
  const text = await rawExchange(served.port, request("HEAD"));
  assertMatch(text, /\r\ncontent-length: 5\r\n/i);
  assertMatch(text, /\r\n\r\n$/);
  const { method, size, outcome } = served.recorder.access[0]!;
  assertEquals([method, size, outcome], ["HEAD", 0, "sent"]);
});

Deno.test("RequestHandler gives up the stream of a response to HEAD", async () => {
  const { stream, cancelled } = endlessStream();
  await using served = serve(() => new Response(stream));
  const text = await rawExchange(served.port, request("HEAD"));
  assertMatch(text, /^HTTP\/1\.1 200 OK\r\n/);
  assertMatch(text, /\r\n\r\n$/);
  await cancelled;
  const { size, outcome } = await served.recorder.waitForAccess();
  assertEquals([size, outcome], [0, "sent"]);
  assertEquals(served.recorder.access.length, 1);
});

Deno.test("RequestHandler counts the bytes of each kind of body", async () => {
  const form = new FormData();
  form.set("name", "value");
  const bodies: [BodyInit | null, number | undefined][] = [
    [null, 0],
    ["", 0],
    ["ascii", 5],
    ["äöü€", 9],
    ["\u{1f600}", 4],
    ["\ud800", 3],
    [new Uint8Array(7), 7],
    [new Uint8Array(7).buffer, 7],
    [new DataView(new ArrayBuffer(9), 2, 3), 3],
    [new Blob(["blob"]), 4],
    [new URLSearchParams("a=b"), 3],
    [form, undefined],
    [streamOf([encoder.encode("one"), encoder.encode("two")]), 6],
    [streamOf([]), 0],
  ];
  for (const [body, size] of bodies) {
    await using served = serve(() => new Response(body));
    const response = await rawRequest(served.port, request());
    assert(response.isComplete);
    const record = await served.recorder.waitForAccess();
    assertEquals(record.size, response.body.length);
    if (size !== undefined) assertEquals(record.size, size);
  }
});

Deno.test("RequestHandler keeps status, text and headers of a streaming response", async () => {
  await using served = serve(() =>
    new Response(streamOf([encoder.encode("x")]), {
      status: 418,
      statusText: "Short and stout",
      headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x-y", "ä"]],
    })
  );
  const response = await rawRequest(served.port, request());
  assertEquals(response.status, 418);
  assertEquals(fieldValues(response, "set-cookie"), ["a=1", "b=2"]);
  assertEquals(fieldValues(response, "x-y"), ["\xe4"]);
});

Deno.test("RequestHandler breaks off a body that fails midway", async () => {
  const lengths: Record<string, string>[] = [{}, { "content-length": "100" }];
  for (const headers of lengths) {
    await using served = serve(() =>
      new Response(streamOf([encoder.encode("part")], new Error("midway")), {
        headers,
      })
    );
    const response = await rawRequest(served.port, request());
    assertEquals(response.status, 200);
    assertEquals(response.body, "part");
    assertEquals(response.isComplete, false);
    const { size, outcome } = await served.recorder.waitForAccess();
    assertEquals([size, outcome], [4, "failed"]);
    // Other requests show that nothing comes after it.
    await rawRequest(served.port, request());
    const [error = "", second = "", ...others] = served.recorder.texts("error");
    assertMatch(error, /^Error in the body of \/: Error: midway\n/);
    assertMatch(second, /^Error in the body of \/: Error: midway\n/);
    assertEquals(others, []);
  }
});

Deno.test("RequestHandler breaks off a body that fails before its first byte", async () => {
  await using served = serve(() =>
    new Response(streamOf([], new Error("at once")))
  );
  const response = await rawRequest(served.port, request());
  assertEquals([response.body, response.isComplete], ["", false]);
  assertEquals((await served.recorder.waitForAccess()).outcome, "failed");
  assertEquals(served.recorder.texts("error").length, 1);
});

Deno.test("RequestHandler says which chunk cannot be sent", async () => {
  const chunks: [unknown, string][] = [
    ["text", "a string"],
    [7, "a number"],
    [{}, "a object"],
  ];
  for (const [chunk, shown] of chunks) {
    await using served = serve(() =>
      new Response(streamOf([encoder.encode("part"), chunk]))
    );
    const response = await rawRequest(served.port, request());
    assertEquals([response.body, response.isComplete], ["part", false]);
    await served.recorder.waitForAccess();
    assertStringIncludes(
      served.recorder.texts("error")[0]!,
      `expected a Uint8Array, got ${shown}`,
    );
  }
});

Deno.test("RequestHandler cancels the source when the client leaves midway", async () => {
  const { stream, cancelled } = endlessStream();
  await using served = serve(() => new Response(stream));
  const connection = await rawConnect(served.port);
  await connection.send(request());
  await connection.readThrough("begun");
  connection.close();
  await cancelled;
  const { size, outcome } = await served.recorder.waitForAccess();
  assertEquals([size, outcome], [5, "aborted"]);
  assertEquals(served.recorder.texts("error"), []);
});

Deno.test("RequestHandler survives a source that fails when it is cancelled", async () => {
  for (
    const cancel of [
      () => {
        throw new Error("cancel");
      },
      () => Promise.reject(new Error("cancel")),
    ]
  ) {
    let isBegun = false;
    await using served = serve(() =>
      new Response(
        new ReadableStream({
          pull(controller) {
            if (isBegun) return new Promise(() => {});
            isBegun = true;
            controller.enqueue(encoder.encode("begun"));
          },
          cancel,
        }),
      )
    );
    const connection = await rawConnect(served.port);
    await connection.send(request());
    await connection.readThrough("begun");
    connection.close();
    assertEquals((await served.recorder.waitForAccess()).outcome, "aborted");
  }
});

Deno.test("RequestHandler serves others while a handler never answers", async () => {
  await using served = serve(({ url }) =>
    url.endsWith("/hang") ? new Promise(() => {}) : new Response("ok")
  );
  using hanging = await rawConnect(served.port);
  await hanging.send(request("GET", "/hang"));
  assertEquals((await rawRequest(served.port, request())).body, "ok");
  await served.server.shutdown();
  const response = await hanging.readResponse();
  assertEquals(response.status, 503);
  assertEquals(fieldValues(response, "connection"), ["close"]);
  assertEquals(
    served.recorder.access.map(({ url, status }) => [url.slice(16), status]),
    [["/", 200], ["/hang", 503]],
  );
});

Deno.test("RequestHandler ignores what a handler does after it was answered 503", async () => {
  for (const isFailing of [false, true]) {
    const late = Promise.withResolvers<Response>();
    const { stream, cancelled } = endlessStream();
    const reached = Promise.withResolvers<void>();
    await using served = serve(() => {
      reached.resolve();
      return late.promise;
    });
    using connection = await rawConnect(served.port);
    await connection.send(request());
    await reached.promise;
    await served.server.shutdown();
    assertEquals((await connection.readResponse()).status, 503);
    if (isFailing) late.reject(new Error("late"));
    else late.resolve(new Response(stream));
    await late.promise.catch(() => {});
    if (!isFailing) await cancelled;
    assertEquals(served.recorder.access.length, 1);
    assertEquals(served.recorder.texts("error"), []);
  }
});

Deno.test("RequestHandler streams request bodies in", async () => {
  const first = Promise.withResolvers<string>();
  await using served = serve(async ({ body }) => {
    let text = "";
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      first.resolve(text);
    }
    return new Response(text);
  });
  using connection = await rawConnect(served.port);
  await connection.send(
    request("POST", "/", "Transfer-Encoding: chunked\r\n") + "3\r\none\r\n",
  );
  assertEquals(await first.promise, "one");
  await connection.send("3\r\ntwo\r\n0\r\n\r\n");
  assertEquals((await connection.readResponse()).body, "onetwo");
});

Deno.test("RequestHandler fails the read of a body whose client leaves", async () => {
  const outcome = Promise.withResolvers<unknown>();
  const begun = Promise.withResolvers<void>();
  await using served = serve(async ({ body }) => {
    const reader = body!.getReader();
    try {
      for (;;) {
        const { done } = await reader.read();
        begun.resolve();
        if (done) break;
      }
      outcome.resolve("whole");
    } catch (error) {
      outcome.resolve(error);
    }
    return new Response();
  });
  const connection = await rawConnect(served.port);
  await connection.send(
    request("POST", "/", "Content-Length: 100\r\n") + "only a part",
  );
  await begun.promise;
  connection.close();
  assert(await outcome.promise instanceof Error);
});

/** CVE-2022-29361 and pallets/werkzeug#2397: the body was taken for a request. */
Deno.test("RequestHandler never takes an unread request body for a request", async () => {
  const smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const bodies = [
    `Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    `Transfer-Encoding: chunked\r\n\r\n${
      smuggled.length.toString(16)
    }\r\n${smuggled}\r\n0\r\n\r\n`,
  ];
  for (const body of bodies) {
    await using served = serve(({ url }) => new Response(url));
    const text = await rawExchange(
      served.port,
      `POST /first HTTP/1.1\r\nHost: localhost\r\n${body}` +
        request("GET", "/second"),
    );
    assertNotMatch(text, /smuggled/);
    assertEquals(
      served.recorder.access.map(({ url }) => new URL(url).pathname),
      ["/first", "/second"],
    );
    assertMatch(text, /\/first[^]*\/second$/);
  }
});

Deno.test("RequestHandler answers pipelined requests in their order", async () => {
  const slow = Promise.withResolvers<Response>();
  await using served = serve(({ url }) => {
    if (url.endsWith("/slow")) return slow.promise;
    return new Response("fast");
  });
  using connection = await rawConnect(served.port);
  await connection.send(
    "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n" + request("GET", "/fast"),
  );
  slow.resolve(new Response("slow"));
  assertEquals((await connection.readResponse()).body, "slow");
  assertEquals((await connection.readResponse()).body, "fast");
  assertEquals(await connection.readToEnd(), "");
});

Deno.test("RequestHandler sets Server and Date exactly once", async () => {
  const date = "Tue, 01 Jan 2030 00:00:00 GMT";
  const apps: [Handler, string, string?][] = [
    [() => new Response("text"), "devserve/0.1.0"],
    [() => new Response(), "devserve/0.1.0"],
    [() => new Response(streamOf([])), "devserve/0.1.0"],
    [() => Response.redirect("http://localhost/x"), "devserve/0.1.0"],
    [() => Response.json({}), "devserve/0.1.0"],
    [() => fetch("data:,hi"), "devserve/0.1.0"],
    [
      () => new Response("text", { headers: { Server: "mine", Date: date } }),
      "mine",
      date,
    ],
    [
      () =>
        new Response(streamOf([]), { headers: { Server: "mine", Date: date } }),
      "mine",
      date,
    ],
    [() => {
      const response = new Response("text");
      response.headers.set("server", "late");
      return response;
    }, "late"],
    [() => {
      throw new Error("boom");
    }, "devserve/0.1.0"],
  ];
  for (const [app, server, appDate] of apps) {
    await using served = serve(app);
    const response = await rawRequest(served.port, request());
    assertEquals(fieldValues(response, "server"), [server]);
    const dates = fieldValues(response, "date");
    assertEquals(dates.length, 1);
    if (appDate !== undefined) assertEquals(dates, [appDate]);
  }
});

Deno.test("RequestHandler keeps the Server header of a refusal", async () => {
  await using served = serve(() => new Response());
  const response = await rawRequest(
    served.port,
    "GET / HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n",
  );
  assertEquals(response.status, 421);
  assertEquals(fieldValues(response, "server"), ["devserve/0.1.0"]);
});

Deno.test("RequestHandler leaves the Server header out with serverHeader: false", async () => {
  for (const body of ["text", null]) {
    await using served = serve(() => new Response(body), {
      serverHeader: false,
    });
    const response = await rawRequest(served.port, request());
    assertEquals(fieldValues(response, "server"), []);
    assertEquals(fieldValues(response, "date").length, 1);
  }
});

Deno.test("RequestHandler tells the app both addresses of the connection", async () => {
  const seen = Promise.withResolvers<ServeInfo>();
  await using served = serve((_request, info) => {
    const { localAddr, remoteAddr, completed } = info;
    seen.resolve({ localAddr: localAddr!, remoteAddr, completed });
    return new Response();
  });
  await rawRequest(served.port, request());
  const { localAddr, remoteAddr, completed } = await seen.promise;
  assertEquals(localAddr, {
    transport: "tcp",
    hostname: "127.0.0.1",
    port: served.port,
  });
  assertEquals((remoteAddr as Deno.NetAddr).hostname, "127.0.0.1");
  await completed;
});

Deno.test("RequestHandler survives a subclass whose steps throw", async () => {
  class ThrowingLog extends RequestHandler {
    override logRequest(): void {
      throw new Error("in logRequest");
    }
  }
  class ThrowingError extends RequestHandler {
    override handleError(): Response {
      throw new Error("in handleError");
    }
  }
  await using one = serve(() => new Response("ok"), {
    requestHandler: ThrowingLog,
  });
  for (let count = 0; count < 2; count++) {
    assertEquals((await rawRequest(one.port, request())).body, "ok");
  }
  assertMatch(one.recorder.texts("error")[0]!, /in logRequest/);

  for (
    const app of [
      () => {
        throw new Error("app");
      },
      () => Promise.reject(new Error("app")),
    ]
  ) {
    await using two = serve(app, { requestHandler: ThrowingError });
    assertEquals((await rawRequest(two.port, request())).status, 500);
    assertMatch(two.recorder.texts("error")[0]!, /in handleError/);
  }
});

Deno.test("RequestHandler lets a subclass change each public step", async () => {
  const steps: string[] = [];
  class Custom extends RequestHandler {
    override handle(request: Request, info: ServeInfo) {
      steps.push("handle");
      return super.handle(request, info);
    }
    override handleDirect(request: Request, info: ServeInfo) {
      steps.push("handleDirect");
      return super.handleDirect(request, info);
    }
    override runApp(request: Request, info: ServeInfo) {
      steps.push("runApp");
      if (request.url.endsWith("/own")) return new Response("own");
      return super.runApp(request, info);
    }
    override handleError(error: unknown, request: Request): Response {
      steps.push("handleError");
      const response = super.handleError(error, request);
      return new Response("changed", response);
    }
    override errorResponse(status: number, text: string): Response {
      steps.push(`errorResponse ${status}`);
      return super.errorResponse(status, text.toUpperCase());
    }
    override handleSendError(error: unknown): Response {
      steps.push("handleSendError");
      return super.handleSendError(error);
    }
    override logRequest(record: AccessRecord): void {
      steps.push(`logRequest ${record.status}`);
      super.logRequest(record);
    }
    override serverVersion(): string {
      return `custom/1 ${super.serverVersion()}`;
    }
  }
  await using served = serve(({ url }) => {
    if (url.endsWith("/fail")) throw new Error("boom");
    if (url.endsWith("/midway")) {
      return new Response(streamOf([], new Error("midway")));
    }
    return new Response("app");
  }, { requestHandler: Custom });

  const own = await rawRequest(served.port, request("GET", "/own"));
  assertEquals(own.body, "own");
  assertEquals(fieldValues(own, "server"), ["custom/1 devserve/0.1.0"]);
  assertEquals(steps.splice(0), ["handle", "runApp", "logRequest 200"]);

  const fail = await rawRequest(served.port, request("GET", "/fail"));
  assertEquals([fail.status, fail.body], [500, "changed"]);
  assertEquals(steps.splice(0), [
    "handle",
    "runApp",
    "handleError",
    "errorResponse 500",
    "logRequest 500",
  ]);

  const foreign = await rawRequest(
    served.port,
    "GET / HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n",
  );
  assertMatch(foreign.body, /^MISDIRECTED REQUEST/);
  assertEquals(steps.splice(0), [
    "handle",
    "errorResponse 421",
    "logRequest 421",
  ]);

  const direct = await served.server.fetch("/");
  assertEquals(await direct.text(), "app");
  assertEquals(steps.splice(0), ["handleDirect", "runApp", "logRequest 200"]);
});

Deno.test("RequestHandler gives each server its own instance", async () => {
  const seen = new Set<RequestHandler>();
  class Custom extends RequestHandler {
    override logRequest(): void {
      seen.add(this);
    }
  }
  await using one = serve(() => new Response(), { requestHandler: Custom });
  await using two = serve(() => new Response(), { requestHandler: Custom });
  for (const { port } of [one, two, one]) await rawRequest(port, request());
  assertEquals(seen.size, 2);
});

Deno.test("RequestHandler logs the client that middleware has told", async () => {
  await using served = serve((_request, info) => {
    const inner = deriveInfo(info, { scriptName: "/inner" });
    setForwardedClient(inner, "203.0.113.9");
    return new Response();
  });
  await rawRequest(served.port, request());
  assertEquals(served.recorder.access.map(({ client }) => client), [
    "203.0.113.9",
  ]);
});

Deno.test("RequestHandler refuses a control character in a header", async () => {
  // Deno would end the process because of it, and nothing could catch that.
  const apps: [Handler, string][] = [
    [() => new Response("x", { headers: { "x-a": "a\x01b" } }), "x-a"],
    [() => new Response("x", { headers: { "x-a": "a\x7fb" } }), "x-a"],
    [
      () => new Response("x", { headers: { "content-type": "a/\x1fb" } }),
      "content-type",
    ],
    [() => {
      const response = new Response("x");
      response.headers.append("set-cookie", "a=1");
      response.headers.append("set-cookie", "b=\x0b");
      return response;
    }, "set-cookie"],
    [
      () => new Response(streamOf(["x"]), { headers: { "x-a": "\x02" } }),
      "x-a",
    ],
  ];
  for (const [app, name] of apps) {
    await using served = serve(app);
    const response = await rawRequest(served.port, request());
    assertEquals(response.status, 500);
    assertStringIncludes(
      served.recorder.messages.map(({ text }) => text).join(),
      `got a Response whose header "${name}" has a control character`,
    );
  }
  await using served = serve(() =>
    new Response("x", { headers: { "x-a": "a\tb", "x-b": "\xe9" } })
  );
  assertEquals((await rawRequest(served.port, request())).status, 200);
});

Deno.test("RequestHandler passes on what fetch() has decoded", async () => {
  const text = "hello ".repeat(1000);
  const zipped = new Uint8Array(
    await new Response(
      new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")),
    ).arrayBuffer(),
  );
  await using upstream = serve(() =>
    new Response(zipped, {
      headers: { "content-encoding": "gzip", "x-kept": "kept" },
    })
  );
  await using served = serve(() => fetch(`http://127.0.0.1:${upstream.port}/`));
  const response = await fetch(`http://127.0.0.1:${served.port}/`);
  assertEquals(await response.text(), text);
  assertEquals(response.headers.get("x-kept"), "kept");
});
