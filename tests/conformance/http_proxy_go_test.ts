// The cases of Go's `src/net/http/httputil/reverseproxy_test.go` (golang/go,
// commit 03c62d50, BSD-3-Clause) that concern what is passed on.
//
// What differs: repeated fields are joined by commas, which says the same (RFC 9110
// section 5.3), all but Set-Cookie. Go passes on trailers and so keeps `TE: trailers`; a server of
// Deno sends no trailers. A query in the target is an error here instead of being
// joined. Go answers an upstream's switch of protocols with one of its own,
// whatever the protocol and the rest of the handshake.
import { assertEquals, assertThrows } from "@std/assert";
import { httpProxy } from "../../middleware/http_proxy/http_proxy.ts";
import { fieldValues, rawExchange, rawRequest } from "../_raw_http.ts";
import {
  okWith,
  proxied,
  rawUpstream,
  valuesOf,
} from "../middleware/_proxied.ts";

const CLOSE = "Connection: close\r\n";

Deno.test("httpProxy() does as Go's TestReverseProxy", async () => {
  await using upstream = rawUpstream(async (connection, head) => {
    if (head.includes("mode=hangup")) return;
    await connection.send(
      "HTTP/1.1 404 Not Found\r\nTrailers: not a special header field name\r\n" +
        "Trailer: X-Trailer\r\nX-Foo: bar\r\nUpgrade: foo\r\nX-Multi-Value: foo\r\n" +
        "X-Multi-Value: bar\r\nSet-Cookie: flavor=chocolateChip\r\n" +
        "Transfer-Encoding: chunked\r\n\r\n" +
        "10\r\nI am the backend\r\n0\r\nX-Trailer: trailer_value\r\n\r\n",
    );
  });
  await using server = proxied({ "/": { target: upstream.url, host: null } });
  const response = await rawRequest(
    server.port,
    `GET / HTTP/1.1\r\nHost: some-name\r\n${CLOSE}Te: trailers\r\n` +
      "Proxy-Connection: should be deleted\r\nUpgrade: foo\r\n\r\n",
  );
  const [head] = upstream.heads;
  assertEquals(valuesOf(head, "transfer-encoding"), []);
  assertEquals(valuesOf(head, "x-forwarded-for").length, 1);
  assertEquals(valuesOf(head, "upgrade"), []);
  assertEquals(valuesOf(head, "proxy-connection"), []);
  assertEquals(valuesOf(head, "host"), ["some-name"]);
  assertEquals(response.status, 404);
  assertEquals(fieldValues(response, "x-foo"), ["bar"]);
  assertEquals(fieldValues(response, "upgrade"), []);
  assertEquals(fieldValues(response, "trailers"), [
    "not a special header field name",
  ]);
  assertEquals(fieldValues(response, "x-multi-value"), ["foo, bar"]);
  assertEquals(fieldValues(response, "set-cookie"), ["flavor=chocolateChip"]);
  assertEquals(response.body, "I am the backend");

  const hangup = await rawRequest(
    server.port,
    `GET /?mode=hangup HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`,
  );
  assertEquals(hangup.status, 502);
});

Deno.test("httpProxy() does as Go's TestReverseProxyStripHeadersPresentInConnection", async () => {
  const fields = "Connection: X-Some-Conn-Header, X-Fake-Connection-Token\r\n" +
    "X-Some-Conn-Header: should be deleted\r\n" +
    "X-Fake-Connection-Token: should be deleted\r\n";
  await using upstream = rawUpstream(okWith("I am the backend", fields));
  await using server = proxied({ "/": upstream.url });
  const response = await rawRequest(
    server.port,
    `GET / HTTP/1.1\r\nHost: h\r\n${fields}\r\n`,
  );
  assertEquals(response.body, "I am the backend");
  for (const name of ["x-some-conn-header", "x-fake-connection-token"]) {
    assertEquals(valuesOf(upstream.heads[0], name), []);
    assertEquals(fieldValues(response, name), []);
  }
});

