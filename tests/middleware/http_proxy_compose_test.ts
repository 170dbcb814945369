import { assertEquals, assertMatch } from "@std/assert";
import { withUrl } from "../../middleware/_with_url.ts";
import { httpProxy } from "../../middleware/http_proxy/http_proxy.ts";
import type { Handler } from "../../serving/handler.ts";
import { rawConnect, rawRequest } from "../_raw_http.ts";
import { testSsl } from "../_test_ssl.ts";
import { okWith, proxied, rawUpstream, served, valuesOf } from "./_proxied.ts";

const app: Handler = () => new Response("app");

/** What a dispatcher before the proxy does: takes `/mount` off the URL. */
function mounted(handler: Handler): Handler {
  return (request, info) =>
    handler(withUrl(request, request.url.replace("/mount", "")), info);
}

Deno.test("httpProxy() passes on requests that were moved, WebSockets, too", async () => {
  await using upstream = served(async (request) => {
    const { pathname } = new URL(request.url);
    if (!request.headers.has("upgrade")) {
      return new Response(`${pathname} ${await request.text()}`);
    }
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => socket.close(3000, pathname);
    return response;
  });
  const proxy = httpProxy(app, { "/api": upstream.url });
  await using server = served(mounted(proxy));
  const url = `${server.url}/mount/api/x`;
  const response = await fetch(url, { method: "POST", body: "body" });
  assertEquals(await response.text(), "/api/x body");
  const socket = new WebSocket(url.replace("http", "ws"));
  const reason = await new Promise((resolve) => {
    socket.onclose = (event) => resolve(event.reason);
  });
  assertEquals(reason, "/api/x");
});

Deno.test("httpProxy() aborts a moved request when the client leaves", async () => {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  await using upstream = rawUpstream(async (connection) => {
    begun.resolve();
    ended.resolve(await connection.readToEnd());
  });
  const proxy = httpProxy(app, {
    "/": { target: upstream.url, timeout: 60 },
  });
  await using server = served(mounted(proxy));
  const client = await rawConnect(server.port);
  await client.send("GET /mount/x HTTP/1.1\r\nHost: h\r\n\r\n");
  await begun.promise;
  client.close();
  assertEquals(await ended.promise, "");
});

Deno.test("httpProxy() passes on responses that others can change or replace", async () => {
  await using upstream = rawUpstream(okWith("body", "X-A: 1\r\n"));
  const proxy = httpProxy(app, { "/": upstream.url });
  await using server = served(async (request, info) => {
    const response = await proxy(request, info);
    response.headers.set("x-b", "2");
    return new Response(response.body, response);
  });
  const response = await fetch(server.url);
  assertEquals(response.headers.get("x-a"), "1");
  assertEquals(response.headers.get("x-b"), "2");
  assertEquals(await response.text(), "body");
});

Deno.test("httpProxy() takes apps of other frameworks", async () => {
  const hono = {
    fetch(_request: Request, _env?: unknown, _context?: object): Response {
      return new Response("hono");
    },
  };
  await using server = served(httpProxy(hono.fetch, {}));
  assertEquals(await (await fetch(server.url)).text(), "hono");
});

Deno.test("httpProxy() nests", async () => {
  await using one = rawUpstream(okWith("one"));
  await using two = rawUpstream(okWith("two"));
  await using inner = proxied({ "/": one.url });
  await using server = served(
    httpProxy(httpProxy(app, { "/two": two.url }), { "/one": inner.url }),
  );
  for (const name of ["one", "two"]) {
    assertEquals(await (await fetch(`${server.url}/${name}`)).text(), name);
  }
  // Each proxy has a name of its own, so that this is no loop.
  assertMatch(
    valuesOf(one.heads[0], "via")[0] ?? "",
    /^1\.1 devserve-(\w+), 1\.1 devserve-(?!\1)\w+$/,
  );
  assertEquals(valuesOf(one.heads[0], "x-forwarded-for"), [
    "127.0.0.1, 127.0.0.1",
  ]);
});

Deno.test("httpProxy() passes on a body by HTTP/2, which needs no length", async () => {
  await using upstream = rawUpstream(async (connection) => {
    const body = await connection.readThrough("0\r\n\r\n");
    await connection.send(okWith(body));
  });
  using ssl = testSsl();
  using client = ssl.client({ http1: false });
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    cert: await Deno.readTextFile(ssl.certFile),
    key: await Deno.readTextFile(ssl.keyFile),
    onListen: () => {},
  }, httpProxy(app, { "/": { target: upstream.url, host: null } }));
  const { host } = new URL(`https://localhost:${server.addr.port}`);
  const response = await fetch(`https://${host}/`, {
    client,
    method: "POST",
    body: new Blob(["abc"]).stream(),
  });
  assertEquals(await response.text(), "3\r\nabc\r\n0\r\n\r\n");
  await server.shutdown();
  const [head] = upstream.heads;
  assertEquals(valuesOf(head, "transfer-encoding"), ["chunked"]);
  assertEquals(valuesOf(head, "host"), [host]);
  assertEquals(valuesOf(head, "x-forwarded-proto"), ["https"]);
  assertEquals(valuesOf(head, "x-forwarded-host"), [host]);
});

Deno.test({
  name: "httpProxy() serves on a Unix socket",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using upstream = rawUpstream(okWith("ok"));
    const folder = await Deno.makeTempDir();
    const path = `${folder}/socket`;
    const server = Deno.serve(
      { path, onListen: () => {} },
      httpProxy(app, { "/api": { target: upstream.url, host: null } }),
    );
    const response = await rawRequest(
      { path },
      "GET /api/x HTTP/1.1\r\nHost: h.test\r\nConnection: close\r\n\r\n",
    );
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
    assertEquals(response.body, "ok");
    const [head] = upstream.heads;
    assertEquals(head?.startsWith("GET /api/x HTTP/1.1\r\n"), true);
    assertEquals(valuesOf(head, "host"), ["h.test"]);
    assertEquals(valuesOf(head, "x-forwarded-for"), []);
    assertEquals(valuesOf(head, "x-forwarded-proto"), ["http"]);
  },
});
