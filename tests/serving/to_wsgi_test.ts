import {
  assert,
  assertEquals,
  assertFalse,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { fromWsgi } from "../../serving/from_wsgi.ts";
import type { Handler, ServeInfo } from "../../serving/handler.ts";
import { toWsgi } from "../../serving/to_wsgi.ts";
import type {
  StartResponse,
  WsgiApp,
  WsgiBufferedInput,
  WsgiEnviron,
  WsgiErrors,
  WsgiInput,
} from "../../serving/wsgi.ts";
import { bytes, INFO, text } from "./_wsgi_serve.ts";

const ERRORS: WsgiErrors = { write() {}, writelines() {}, flush() {} };

/** An input as another server would have it. */
function input(body: string): WsgiInput {
  let left = bytes(body);
  return {
    read(size = Infinity) {
      const taken = left.subarray(0, size);
      left = left.subarray(taken.length);
      return Promise.resolve(taken);
    },
    readline: () => Promise.reject(new Error("not used")),
    readlines: () => Promise.reject(new Error("not used")),
    [Symbol.asyncIterator]: () => {
      throw new Error("not used");
    },
  };
}

/** An environ as another server would have it. */
function foreignEnviron(
  values: Record<string, unknown> = {},
): WsgiEnviron<WsgiInput | WsgiBufferedInput> {
  return {
    REQUEST_METHOD: "GET",
    SCRIPT_NAME: "",
    PATH_INFO: "/",
    QUERY_STRING: "",
    SERVER_NAME: "example.test",
    SERVER_PORT: "80",
    SERVER_PROTOCOL: "HTTP/1.1",
    "wsgi.version": [1, 0],
    "wsgi.url_scheme": "http",
    "wsgi.input": input(""),
    "wsgi.errors": ERRORS,
    "wsgi.multithread": false,
    "wsgi.multiprocess": false,
    "wsgi.run_once": false,
    ...values,
  };
}

const ignore: StartResponse = () => () => {};

/** The request and info that a handler gets for an environ. */
async function requestFor(
  values: Record<string, unknown>,
): Promise<{ request: Request; info: ServeInfo }> {
  const seen: Array<{ request: Request; info: ServeInfo }> = [];
  const app = toWsgi((request, info) => {
    seen.push({ request, info });
    return new Response();
  });
  await app(foreignEnviron(values), ignore);
  return seen[0]!;
}

async function urlFor(values: Record<string, unknown>): Promise<string> {
  return (await requestFor(values)).request.url;
}

/** What a handler gets behind `fromWsgi()` and a change to the environ. */
async function through(
  request: Request,
  change: (environ: WsgiEnviron) => void,
  info: ServeInfo = INFO,
): Promise<{ request: Request; info: ServeInfo }> {
  const seen: Array<{ request: Request; info: ServeInfo }> = [];
  const inner = toWsgi((request, info) => {
    seen.push({ request, info });
    return new Response();
  });
  await fromWsgi((environ, startResponse) => {
    change(environ);
    return inner(environ, startResponse);
  })(request, info);
  return seen[0]!;
}

Deno.test("toWsgi() builds the URL as PEP 3333 has it", async () => {
  for (
    const [values, url] of [
      [{}, "http://example.test/"],
      [{ SERVER_PORT: "8000" }, "http://example.test:8000/"],
      [{ HTTP_HOST: "host.test:81" }, "http://host.test:81/"],
      [
        { "wsgi.url_scheme": "https", SERVER_PORT: "443" },
        "https://example.test/",
      ],
      [{ "wsgi.url_scheme": "https" }, "https://example.test:80/"],
      [{ SERVER_NAME: "::1" }, "http://[::1]/"],
      [{ SERVER_NAME: "[::1]", SERVER_PORT: "81" }, "http://[::1]:81/"],
      [{ PATH_INFO: "" }, "http://example.test/"],
      [{ SCRIPT_NAME: "/a", PATH_INFO: "" }, "http://example.test/a"],
      [{ SCRIPT_NAME: "/a", PATH_INFO: "/b" }, "http://example.test/a/b"],
      [
        { PATH_INFO: "/é ?#%41;,=" },
        "http://example.test/%C3%A9%20%3F%23%2541;,=",
      ],
      [{ PATH_INFO: "/\ud800" }, "http://example.test/%EF%BF%BD"],
      [{ QUERY_STRING: "a=%20b?" }, "http://example.test/?a=%20b?"],
      [{ QUERY_STRING: "a#b" }, "http://example.test/?a%23b"],
    ] as const
  ) {
    assertEquals(await urlFor(values), url);
  }
});

Deno.test("toWsgi() takes the raw target as long as it says the same", async () => {
  for (
    const [values, url] of [
      [
        { RAW_URI: "/a%2Fb?c", PATH_INFO: "/a/b", QUERY_STRING: "c" },
        "http://example.test/a%2Fb?c",
      ],
      [
        { REQUEST_URI: "/a%2Fb", SCRIPT_NAME: "/a", PATH_INFO: "/b" },
        "http://example.test/a%2Fb",
      ],
      [
        { RAW_URI: "http://other.test/a%2Fb", PATH_INFO: "/a/b" },
        "http://example.test/a%2Fb",
      ],
      [
        { RAW_URI: "//a%2Fb", PATH_INFO: "/a/b" },
        "http://example.test//a%2Fb",
      ],
      [{ RAW_URI: "/a%2Fb", PATH_INFO: "/other" }, "http://example.test/other"],
      [
        { RAW_URI: "/a%2Fb?c", PATH_INFO: "/a/b", QUERY_STRING: "d" },
        "http://example.test/a/b?d",
      ],
    ] as const
  ) {
    assertEquals(await urlFor(values), url);
  }
});

Deno.test("toWsgi() lets no path and no header move the host", async () => {
  for (
    const PATH_INFO of [
      ".evil.test/",
      "@evil.test/",
      "evil.test",
      "//evil.test/",
    ]
  ) {
    assertEquals(new URL(await urlFor({ PATH_INFO })).host, "example.test");
  }
  for (
    const HTTP_HOST of [
      "good.test@evil.test",
      "evil.test/",
      "evil.test?",
      "evil.test#",
      "evil.test\\",
      "a b",
    ]
  ) {
    await assertRejects(
      () => urlFor({ HTTP_HOST }),
      TypeError,
      `Cannot build the URL of a request without a proper host: current value is ${
        Deno.inspect(HTTP_HOST)
      }`,
    );
  }
});

Deno.test("toWsgi() makes headers of the environ", async () => {
  const { request } = await requestFor({
    REQUEST_METHOD: "POST",
    HTTP_X_ONE_TWO: "1",
    HTTP_COOKIE: "a=b",
    HTTP_X_EMPTY: "",
    HTTP_CONTENT_TYPE: "text/forged",
    HTTP_CONTENT_LENGTH: "100",
    CONTENT_TYPE: "text/plain",
    CONTENT_LENGTH: "",
    HTTP_X_NUMBER: 1,
    OTHER: "x",
  });
  assertEquals(request.method, "POST");
  assertEquals(Object.fromEntries(request.headers), {
    "x-one-two": "1",
    cookie: "a=b",
    "x-empty": "",
    "content-type": "text/plain",
  });
});

Deno.test("toWsgi() reads the body up to CONTENT_LENGTH", async () => {
  for (
    const [values, body] of [
      [{ CONTENT_LENGTH: "3" }, "abc"],
      [{ CONTENT_LENGTH: "6" }, "abcdef"],
      [{}, ""],
      [{ CONTENT_LENGTH: "" }, ""],
      [{ CONTENT_LENGTH: "-1" }, ""],
      [{ CONTENT_LENGTH: "0x3" }, ""],
      [{ "wsgi.input_terminated": true }, "abcdef"],
      [{ "wsgi.input_terminated": true, CONTENT_LENGTH: "3" }, "abcdef"],
      [{ REQUEST_METHOD: "GET", CONTENT_LENGTH: "3" }, ""],
    ] as const
  ) {
    const { request } = await requestFor({
      REQUEST_METHOD: "POST",
      "wsgi.input": input("abcdef"),
      ...values,
    });
    assertEquals(await request.text(), body);
  }
});

Deno.test("toWsgi() fails the body when it ends before CONTENT_LENGTH", async () => {
  const { request } = await requestFor({
    REQUEST_METHOD: "POST",
    CONTENT_LENGTH: "7",
    "wsgi.input": input("abcdef"),
  });
  await assertRejects(
    () => request.text(),
    Deno.errors.UnexpectedEof,
    "1 of 7 bytes are missing",
  );
});

Deno.test("toWsgi() takes an input that reads synchronously", async () => {
  const { request } = await requestFor({
    REQUEST_METHOD: "POST",
    CONTENT_LENGTH: "100000",
    "wsgi.input": { read: (size: number) => new Uint8Array(size) },
  });
  assertEquals((await request.bytes()).length, 100_000);
});

Deno.test("toWsgi() tells the handler who the client is", async () => {
  const { info } = await requestFor({
    REMOTE_ADDR: "::1",
    REMOTE_PORT: "1234",
  });
  const remoteAddr = { transport: "tcp", hostname: "::1", port: 1234 };
  assertEquals<unknown>(info.remoteAddr, remoteAddr);
  const local = await requestFor({ REMOTE_ADDR: "<local>", REMOTE_PORT: "0" });
  assertEquals(local.info.remoteAddr.transport, "unix");
});

Deno.test("toWsgi() announces the response and returns its body", async () => {
  const announced: unknown[] = [];
  const app = toWsgi(() =>
    new Response("body", {
      status: 201,
      statusText: "Made",
      headers: [
        ["content-type", "text/plain"],
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
        ["connection", "close"],
        ["transfer-encoding", "chunked"],
      ],
    })
  );
  const body = await app(foreignEnviron(), (...args) => {
    announced.push(args);
    return () => {};
  });
  assertEquals(announced, [["201 Made", [
    ["content-type", "text/plain"],
    ["set-cookie", "a=1"],
    ["set-cookie", "b=2"],
  ]]]);
  assertEquals(await collect(body), "body");
});

Deno.test("toWsgi() announces a status without a phrase with a space", async () => {
  const announced: string[] = [];
  const app = toWsgi(() => new Response(null));
  await app(foreignEnviron(), (status) => {
    announced.push(status);
    return () => {};
  });
  assertEquals(announced, ["200 "]);
});

Deno.test("toWsgi() returns a body that can be closed", async () => {
  let reason: unknown = "none";
  let completed: Promise<void> | undefined;
  const app = toWsgi((_, info) => {
    completed = info.completed;
    return new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(bytes("x")),
        cancel: (given) => void (reason = given),
      }),
    );
  });
  for (const reads of [0, 1]) {
    reason = "none";
    const body = await app(foreignEnviron(), ignore) as
      & AsyncIterable<Uint8Array>
      & { close(): Promise<void> };
    const iterator = body[Symbol.asyncIterator]();
    if (reads > 0) assertEquals((await iterator.next()).value, bytes("x"));
    await body.close();
    await body.close();
    assertEquals(reason, undefined);
    assert((await iterator.next()).done);
    await assertRejects(() => completed!, Deno.errors.Interrupted);
  }
});

