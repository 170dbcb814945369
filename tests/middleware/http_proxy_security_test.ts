import { assertEquals, assertMatch } from "@std/assert";
import { rawExchange, rawRequest } from "../_raw_http.ts";
import { okWith, proxied, rawUpstream, valuesOf } from "./_proxied.ts";

/** The request line that arrives upstream, if any. */
async function lineFor(
  target: string,
  { host = "h.test", removePrefix = false, prefix = "/api" } = {},
): Promise<string | undefined> {
  await using upstream = rawUpstream(okWith("upstream"));
  await using server = proxied({
    [prefix]: { target: upstream.url, removePrefix },
  });
  await rawExchange(
    server.port,
    `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  );
  const [head] = upstream.heads;
  // Whatever the client asks for: the upstream is the one of the target.
  if (head) {
    assertEquals(valuesOf(head, "host"), [
      upstream.url.slice("http://".length),
    ]);
  }
  return head?.split("\r\n")[0];
}

Deno.test("httpProxy() passes on what could name another host unchanged, to the target", async () => {
  for (
    const target of [
      "/api//evil.test/x",
      "/api/..//evil.test",
      "/api/../../etc/passwd",
      "/api/%2e%2e/x",
      "/api/..%2fx",
      "/api/%2F%2Fevil.test",
      "/api/\\evil.test",
      "/api/@evil.test",
      "/api/:pass@evil.test:80/x",
      "/api/http://evil.test/",
      "/api/%00%0d%0aX: y".replaceAll(" ", "%20"),
      "/api/a;b=c,d/$&+='()*!~",
      "/api/%zz%",
      "/api?//evil.test/@\\..",
      "/api/caf\xc3\xa9",
    ]
  ) assertEquals(await lineFor(target), `GET ${target} HTTP/1.1`);
});

Deno.test("httpProxy() takes off the prefix and nothing else", async () => {
  const options = { removePrefix: true };
  for (
    const [target, expected] of [
      ["/api//evil.test/x", "//evil.test/x"],
      ["/api/../x", "/../x"],
      ["/api/%2F%2Fevil.test", "/%2F%2Fevil.test"],
      ["/api/@evil.test", "/@evil.test"],
      ["/api?//evil.test", "/?//evil.test"],
    ] as const
  ) assertEquals(await lineFor(target, options), `GET ${expected} HTTP/1.1`);
});

Deno.test("httpProxy() does not take for the prefix what only resolves to it", async () => {
  for (
    const target of [
      "//api/x",
      "/x/../api/x",
      "/./api/x",
      "/api%2Fx",
      "/api\\x",
      "/api;x/y",
      "/x?/api/",
    ]
  ) assertEquals(await lineFor(target), undefined, target);
});

Deno.test("httpProxy() connects to the target whatever an absolute target says", async () => {
  assertEquals(
    await lineFor("http://evil.test/api/x"),
    "GET /api/x HTTP/1.1",
  );
  assertEquals(
    await lineFor("http://user@evil.test/api/x"),
    "GET /api/x HTTP/1.1",
  );
});

Deno.test("httpProxy() connects to the target whatever the Host field says", async () => {
  const options = { prefix: "/" };
  for (
    const host of ["evil.test@h", "u:p@evil.test", "h\\evil.test", "h:1:2"]
  ) {
    const line = await lineFor("/x", { ...options, host });
    if (line !== undefined) assertEquals(line, "GET /x HTTP/1.1", host);
  }
});

Deno.test("httpProxy() does not tell the upstream of a host that is none", async () => {
  await using upstream = rawUpstream(okWith(""));
  await using server = proxied({ "/": upstream.url });
  await rawRequest(
    server.port,
    'GET / HTTP/1.1\r\nHost: u@h"x\r\nX-Forwarded-Host: forged\r\nConnection: close\r\n\r\n',
  );
  for (const name of ["x-forwarded-host", "x-forwarded-port"]) {
    assertEquals(valuesOf(upstream.heads[0], name), []);
  }
});

Deno.test("httpProxy() opens no tunnel to another host", async () => {
  await using upstream = rawUpstream(okWith("upstream"));
  await using server = proxied({ "/": upstream.url });
  await rawExchange(
    server.port,
    "CONNECT evil.test:80 HTTP/1.1\r\nHost: evil.test:80\r\nConnection: close\r\n\r\n",
  );
  assertEquals(upstream.heads, []);
});

Deno.test("httpProxy() sends one framing where the client sends two", async () => {
  const bodies: string[] = [];
  await using upstream = rawUpstream(async (connection) => {
    bodies.push(await connection.readThrough("0\r\n\r\n"));
    await connection.send(okWith("ok"));
  });
  await using server = proxied({ "/": upstream.url });
  await rawExchange(
    server.port,
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" +
      "1\r\na\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n",
  );
  // Refusing it (RFC 9112 section 6.1) would be right as well.
  for (const head of upstream.heads) {
    const lengths = valuesOf(head, "content-length");
    const encodings = valuesOf(head, "transfer-encoding");
    assertEquals(lengths.length + encodings.length, 1, head);
    assertEquals(head.includes("smuggled"), false);
  }
  for (const body of bodies) assertEquals(body, "1\r\na\r\n0\r\n\r\n");
});

Deno.test("httpProxy() keeps the length when the client calls it a matter of the connection", async () => {
  await using upstream = rawUpstream(async (connection) => {
    await connection.readThrough("abc");
    await connection.send(okWith("ok"));
  });
  await using server = proxied({ "/": upstream.url });
  await rawRequest(
    server.port,
    "POST / HTTP/1.1\r\nHost: h\r\nConnection: close, Content-Length, Host, X-Forwarded-For, Via\r\nContent-Length: 3\r\n\r\nabc",
  );
  const [head] = upstream.heads;
  assertEquals(valuesOf(head, "content-length"), ["3"]);
  assertEquals(valuesOf(head, "host"), [upstream.url.slice("http://".length)]);
  assertEquals(valuesOf(head, "x-forwarded-for"), ["127.0.0.1"]);
  assertEquals(valuesOf(head, "via").length, 1);
});

Deno.test("httpProxy() refuses an answer whose framing is not certain", async () => {
  for (
    const fields of [
      "Content-Length: 3\r\nTransfer-Encoding: chunked",
      "Content-Length: 3\r\nContent-Length: 4",
      "Content-Length: +3",
      "X-A: b\0c",
      "X A: b",
    ]
  ) {
    await using upstream = rawUpstream(`HTTP/1.1 200 OK\r\n${fields}\r\n\r\n`);
    await using server = proxied({ "/": upstream.url });
    const text = await rawExchange(
      server.port,
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
    );
    assertMatch(text, /^HTTP\/1\.1 502 /, fields);
    assertMatch(text, /not valid HTTP/, fields);
  }
});
