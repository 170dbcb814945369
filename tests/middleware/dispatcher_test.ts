import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
// deno-lint-ignore no-import-prefix -- what people mount, as in the examples
import { Hono } from "npm:hono@^4";
import {
  dispatcher,
  type Mounts,
} from "../../middleware/dispatcher/dispatcher.ts";
import type { Handler, ServeInfo } from "../../serving/handler.ts";
import { rawRequest } from "../_raw_http.ts";
import { INFO } from "./_info.ts";

/** An app that tells its name, its script name and the URL that it sees. */
function tell(name: string): Handler {
  return (request, { scriptName = "" }) =>
    new Response(`${name} ${scriptName || "-"} ${request.url}`);
}

/** What the app that is chosen tells. */
async function ask(handler: Handler, url: string): Promise<string> {
  return await (await handler(new Request(url), INFO)).text();
}

/** Mounts apps that tell the key they are mounted at. */
function mountAll(...keys: string[]): Handler {
  return dispatcher(
    tell("app"),
    Object.fromEntries(keys.map((key) => [key, tell(key)])),
  );
}

const PATHS: [request: string, told: string][] = [
  ["/", "app - /"],
  ["/api", "/api /api /"],
  ["/api/", "/api /api /"],
  ["/api?q=/api/v2&%2f", "/api /api /?q=/api/v2&%2f"],
  ["/api/users/", "/api /api /users/"],
  ["/apis", "app - /apis"],
  ["/ap", "app - /ap"],
  ["/API", "app - /API"],
  ["/api/v2", "/api/v2 /api/v2 /"],
  ["/api/v2x", "/api /api /v2x"],
  ["/api/v2/x", "/api/v2 /api/v2 /x"],
  ["/api//evil.test/x", "/api /api //evil.test/x"],
  ["/api///", "/api /api ///"],
  ["//api/x", "app - //api/x"],
  ["/api%2Fx", "app - /api%2Fx"],
  ["/api/a%2Fb%252F%C3%A9%c3%a9", "/api /api /a%2Fb%252F%C3%A9%c3%a9"],
  ["/api/v2/../x", "/api /api /x"],
  ["/api/%2e%2e/x", "app - /x"],
  ["/api/..%2Fx", "/api /api /..%2Fx"],
  ["/api/a:b@c;d", "/api /api /a:b@c;d"],
];

Deno.test("dispatcher() takes the longest prefix of whole segments off the path", async () => {
  const handler = mountAll("/api", "/api/v2");
  for (const [path, told] of PATHS) {
    const [name, scriptName, rest] = told.split(" ");
    assertEquals(
      await ask(handler, `http://localhost:8000${path}`),
      `${name} ${scriptName} http://localhost:8000${rest}`,
      path,
    );
  }
});

const HOSTS: [url: string, key: string][] = [
  ["http://localhost/", "app"],
  ["http://localhost:8001/", "localhost:8001"],
  ["http://api.localhost/", "api.localhost"],
  ["http://API.LocalHost:8000/", "api.localhost"],
  ["http://api.localhost./", "api.localhost"],
  ["http://api.localhost:8443/", "api.localhost:8443"],
  ["http://api.localhost/v2/x", "api.localhost/v2"],
  ["http://api.localhost/v2x", "api.localhost"],
  ["http://api.localhost:8443/v2", "api.localhost:8443"],
  ["http://api.localhost/static/x", "api.localhost"],
  ["http://x.api.localhost/", "app"],
  ["http://a.app.localhost/", "*.app.localhost"],
  ["http://b.a.app.localhost/", "*.app.localhost"],
  ["http://app.localhost/", "app"],
  ["http://xapp.localhost/", "app"],
  ["http://www.app.localhost/", "www.app.localhost"],
  ["http://x.deep.app.localhost/", "*.deep.app.localhost"],
  ["http://a.other.localhost/v1/x", "*.other.localhost/v1"],
  ["http://a.other.localhost/static/x", "/static"],
  ["http://localhost/static", "/static"],
  ["http://xn--bcher-kva.localhost/", "bücher.localhost"],
  ["http://bücher.localhost/", "bücher.localhost"],
  ["http://[::1]:9000/", "[0:0::1]"],
  ["http://secure.localhost/", "secure.localhost:80"],
  ["https://secure.localhost/", "secure.localhost:443"],
  ["https://secure.localhost:80/", "secure.localhost:80"],
];