Deno.test("toWsgi() completes info when the body has been taken", async () => {
  let completed: Promise<void> | undefined;
  const app = toWsgi((_, info) => {
    completed = info.completed;
    return new Response("all");
  });
  assertEquals(await collect(await app(foreignEnviron(), ignore)), "all");
  await completed;
});

Deno.test("toWsgi() lets errors pass", async () => {
  const error = new Error("failed");
  const throwing: Handler = () => {
    throw error;
  };
  for (const handler of [throwing, () => Promise.reject(error)]) {
    assertStrictEquals(
      await assertRejects(async () =>
        await toWsgi(handler)(foreignEnviron(), ignore)
      ),
      error,
    );
  }
});

Deno.test("toWsgi() throws TypeError when the handler returns no response", async () => {
  const app = toWsgi((() => "text") as unknown as Handler);
  await assertRejects(
    async () => await app(foreignEnviron(), ignore),
    TypeError,
    `Cannot respond as the handler must return a Response: current value is "text"`,
  );
});

Deno.test("toWsgi() throws TypeError when the handler is not a function", () => {
  assertThrows(
    () => toWsgi({ fetch() {} } as unknown as Handler),
    TypeError,
    "Cannot adapt a handler that is not a function",
  );
});

Deno.test("toWsgi() gives the handler the request of fromWsgi() if nothing was changed", async () => {
  const request = new Request("http://example.test/a%2Fb", {
    method: "POST",
    body: "x",
  });
  const seen = await through(request, (environ) => {
    environ["my.own"] = 1;
    environ.OTHER = "x";
  });
  assertStrictEquals(seen.request, request);
  assertStrictEquals(seen.info, INFO);
});

