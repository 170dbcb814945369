// The cases of Werkzeug's `tests/middleware/test_http_proxy.py` (commit 1b00618e,
// BSD-3-Clause).
//
// What differs: `"<auto>"` sends the port as well, which Werkzeug leaves out.
import { assertEquals } from "@std/assert";
import {
  okWith,
  proxied,
  rawUpstream,
  valuesOf,
} from "../middleware/_proxied.ts";
import { rawRequest } from "../_raw_http.ts";

Deno.test("httpProxy() does as Werkzeug's ProxyMiddleware", async () => {
  await using upstream = rawUpstream(okWith("upstream"));
  const target = upstream.url;
  await using server = proxied({
    "/foo": { target, host: "faked.invalid", headers: { "X-Special": "foo" } },
    "/bar": {
      target,
      host: null,
      removePrefix: true,
      headers: { "X-Special": "bar" },
    },
    "/autohost": { target },
  });
  const get = async (path: string) =>
    (await rawRequest(
      server.port,
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    )).body;

  assertEquals(await get("/"), "app");
  for (
    const [path, expected, special, host] of [
      ["/foo/bar", "/foo/bar", ["foo"], "faked.invalid"],
      ["/bar/baz?a=a&b=b", "/baz?a=a&b=b", ["bar"], "localhost"],
      ["/autohost/aha", "/autohost/aha", [], new URL(target).host],
      ["/autohost/$", "/autohost/$", [], new URL(target).host],
    ] as const
  ) {
    assertEquals(await get(path), "upstream");
    const head = upstream.heads.at(-1);
    assertEquals(head?.split(" ")[1], expected);
    assertEquals(valuesOf(head, "x-special"), [...special]);
    assertEquals(valuesOf(head, "host"), [host]);
  }
});