Deno.test("dispatcher() takes the mount whose host says most", async () => {
  const handler = mountAll(
    ...["/static", "api.localhost", "api.localhost/v2", "API.localhost:8443"],
    ...["*.app.localhost", "*.deep.app.localhost", "www.app.localhost"],
    ...["*.other.localhost/v1", "localhost:8001", "bücher.localhost"],
    ...["[0:0::1]", "secure.localhost:80", "secure.localhost:443"],
  );
  for (const [url, key] of HOSTS) {
    const [name] = (await ask(handler, url)).split(" ");
    assertEquals(name?.toLowerCase(), key, url);
  }
});

Deno.test("dispatcher() keeps the URL and the info for a mount without path", () => {
  const seen: unknown[] = [];
  const handler = dispatcher(() => new Response(), {
    "api.localhost": (...given) => {
      seen.push(...given);
      return new Response();
    },
  });
  const request = new Request("http://api.localhost/x");
  handler(request, INFO);
  assertStrictEquals(seen[0], request);
  assertStrictEquals(seen[1], INFO);
});

Deno.test("dispatcher() takes a mount at the root for all that no other takes", async () => {
  const handler = mountAll("/", "/api");
  assertEquals(await ask(handler, "http://x/y"), "/ - http://x/y");
  assertEquals(await ask(handler, "http://x/api/y"), "/api /api http://x/y");
});

Deno.test("dispatcher() adds to the script name when nested", async () => {
  const inner = dispatcher(tell("api"), { "/v1/é/": tell("v1") });
  const outer = dispatcher(tell("app"), { "/api": inner });
  assertEquals(await ask(outer, "http://x/api/v2"), "api /api http://x/v2");
  assertEquals(
    await ask(outer, "http://x/api/v1/é/users"),
    "v1 /api/v1/%C3%A9 http://x/users",
  );
});

Deno.test("dispatcher() keeps what outer middleware has told", async () => {
  interface User extends ServeInfo {
    user: string;
  }
  const handler: Handler<User> = dispatcher<User>(() => new Response(), {
    "/me": (_request, { user, scriptName, remoteAddr }) =>
      Response.json({ user, scriptName, remoteAddr }),
  });
  const response = await handler(new Request("http://x/me"), {
    ...INFO,
    scriptName: "/outer",
    user: "ada",
  });
  assertEquals(await response.json(), {
    user: "ada",
    scriptName: "/outer/me",
    remoteAddr: INFO.remoteAddr,
  });
});

Deno.test("dispatcher() passes on method, headers and a streamed body", async () => {
  const handler = dispatcher(() => new Response(), {
    "/echo": (request) =>
      new Response(request.body, {
        headers: {
          "x-method": request.method,
          "x-sent": request.headers.get("x-sent") ?? "",
        },
      }),
  });
  await using server = serve(handler);
  const chunks = ReadableStream.from(["a", "b"]);
  const response = await fetch(`${server.base}/echo/x`, {
    method: "PATCH",
    headers: { "x-sent": "yes" },
    body: chunks.pipeThrough(new TextEncoderStream()),
  });
  assertEquals(response.headers.get("x-method"), "PATCH");
  assertEquals(response.headers.get("x-sent"), "yes");
  assertEquals(await response.text(), "ab");
});