Deno.test("toWsgi() gives the handler a request as it was changed", async () => {
  const init = {
    method: "POST",
    headers: { "x-a": "1", "content-type": "text/a" },
    body: "body",
  };
  for (
    const [change, check] of [
      [
        (e) => e.REQUEST_METHOD = "PUT",
        (r) => assertEquals(r.method, "PUT"),
      ],
      [
        (e) => e.PATH_INFO = "/other",
        (r) => assertEquals(r.url, "http://example.test/other?q"),
      ],
      [
        (e) => e.QUERY_STRING = "r",
        (r) => assertEquals(r.url, "http://example.test/a/b?r"),
      ],
      [
        (e) => Object.assign(e, { SCRIPT_NAME: "/a", PATH_INFO: "/b" }),
        (r) => assertEquals(r.url, "http://example.test/a%2Fb?q"),
      ],
      [
        (e) => e["wsgi.url_scheme"] = "https",
        (r) => assertEquals(new URL(r.url).protocol, "https:"),
      ],
      [
        (e) => e.HTTP_HOST = "other.test",
        (r) => assertEquals(new URL(r.url).host, "other.test"),
      ],
      [
        (e) => e.HTTP_X_A = "2",
        (r) => assertEquals(r.headers.get("x-a"), "2"),
      ],
      [
        (e) => e.HTTP_X_B = "3",
        (r) => assertEquals(r.headers.get("x-b"), "3"),
      ],
      [
        (e) => delete e.HTTP_X_A,
        (r) => assertFalse(r.headers.has("x-a")),
      ],
      [
        (e) => e.CONTENT_TYPE = "text/b",
        (r) => assertEquals(r.headers.get("content-type"), "text/b"),
      ],
    ] as Array<[(e: WsgiEnviron) => void, (r: Request) => void]>
  ) {
    const original = new Request("http://example.test/a%2Fb?q", init);
    const { request } = await through(original, change);
    assertNotEquals(request, original);
    check(request);
    assertStrictEquals(request.signal, original.signal);
    assertEquals(await request.text(), "body");
  }
});

