// The cases of node-http-proxy's `test/lib-http-proxy-*-test.js` (commit 9b96cd72,
// MIT) and of fast-proxy's `test/*.test.js` (commit 7692b351, MIT) for options that
// `httpProxy` has, too.
//
// What differs: they answer 500 and 503 where the upstream cannot be reached, and
// begin `//host/path` anew as `/host/path`; `X-Forwarded-Port` is the port that the
// client asked for and `X-Forwarded-Proto` is never `ws`.
import { assertEquals } from "@std/assert";
import { fieldValues, rawRequest } from "../_raw_http.ts";
import {
  okWith,
  proxied,
  rawUpstream,
  valuesOf,
} from "../middleware/_proxied.ts";

const GET = "GET / HTTP/1.1\r\nHost: h.test:8080\r\nConnection: close\r\n\r\n";

Deno.test("httpProxy() joins paths as node-http-proxy and fast-proxy", async () => {
  await using upstream = rawUpstream(okWith(""));
  for (
    const [base, path, expected] of [
      ["/some-path", "/am", "/some-path/am"],
      ["/forward", "/static/path", "/forward/static/path"],
      [
        "/forward",
        "/?foo=bar//&target=http://foobar.com/?a=1%26b=2&other=2",
        "/forward/?foo=bar//&target=http://foobar.com/?a=1%26b=2&other=2",
      ],
      ["", "/https://google.com", "/https://google.com"],
      [
        "",
        "/https://google.com:/join/join.js",
        "/https://google.com:/join/join.js",
      ],
      ["", "/hi?bye=https%3A//example.com", "/hi?bye=https%3A//example.com"],
      ["", "/service/headers?age=33", "/service/headers?age=33"],
      // Never another host, though as it was written.
      ["", "//10.0.0.10/hi", "//10.0.0.10/hi"],
      ["", "//httpbin.org/hi", "//httpbin.org/hi"],
    ] as const
  ) {
    await using server = proxied({ "/": upstream.url + base });
    await rawRequest(server.port, GET.replace("/", path));
    const head = upstream.heads.at(-1);
    assertEquals(head?.split(" ")[1], expected);
    assertEquals(valuesOf(head, "host"), [new URL(upstream.url).host]);
  }
});

Deno.test("httpProxy() closes the connection whatever the client asks for, as node-http-proxy", async () => {
  await using upstream = rawUpstream(okWith(""));
  await using server = proxied({ "/": upstream.url });
  for (
    const connection of [
      "close",
      "keep-alive, close",
      "keep-alive, not an upgrade, close",
      "upgrade, close",
    ]
  ) {
    await rawRequest(
      server.port,
      GET.replace("Connection: close", `Connection: ${connection}`),
    );
    assertEquals(valuesOf(upstream.heads.at(-1), "connection"), ["close"]);
  }
});

Deno.test("httpProxy() frames empty requests without chunks, as node-http-proxy", async () => {
  await using upstream = rawUpstream(okWith(""));
  await using server = proxied({ "/": upstream.url });
  for (const method of ["DELETE", "OPTIONS"]) {
    await rawRequest(server.port, GET.replace("GET", method));
    assertEquals(valuesOf(upstream.heads.at(-1), "transfer-encoding"), []);
  }
});

Deno.test("httpProxy() tells about the client, as node-http-proxy and fast-proxy", async () => {
  await using upstream = rawUpstream(okWith(""));
  await using server = proxied({ "/": upstream.url });
  await rawRequest(server.port, GET);
  const [head] = upstream.heads;
  assertEquals(valuesOf(head, "x-forwarded-for"), ["127.0.0.1"]);
  assertEquals(valuesOf(head, "x-forwarded-port"), ["8080"]);
  assertEquals(valuesOf(head, "x-forwarded-proto"), ["http"]);
  assertEquals(valuesOf(head, "x-forwarded-host"), ["h.test:8080"]);
});

Deno.test("httpProxy() passes on statuses and fields, as node-http-proxy and fast-proxy", async () => {
  for (const status of [200, 201, 301, 302, 404, 500]) {
    await using upstream = rawUpstream(
      `HTTP/1.1 ${status} Some\r\nHey: hello\r\nHow: are you?\r\n` +
        "Location: http://backend.test/x\r\nContent-Length: 0\r\n" +
        "Set-Cookie: hello; domain=my.domain; path=/\r\n" +
        "Set-Cookie: there; domain=my.domain; path=/\r\n\r\n",
    );
    await using server = proxied({ "/": upstream.url });
    const response = await rawRequest(server.port, GET);
    assertEquals(response.status, status);
    assertEquals(fieldValues(response, "hey"), ["hello"]);
    assertEquals(fieldValues(response, "how"), ["are you?"]);
    // Neither redirects nor cookies are rewritten.
    assertEquals(fieldValues(response, "location"), ["http://backend.test/x"]);
    assertEquals(fieldValues(response, "set-cookie"), [
      "hello; domain=my.domain; path=/",
      "there; domain=my.domain; path=/",
    ]);
  }
});

Deno.test("httpProxy() passes on bodies of any type, as fast-proxy", async () => {
  for (
    const [type, body] of [
      ["text/plain", "john"],
      ["application/json", '{"name":"john"}'],
      ["application/x-www-form-urlencoded", "name=john"],
    ] as const
  ) {
    await using upstream = rawUpstream(async (connection) =>
      await connection.send(
        okWith(`got ${await connection.readThrough(body)}`),
      )
    );
    await using server = proxied({ "/": upstream.url });
    const response = await fetch(server.url, {
      method: "POST",
      body,
      headers: { "content-type": type },
    });
    assertEquals(await response.text(), `got ${body}`);
    assertEquals(valuesOf(upstream.heads[0], "content-type"), [type]);
  }
});

Deno.test("httpProxy() answers 504 to a slow upstream, as fast-proxy", async () => {
  await using upstream = rawUpstream(
    async (connection) => void await connection.readToEnd(),
  );
  await using server = proxied({
    "/service": { target: upstream.url, timeout: 0.05 },
  });
  const response = await fetch(`${server.url}/service/longop`);
  assertEquals(response.status, 504);
  await response.body?.cancel();
});
