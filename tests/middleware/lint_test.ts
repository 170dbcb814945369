import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
// deno-lint-ignore no-import-prefix -- what people use, as in the examples
import { Hono } from "npm:hono@^4";
import { lint, type LintWarning } from "../../middleware/lint/lint.ts";
import type { Handler, ServeInfo } from "../../serving/handler.ts";
import { startProcess } from "../_process.ts";
import { INFO } from "./_info.ts";
import { lintOnce, ruleOf, streamOf } from "./_lint.ts";

/** An app with a warning at every URL. */
const unquoted = () => new Response("x", { headers: { etag: "x" } });

/** Lints an app and collects what is found. */
function collect<Info extends ServeInfo>(
  app: Handler<Info>,
): { handler: Handler<Info>; warnings: LintWarning[]; rules: () => string[] } {
  const warnings: LintWarning[] = [];
  const handler = lint(app, { onWarning: (found) => warnings.push(found) });
  return { handler, warnings, rules: () => warnings.map(ruleOf) };
}

Deno.test("lint() tells rule, section, message, URL and method", async () => {
  const { warnings } = await lintOnce(
    unquoted,
    { method: "POST" },
    "http://localhost/x?y=1",
  );
  assertEquals(warnings, [{
    rule: "etag-quotes",
    level: "warning",
    message: 'An ETag stands in double quotes: "x"',
    section: "RFC 9110 section 8.8.3",
    url: "http://localhost/x?y=1",
    method: "POST",
  }]);
});

Deno.test("lint() warns once for each rule, method and kind of path", async () => {
  const { handler, warnings } = collect(unquoted);
  const uuid = () => crypto.randomUUID();
  for (
    const [method, path] of [
      ["GET", "/items/1"],
      ["GET", "/items/1"],
      ["GET", "/items/2?x"],
      ["POST", "/items/1"],
      ["GET", "/items"],
      ["GET", "/v1/items"],
      ["GET", "/v2/items"],
      ["GET", `/users/${uuid()}/posts/12`],
      ["GET", `/users/${uuid()}/posts/13`],
    ] as const
  ) {
    await handler(new Request(`http://x${path}`, { method }), INFO);
  }
  assertEquals(
    warnings.map(({ method, url }) => `${method} ${new URL(url).pathname}`)
      .map((place) => place.replace(/[\da-f-]{36}/, "uuid")),
    [
      ...["GET /items/1", "POST /items/1", "GET /items", "GET /v1/items"],
      ...["GET /v2/items", "GET /users/uuid/posts/12"],
    ],
  );
});

Deno.test("lint() warns of each of several fields and cookies", async () => {
  const headers = new Headers({ date: "x", expires: "x" });
  headers.append("set-cookie", "a b=1");
  headers.append("set-cookie", "c d=1");
  const { rules } = await lintOnce(() => new Response(null, { headers }));
  assertEquals(rules, [
    ...["date-syntax", "date-syntax", "cookie-name", "cookie-name"],
  ]);
});

Deno.test("lint() returns the same response where nothing streams", async () => {
  const { handler } = collect((request) => responses[request.url]!);
  const redirect = Response.redirect("https://example.test/");
  const responses: Record<string, Response> = {
    "http://x/text": new Response("x", { headers: { etag: "x" } }),
    "http://x/bytes": new Response(new Uint8Array(3)),
    "http://x/none": new Response(null, { status: 204 }),
    "http://x/redirect": redirect,
  };
  for (const [url, response] of Object.entries(responses)) {
    assertStrictEquals(await handler(new Request(url), INFO), response);
    assertEquals(response.bodyUsed, false);
  }
  const streamed = new Response(streamOf("x"));
  const { handler: ofHead } = collect(() => streamed);
  const head = new Request("http://x/", { method: "HEAD" });
  assertStrictEquals(await ofHead(head, INFO), streamed);
  await streamed.body?.cancel();
});

Deno.test("lint() keeps status and fields of a response that streams", async () => {
  const headers = new Headers({ "content-type": "a/b" });
  headers.append("set-cookie", "a=1");
  headers.append("set-cookie", "b=2");
  const { handler } = collect(() =>
    new Response(streamOf("x"), { status: 201, statusText: "Made", headers })
  );
  const response = await handler(new Request("http://x/"), INFO);
  assertEquals(response.status, 201);
  assertEquals(response.statusText, "Made");
  assertEquals([...response.headers], [...headers]);
  assertEquals(await response.text(), "x");
});

Deno.test("lint() asks a stream for no more than the client does", async () => {
  let pulled = 0;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1));
    },
  }, { highWaterMark: 0 });
  const { handler, rules } = collect(() =>
    new Response(source, { headers: { "content-length": "9" } })
  );
  const response = await handler(new Request("http://x/"), INFO);
  const reader = response.body!.getReader();
  assertEquals(pulled, 0);
  await reader.read();
  await reader.read();
  assertEquals(pulled, 2);
  await reader.cancel();
  assertEquals(rules(), []);
});