Deno.test("toWsgi() gives the handler what is left of the body", async () => {
  const request = new Request("http://example.test/", {
    method: "POST",
    body: "one\ntwo\nthree\n",
  });
  const bodies: string[] = [];
  const inner = toWsgi(async (request) => {
    bodies.push(await request.text());
    return new Response();
  });
  await fromWsgi(async (environ, startResponse) => {
    assertEquals(text(await environ["wsgi.input"].readline()), "one\n");
    return await inner(environ, startResponse);
  })(request, INFO);
  await fromWsgi((environ, startResponse) => {
    assertEquals(text(environ["wsgi.input"].readline()), "buffered\n");
    return inner(environ, startResponse);
  }, { bufferInput: true })(
    new Request(request.url, { method: "POST", body: "buffered\nrest" }),
    INFO,
  );
  assertEquals(bodies, ["two\nthree\n", "rest"]);
});

Deno.test("toWsgi() cancels the body when the handler does", async () => {
  let reason: unknown;
  const request = new Request("http://example.test/", {
    method: "POST",
    body: new ReadableStream({
      pull: (controller) => controller.enqueue(bytes("x")),
      cancel: (given) => void (reason = given),
    }),
  });
  const inner = toWsgi(async (request) => {
    const reader = request.body!.getReader();
    await reader.read();
    await reader.cancel("enough");
    return new Response();
  });
  await fromWsgi((environ, startResponse) => {
    environ.HTTP_X_CHANGED = "1";
    return inner(environ, startResponse);
  })(request, INFO);
  assertEquals(reason, "enough");
});