Deno.test("dispatcher() reads the host of a request on a socket", async () => {
  await using server = serve(mountAll("api.localhost", "*.app.localhost"));
  for (
    const [host, name] of [
      ["API.localhost:1", "api.localhost"],
      ["ada.app.localhost", "*.app.localhost"],
      ["127.0.0.1", "app"],
    ]
  ) {
    const response = await rawRequest(
      server.port,
      `GET /x HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    assertEquals(response.body.split(" ")[0], name);
  }
});

Deno.test("dispatcher() gives a target that is no path to the app", async () => {
  await using server = serve(mountAll("/api"));
  const response = await rawRequest(
    server.port,
    "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
  );
  assertEquals(response.status, 200);
  assertEquals(response.body.split(" ")[0], "app");
});

Deno.test("dispatcher() lets a mounted app upgrade to a WebSocket", async () => {
  const chat: Handler = (request, { scriptName }) => {
    const { pathname } = new URL(request.url);
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) =>
      socket.send(`${scriptName} ${pathname} ${data}`);
    return response;
  };
  const inner = dispatcher(() => new Response(), { "/ws": chat });
  await using server = serve(
    dispatcher(() => new Response(), { "/chat": inner }),
  );
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/chat/ws/room`);
  const told = await new Promise((resolve, reject) => {
    socket.onerror = reject;
    socket.onopen = () => socket.send("hi");
    socket.onmessage = ({ data }) => resolve(data);
  });
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
  assertEquals(told, "/chat/ws /room hi");
});

Deno.test("dispatcher() mounts Hono as an object and as a function", async () => {
  const hono = new Hono();
  hono.get("/items/:id", (context) => context.text(context.req.param("id")));
  hono.get("/", (context) => context.redirect("/items/1"));
  const handler = dispatcher(hono.fetch, { "/a": hono, "/b": hono.fetch });
  await using server = serve(handler);
  for (const prefix of ["", "/a", "/b"]) {
    const response = await fetch(`${server.base}${prefix}/items/7`);
    assertEquals(await response.text(), "7");
  }
  const missing = await fetch(`${server.base}/a/missing`);
  assertEquals(missing.status, 404);
  await missing.body?.cancel();
});

Deno.test("dispatcher() calls fetch as a method of the mounted object", async () => {
  class Counter {
    #count = 0;
    fetch(): Response {
      return new Response(`${++this.#count}`);
    }
  }
  const handler = dispatcher(() => new Response(), { "/n": new Counter() });
  assertEquals(await ask(handler, "http://x/n"), "1");
  assertEquals(await ask(handler, "http://x/n"), "2");
});

Deno.test("dispatcher() rejects as the mounted app does", async () => {
  const handler = dispatcher(() => new Response(), {
    "/x": () => Promise.reject(new RangeError("broken")),
  });
  await assertRejects(() => ask(handler, "http://x/x"), RangeError, "broken");
});

const BAD_KEYS = [
  ...["", "api localhost", "/a//b", "/a?b", "/a#b", "/a/../b", "/%2E%2e/b"],
  ...["/a\\b", "http://x", "u@x", "*", "*.", "a.*.b", "*x", "x:y", "x:65536"],
  ...["[::1", "::1", "x?y", " /a", "//", "x//y", "%", "a\\b"],
];

Deno.test("dispatcher() throws SyntaxError when a key is no place", () => {
  for (const key of BAD_KEYS) {
    assertThrows(
      () => mountAll(key),
      SyntaxError,
      `current value is "${key}"`,
      key,
    );
  }
});

Deno.test("dispatcher() throws TypeError when two keys are the same place", () => {
  for (
    const [a, b] of [
      ["/a", "/a/"],
      ["A.localhost", "a.localhost/"],
      ["ü.localhost", "xn--tda.localhost"],
      ["/é", "/%C3%A9"],
    ] as const
  ) {
    assertThrows(
      () => mountAll(a, "/b", "b.localhost", "/c", b),
      TypeError,
      "two mounts are at the same place",
    );
  }
});

Deno.test("dispatcher() throws TypeError when an argument is no app", () => {
  const wrong = (value: unknown) => value as Mounts & Handler;
  const app = () => new Response();
  for (const value of [undefined, null, "x", {}, { fetch: 1 }, []]) {
    assertThrows(() => dispatcher(wrong(value), {}), TypeError, "app must be");
    assertThrows(
      () => dispatcher(app, wrong({ "/a": value })),
      TypeError,
      'mounts["/a"] must be',
    );
  }
  for (const value of [undefined, null, "x", []]) {
    assertThrows(() => dispatcher(app, wrong(value)), TypeError, "mounts must");
  }
});

/** A server on a free port. */
interface TestServer extends AsyncDisposable {
  port: number;
  base: string;
}

function serve(handler: Handler): TestServer {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    handler,
  );
  const { port } = server.addr;
  return {
    port,
    base: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