Deno.test("lint() warns of a body that is too long before it ends", async () => {
  const { handler, warnings } = collect(() =>
    new Response(ReadableStream.from([new Uint8Array(3), new Uint8Array(1)]), {
      headers: { "content-length": "3" },
    })
  );
  const response = await handler(new Request("http://x/"), INFO);
  const reader = response.body!.getReader();
  await reader.read();
  assertEquals(warnings.length, 0);
  await reader.read();
  assertEquals(warnings.map(({ message }) => message), [
    "Content-Length says 3 bytes, but the body has 4 or more",
  ]);
  await reader.cancel();
});

Deno.test("lint() cancels the stream of the app when the client leaves", async () => {
  let reason: unknown;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    cancel: (given) => void (reason = given),
  });
  const { handler, rules } = collect(() =>
    new Response(source, { headers: { "content-length": "9" } })
  );
  const response = await handler(new Request("http://x/"), INFO);
  const reader = response.body!.getReader();
  // A read under way ends, which is not the end of the body.
  const read = reader.read();
  await reader.cancel("gone");
  assertEquals((await read).done, true);
  assertEquals(reason, "gone");
  assertEquals(rules(), []);
});

Deno.test("lint() passes on the error of a stream", async () => {
  const error = new RangeError("broken");
  const { handler, warnings } = collect(() =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new Uint8Array(1)),
        pull: () => Promise.reject(error),
      }),
    )
  );
  const response = await handler(new Request("http://x/"), INFO);
  const thrown = await assertRejects(() => response.text(), RangeError);
  assertStrictEquals(thrown, error);
  assertEquals(warnings.map(({ rule }) => rule), ["stream-error"]);
  assertStringIncludes(warnings[0]!.message, "RangeError: broken");
});

Deno.test("lint() warns of a chunk that is not bytes and passes it on", async () => {
  const { handler, rules } = collect(() =>
    new Response(ReadableStream.from(["text"]) as unknown as ReadableStream)
  );
  const response = await handler(new Request("http://x/"), INFO);
  const { value } = await response.body!.getReader().read();
  assertEquals(value as unknown, "text");
  assertEquals(rules(), ["stream-chunk"]);
});

Deno.test("lint() passes on what is no Response", async () => {
  const hostile = new Proxy({}, {
    getPrototypeOf: () => assert(false) as never,
  });
  for (const value of [undefined, null, "x", {}, hostile]) {
    const { handler, rules } = collect((() => value) as unknown as Handler);
    const returned: unknown = await handler(new Request("http://x/"), INFO);
    assertStrictEquals(returned, value);
    assertEquals(rules(), ["not-a-response"]);
  }
});

Deno.test("lint() warns of responses that cannot be sent", async () => {
  const used = new Response("x");
  await used.text();
  const locked = new Response(streamOf("x"));
  const reader = locked.body!.getReader();
  for (
    const [response, rule] of [
      [Response.error(), "response-error"],
      [used, "response-used"],
      [locked, "response-locked"],
    ] as const
  ) {
    const { handler, rules } = collect(() => response);
    assertStrictEquals(
      await handler(new Request("http://x/"), INFO),
      response,
    );
    assertEquals(rules(), [rule]);
  }
  await reader.cancel();
});

Deno.test("lint() warns of a Response returned twice unless it has no body", async () => {
  const text = new Response("x");
  const none = new Response(null, { status: 404 });
  const stream = new Response(streamOf("x"));
  for (
    const [response, ...expected] of [
      [none],
      [text, "response-twice"],
      [stream, "response-twice"],
    ] as const
  ) {
    const { handler, rules } = collect(() => response);
    const first = await handler(new Request("http://x/"), INFO);
    const second = await handler(new Request("http://x/"), INFO);
    assertStrictEquals(second, response);
    assertEquals(rules(), expected);
    await first.body?.cancel();
  }
});

Deno.test("lint() warns of a request body that is read twice", async () => {
  const init = { method: "POST", body: "hello" };
  const { rules } = await lintOnce(async (request) => {
    const text = await request.text();
    await assertRejects(() => request.json(), TypeError);
    return new Response(text);
  }, init);
  assertEquals(rules, ["request-used"]);
  const { rules: none } = await lintOnce(async (request) => {
    const copy = request.clone();
    await copy.arrayBuffer();
    return Response.json(await request.text());
  }, init);
  assertEquals(none, []);
});

Deno.test("lint() leaves the request what it was", async () => {
  const request = new Request("http://x/", {
    method: "POST",
    body: '{"a":1}',
    headers: { accept: "text/html", "content-type": "application/json" },
  });
  const { handler } = collect(async (given) => {
    assertStrictEquals(given, request);
    assertEquals(Object.keys(given.headers), []);
    assertEquals(given.headers.get("ACCEPT"), "text/html");
    assertEquals(given.headers.has("cookie"), false);
    assertEquals([...new Request(given.clone()).headers].length, 2);
    assertThrows(() => given.headers.get("a b"), TypeError);
    return Response.json(await given.json());
  });
  const response = await handler(request, INFO);
  assertEquals(await response.json(), { a: 1 });
});