Deno.test("fromWsgi() sends what middleware makes of the response of toWsgi()", async () => {
  type Headers = Array<[string, string]>;
  const inner = toWsgi(() =>
    new Response("body", { status: 201, headers: { "x-a": "1", "x-b": "2" } })
  );
  const before = { status: 201, "x-a": "1", "x-b": "2" };
  for (
    const [change, changes] of [
      [() => {}, {}],
      [(start) => start.status = "202 Accepted", { status: 202 }],
      [(start) => start.headers.push(["x-c", "3"]), { "x-c": "3" }],
      [(start) => start.headers.pop(), { "x-b": undefined }],
      [(start) => start.headers[1]![0] = "x-z", {
        "x-a": undefined,
        "x-z": "1",
      }],
      [(start) => start.headers[1]![1] = "9", { "x-a": "9" }],
    ] as Array<[
      (start: { status: string; headers: Headers }) => void,
      Record<string, unknown>,
    ]>
  ) {
    const handler = fromWsgi((environ, startResponse) =>
      inner(environ, (status, headers) => {
        const start = { status, headers: headers as Headers };
        change(start);
        return startResponse(start.status, start.headers);
      })
    );
    const response = await handler(new Request("http://example.test/"), INFO);
    const { "content-type": _, ...headers } = Object.fromEntries(
      response.headers,
    );
    assertEquals<unknown>(
      { status: response.status, ...headers },
      JSON.parse(JSON.stringify({ ...before, ...changes })),
    );
    assertEquals(await response.text(), "body");
  }
});

Deno.test("fromWsgi() sends what middleware has left of the body of toWsgi()", async () => {
  const inner = toWsgi(() =>
    new Response(ReadableStream.from(["one", "two"].map(bytes)))
  );
  const handler = fromWsgi(async (environ, startResponse) => {
    const body = await inner(environ, startResponse) as AsyncIterable<
      Uint8Array
    >;
    const { value } = await body[Symbol.asyncIterator]().next();
    assertEquals(value, bytes("one"));
    return body;
  });
  const response = await handler(new Request("http://example.test/"), INFO);
  assertEquals(await response.text(), "two");
});

Deno.test("toWsgi() takes the client from the environ if that was changed", async () => {
  const request = new Request("http://example.test/");
  const localAddr = { transport: "tcp" as const, hostname: "::", port: 80 };
  const seen = await through(request, (environ) => {
    environ.REMOTE_ADDR = "198.51.100.1";
    environ.REMOTE_PORT = "0";
  }, { ...INFO, localAddr });
  assertStrictEquals(seen.request, request);
  const remoteAddr = { transport: "tcp", hostname: "198.51.100.1", port: 0 };
  assertEquals<unknown>(seen.info.remoteAddr, remoteAddr);
  assertEquals(seen.info.localAddr, localAddr);
  assertStrictEquals(seen.info.completed, INFO.completed);
});

Deno.test("toWsgi() makes an app for both kinds of input", () => {
  const app = toWsgi(() => new Response());
  const streamed: WsgiApp = app;
  const buffered: WsgiApp<WsgiBufferedInput> = app;
  assertStrictEquals<unknown>(streamed, buffered);
});

async function collect(
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<string> {
  let all = "";
  for await (const chunk of body) all += text(chunk);
  return all;
}