Deno.test("httpProxy() does as Go's TestXForwardedFor", async () => {
  await using upstream = rawUpstream(okWith("I am the backend"));
  await using server = proxied({ "/": upstream.url });
  await rawRequest(
    server.port,
    `GET / HTTP/1.1\r\nHost: some-name\r\n${CLOSE}X-Forwarded-For: client ip\r\n\r\n`,
  );
  assertEquals(valuesOf(upstream.heads[0], "x-forwarded-for"), [
    "client ip, 127.0.0.1",
  ]);
});

Deno.test("httpProxy() does as Go's TestReverseProxyQuery", async () => {
  await using upstream = rawUpstream(okWith("hi"));
  await using server = proxied({ "/": upstream.url });
  for (const [query, expected] of [["", "/"], ["?us=er", "/?us=er"]]) {
    await rawRequest(
      server.port,
      `GET /${query} HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`,
    );
    assertEquals(upstream.heads.at(-1)?.split(" ")[1], expected);
  }
  assertThrows(
    () => httpProxy(() => new Response(), { "/": `${upstream.url}?sta=tic` }),
    TypeError,
    "without a query",
  );
});

Deno.test("httpProxy() does as Go's TestUserAgentHeader", async () => {
  await using upstream = rawUpstream(okWith(""));
  await using server = proxied({ "/": upstream.url });
  for (
    const [field, expected] of [
      ["User-Agent: explicit UA\r\n", ["explicit UA"]],
      ["", []],
    ] as const
  ) {
    await rawRequest(
      server.port,
      `GET / HTTP/1.1\r\nHost: h\r\n${field}${CLOSE}\r\n`,
    );
    assertEquals(valuesOf(upstream.heads.at(-1), "user-agent"), [...expected]);
  }
});

Deno.test("httpProxy() does as Go's TestReverseProxy_Post", async () => {
  const body = "a".repeat(1 << 20);
  let received = "";
  await using upstream = rawUpstream(async (connection) => {
    received = await connection.readThrough(body);
    await connection.send(okWith("I am the backend"));
  });
  await using server = proxied({ "/": upstream.url });
  const response = await rawRequest(
    server.port,
    `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n${CLOSE}\r\n${body}`,
  );
  assertEquals([response.status, response.body], [200, "I am the backend"]);
  assertEquals(received === body, true);
});

Deno.test("httpProxy() does as Go's TestReverseProxy_NilBody", async () => {
  await using upstream = rawUpstream(okWith("hi"));
  await using server = proxied({ "/": upstream.url });
  const text = await rawExchange(server.port, "GET / HTTP/1.0\r\n\r\n");
  assertEquals(text.endsWith("hi"), true);
  assertEquals(valuesOf(upstream.heads[0], "transfer-encoding"), []);
  assertEquals(valuesOf(upstream.heads[0], "content-length"), []);
});

Deno.test("httpProxy() does as Go's TestReverseProxy_CopyBuffer", async () => {
  const body = "this call was relayed by the reverse proxy\n";
  await using upstream = rawUpstream(
    `HTTP/1.1 200 OK\r\nContent-Length: ${body.length * 2}\r\n\r\n${body}`,
  );
  await using server = proxied({ "/": upstream.url });
  const response = await rawRequest(
    server.port,
    `GET / HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`,
  );
  assertEquals(response.isComplete, false);
});

Deno.test("httpProxy() does as Go's TestSingleJoinSlash", async () => {
  await using upstream = rawUpstream(okWith(""));
  for (
    const [base, path, expected] of [
      ["/", "/favicon.ico", "/favicon.ico"],
      ["", "/favicon.ico", "/favicon.ico"],
      ["", "/", "/"],
      ["/base/", "/favicon.ico", "/base/favicon.ico"],
      ["/base", "/favicon.ico", "/base/favicon.ico"],
    ] as const
  ) {
    await using server = proxied({ "/": upstream.url + base });
    await rawRequest(
      server.port,
      `GET ${path} HTTP/1.1\r\nHost: h\r\n${CLOSE}\r\n`,
    );
    assertEquals(upstream.heads.at(-1)?.split(" ")[1], expected);
  }
});