Deno.test("lint() passes on what the app throws", async () => {
  const error = new RangeError("broken\x1b[2J");
  for (
    const app of [
      () => Promise.reject(error),
      (): Response => {
        throw error;
      },
    ]
  ) {
    const { handler, rules } = collect(app);
    const thrown = await assertRejects(async () =>
      await handler(new Request("http://x/"), INFO)
    );
    assertStrictEquals(thrown, error);
    assertEquals(rules(), ["app-error"]);
  }
});

Deno.test("lint() passes on whatever is thrown", async () => {
  for (const value of [undefined, null, Object.create(null), Symbol("x")]) {
    const { handler, rules } = collect(() => Promise.reject(value));
    await Promise.resolve(handler(new Request("http://x/"), INFO)).then(
      () => assert(false),
      (thrown) => assertStrictEquals(thrown, value),
    );
    assertEquals(rules(), ["app-error"]);
  }
});

Deno.test("lint() fails the request with what onWarning throws", async () => {
  const handler = lint(unquoted, {
    onWarning: ({ message }) => {
      throw new Error(message);
    },
  });
  await assertRejects(
    async () => await handler(new Request("http://x/"), INFO),
    Error,
    "double quotes",
  );
});

Deno.test("lint() passes on the info with all that is in it", async () => {
  interface User extends ServeInfo {
    user: string;
  }
  const info: User = { ...INFO, user: "ada" };
  const { handler } = collect<User>((_request, given) => {
    assertStrictEquals(given, info);
    return new Response(given.user);
  });
  const response = await handler(new Request("http://x/"), info);
  assertEquals(await response.text(), "ada");
});

Deno.test("lint() lets WebSockets through as the same response", async () => {
  const { handler, rules } = collect((request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(`${data}!`);
    upgraded = response;
    return response;
  });
  let upgraded: Response | undefined;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request, info) => {
      const response = await handler(request, info);
      assertStrictEquals(response, upgraded);
      return response;
    },
  );
  const socket = new WebSocket(`ws://127.0.0.1:${server.addr.port}/`);
  const told = await new Promise((resolve, reject) => {
    socket.onerror = reject;
    socket.onopen = () => socket.send("hi");
    socket.onmessage = ({ data }) => resolve(data);
  });
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
  assertEquals(told, "hi!");
  assertEquals(rules(), []);
});

Deno.test("lint() takes an app of Hono and finds what it reads", async () => {
  const hono = new Hono();
  hono.get("/", (context) => context.text(context.req.header("Accept") ?? ""));
  hono.post("/", async (context) => context.json(await context.req.json()));
  const { handler, rules } = collect(hono.fetch);
  const page = await handler(new Request("http://x/"), INFO);
  assertEquals(await page.text(), "");
  assertEquals(rules(), ["vary-missing"]);
  const posted = await handler(
    new Request("http://x/", { method: "POST", body: "[1]" }),
    INFO,
  );
  assertEquals(await posted.json(), [1]);
  assertEquals(rules(), ["vary-missing"]);
});

const SCRIPT = `
import { lint } from ${
  JSON.stringify(import.meta.resolve("../../middleware/lint/lint.ts"))
};
const handler = lint(() =>
  new Response(null, { headers: { etag: "x\\x1b[2J\\x7f", "x": "a\\x07" } })
);
const info = { remoteAddr: { transport: "unix", path: "" } };
await handler(new Request("http://x/a%0Ab?token=secret"), info);
await handler(new Request("http://x/a%0Ab?token=secret"), info);
`;

Deno.test("lint() writes one line to standard error by default", async () => {
  const script = await Deno.makeTempFile({ suffix: ".js" });
  await Deno.writeTextFile(script, SCRIPT);
  await using child = startProcess([Deno.execPath(), "run", script]);
  const { code } = await child.finished();
  assertEquals(code, 0);
  assertEquals(child.stdout, "");
  assertEquals(child.stderr.split("\n"), [
    String
      .raw`lint warning: GET /a%0Ab: A control character is in etag, which Headers accepts but no server may send: "x\x1b[2J\x7f" (field-value-control, RFC 9110 section 5.5)`,
    String
      .raw`lint warning: GET /a%0Ab: A control character is in x, which Headers accepts but no server may send: "a\x07" (field-value-control, RFC 9110 section 5.5)`,
    String
      .raw`lint warning: GET /a%0Ab: An ETag stands in double quotes: "x\x1b[2J\x7f" (etag-quotes, RFC 9110 section 8.8.3)`,
    "",
  ]);
  await Deno.remove(script);
});

Deno.test("lint() throws TypeError when an argument is no function", () => {
  const wrong = (value: unknown) => value as Handler & (() => void);
  assertThrows(() => lint(wrong({})), TypeError, "app must be a function");
  assertThrows(
    () => lint(unquoted, { onWarning: wrong("x") }),
    TypeError,
    'onWarning must be a function: current value is "x"',
  );
});
