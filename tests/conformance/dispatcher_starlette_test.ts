// The cases of Starlette's tests for Mount and Host. Only inputs and outcomes
// are taken over. Where we decided otherwise, the case says so.
//
// encode/starlette, tests/test_routing.py at cb8f84f5, BSD-3-Clause,
// copyright 2018 Encode OSS Ltd
import { assertEquals } from "@std/assert";
import { dispatcher } from "../../middleware/dispatcher/dispatcher.ts";
import type { Handler } from "../../serving/handler.ts";
import { INFO } from "../middleware/_info.ts";

const notFound: Handler = () => new Response(null, { status: 404 });
const ok: Handler = () => new Response("OK");

/** An app that knows some paths. */
function routes(paths: Record<string, string>): Handler {
  return (request) => {
    const text = paths[new URL(request.url).pathname];
    return text === undefined
      ? new Response(null, { status: 404 })
      : new Response(text);
  };
}

async function get(handler: Handler, url: string): Promise<[number, string]> {
  const response = await handler(new Request(url), INFO);
  return [response.status, await response.text()];
}

Deno.test("dispatcher() answers as Starlette's test_mount_urls", async () => {
  const handler = dispatcher(notFound, { "/users": ok });
  // Starlette redirects to "/users/"; here the app sees "/" both ways.
  assertEquals(await get(handler, "http://testserver/users"), [200, "OK"]);
  assertEquals(await get(handler, "http://testserver/users/"), [200, "OK"]);
  assertEquals(await get(handler, "http://testserver/users/a"), [200, "OK"]);
  assertEquals(await get(handler, "http://testserver/usersa"), [404, ""]);
});

Deno.test("dispatcher() answers as Starlette's test_mount_at_root", async () => {
  const handler = dispatcher(notFound, { "/": ok });
  assertEquals(await get(handler, "http://testserver/"), [200, "OK"]);
});

Deno.test("dispatcher() answers as Starlette's test_router for mounted paths", async () => {
  const users = routes({
    "/": "All users",
    "/tomchristie": "User tomchristie",
    "/me": "User fixed me",
  });
  const handler = dispatcher(notFound, { "/users": users, "/static": ok });
  const base = "http://testserver";
  assertEquals(await get(handler, `${base}/foo`), [404, ""]);
  assertEquals(await get(handler, `${base}/users`), [200, "All users"]);
  assertEquals(
    await get(handler, `${base}/users/tomchristie`),
    [200, "User tomchristie"],
  );
  assertEquals(await get(handler, `${base}/users/me`), [200, "User fixed me"]);
  assertEquals(await get(handler, `${base}/static/123`), [200, "OK"]);
});

const hosts = dispatcher(notFound, {
  "www.example.org": routes({ "/": "Hello, world", "/users": "All users" }),
  "api.example.org": routes({ "/users": "api users" }),
  "port.example.org": routes({ "/": "Hello, world" }),
});

const HOST_CASES: [url: string, status: number, body: string][] = [
  ["https://api.example.org/users", 200, "api users"],
  ["https://api.example.org/", 404, ""],
  ["https://www.example.org/users", 200, "All users"],
  ["https://www.example.org/", 200, "Hello, world"],
  ["https://port.example.org:3600/users", 404, ""],
  ["https://port.example.org:3600/", 200, "Hello, world"],
  ["https://port.example.org/", 200, "Hello, world"],
  ["https://port.example.org:5600/", 200, "Hello, world"],
];

for (const [url, status, body] of HOST_CASES) {
  Deno.test(`dispatcher() answers ${url} as Starlette's test_host_routing`, async () => {
    assertEquals(await get(hosts, url), [status, body]);
  });
}

Deno.test("dispatcher() counts the port of a key, unlike Starlette's Host", async () => {
  const handler = dispatcher(notFound, { "port.example.org:3600": ok });
  assertEquals(
    await get(handler, "https://port.example.org:3600/"),
    [200, "OK"],
  );
  assertEquals(await get(handler, "https://port.example.org/"), [404, ""]);
  assertEquals(await get(handler, "https://port.example.org:5600/"), [404, ""]);
});

Deno.test("dispatcher() answers as Starlette's test_subdomain_routing", async () => {
  const handler = dispatcher(notFound, {
    "*.example.org": ({ url }) =>
      new Response(new URL(url).hostname.split(".")[0]),
  });
  assertEquals(await get(handler, "https://foo.example.org/"), [200, "foo"]);
});

Deno.test("dispatcher() tells the root path as Starlette's test_paths_with_root_path", async () => {
  // ASGI's path has the root path in it; ours is what is left of it.
  const echo: Handler = ({ url }, { scriptName }) =>
    Response.json({ path: new URL(url).pathname, scriptName });
  const handler = dispatcher(echo, { "/asgipath": echo, "/sub": echo });
  const info = { ...INFO, scriptName: "/root" };
  for (
    const [path, scriptName, rest] of [
      ["/path", "/root", "/path"],
      ["/asgipath/", "/root/asgipath", "/"],
      ["/sub/path", "/root/sub", "/path"],
      ["/root-queue/path", "/root", "/root-queue/path"],
    ] as const
  ) {
    const request = new Request(`https://www.example.org${path}`);
    const response = await handler(request, info);
    assertEquals(await response.json(), { path: rest, scriptName });
  }
});
