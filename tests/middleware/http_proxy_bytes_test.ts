import { assertEquals, assertStringIncludes } from "@std/assert";
import { fieldValues, rawConnect, rawRequest } from "../_raw_http.ts";
import { okWith, proxied, rawUpstream, valuesOf } from "./_proxied.ts";

const GET = "GET / HTTP/1.1\r\nHost: h.test\r\nConnection: close\r\n\r\n";

/** What was received for `GET /` when the upstream sends these bytes. */
async function received(answer: string, request = GET) {
  await using upstream = rawUpstream(answer);
  await using server = proxied({ "/": upstream.url });
  return await rawRequest(server.port, request);
}

Deno.test("httpProxy() leaves a compressed body as it is", async () => {
  const zipped = new Uint8Array(
    await new Response(
      new Blob(["text ".repeat(100)]).stream()
        .pipeThrough(new CompressionStream("gzip")),
    ).arrayBuffer(),
  );
  const body = String.fromCharCode(...zipped);
  const response = await received(
    okWith(
      body,
      'Content-Type: text/plain\r\nContent-Encoding: gzip\r\nETag: "v1"\r\nVary: Accept-Encoding\r\n',
    ),
    GET.replace("Connection", "Accept-Encoding: gzip\r\nConnection"),
  );
  assertEquals(response.body, body);
  assertEquals(fieldValues(response, "content-encoding"), ["gzip"]);
  assertEquals(fieldValues(response, "content-length"), [`${body.length}`]);
  assertEquals(fieldValues(response, "etag"), ['"v1"']);
  assertEquals(fieldValues(response, "vary"), ["Accept-Encoding"]);
  assertEquals(fieldValues(response, "transfer-encoding"), []);
});

Deno.test("httpProxy() leaves a body that claims a wrong encoding as it is", async () => {
  const response = await received(okWith("plain", "Content-Encoding: br\r\n"));
  assertEquals(response.body, "plain");
});

Deno.test("httpProxy() asks for no encoding that the client did not ask for", async () => {
  await using upstream = rawUpstream(okWith(""));
  await using server = proxied({ "/": upstream.url });
  await rawRequest(server.port, GET);
  assertEquals(valuesOf(upstream.heads[0], "accept-encoding"), []);
  assertEquals(valuesOf(upstream.heads[0], "user-agent"), []);
});

Deno.test("httpProxy() leaves redirects to the client", async () => {
  await using upstream = rawUpstream(
    "HTTP/1.1 302 Found\r\nLocation: /elsewhere?a\r\nContent-Length: 0\r\n\r\n",
  );
  await using server = proxied({ "/": upstream.url });
  const response = await rawRequest(server.port, GET);
  assertEquals(response.status, 302);
  assertEquals(fieldValues(response, "location"), ["/elsewhere?a"]);
  assertEquals(upstream.heads.length, 1);
});

Deno.test("httpProxy() keeps each of the fields that come several times", async () => {
  const response = await received(
    okWith("", "Set-Cookie: a=1\r\nX-A: 1\r\nSet-Cookie: b=2\r\nX-A: 2\r\n"),
  );
  assertEquals(fieldValues(response, "set-cookie"), ["a=1", "b=2"]);
  assertEquals(fieldValues(response, "x-a").join(", "), "1, 2");
});

Deno.test("httpProxy() passes on bytes above ASCII in fields", async () => {
  await using upstream = rawUpstream(okWith("", "X-Name: caf\xe9\r\n"));
  await using server = proxied({ "/": upstream.url });
  const response = await rawRequest(
    server.port,
    GET.replace("Connection", "X-Client: na\xefve\r\nConnection"),
  );
  assertEquals(fieldValues(response, "x-name"), ["caf\xe9"]);
  assertStringIncludes(upstream.heads[0] ?? "", "x-client: na\xefve\r\n");
});

Deno.test("httpProxy() passes on a response without a body", async () => {
  for (
    const [answer, method] of [
      ["HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n", "GET"],
      ['HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nX-A: 1\r\n\r\n', "GET"],
      ["HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nX-A: 1\r\n\r\n", "HEAD"],
      [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n",
        "HEAD",
      ],
    ] as const
  ) {
    await using upstream = rawUpstream(answer);
    await using server = proxied({ "/": upstream.url });
    const text = GET.replace("GET", method);
    const response = await rawRequest(server.port, text);
    assertEquals(response.statusLine, answer.split("\r\n")[0]);
    assertEquals(fieldValues(response, "x-a"), ["1"]);
    assertEquals(upstream.heads[0]?.startsWith(`${method} / `), true);
    if (answer.includes("12345")) {
      assertEquals(fieldValues(response, "content-length"), ["12345"]);
    }
  }
});

Deno.test("httpProxy() passes on a body of unknown length", async () => {
  for (
    const answer of [
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n" +
      "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n",
      "HTTP/1.1 200 OK\r\n\r\nabcde",
      "HTTP/1.0 200 OK\r\n\r\nabcde",
    ]
  ) {
    const response = await received(answer);
    assertEquals([response.body, response.isComplete], ["abcde", true]);
    assertEquals(fieldValues(response, "trailer"), []);
  }
});

Deno.test("httpProxy() cuts off a body that the upstream cuts off", async () => {
  for (
    const answer of [
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
    ]
  ) assertEquals((await received(answer)).isComplete, false, answer);
});

Deno.test("httpProxy() passes on the final response after informational ones", async () => {
  const response = await received(
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" +
      okWith("final"),
  );
  assertEquals([response.status, response.body], [200, "final"]);
  assertEquals(fieldValues(response, "link"), []);
});

Deno.test("httpProxy() sends a body with its length", async () => {
  let body = "";
  await using upstream = rawUpstream(async (connection) => {
    body = await connection.readThrough("end");
    await connection.send(okWith("ok"));
  });
  await using server = proxied({ "/": upstream.url });
  await rawRequest(
    server.port,
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\nConnection: close\r\n\r\n\0\xff\r\n\nend",
  );
  assertEquals(body, "\0\xff\r\n\nend");
  assertEquals(valuesOf(upstream.heads[0], "content-length"), ["8"]);
  assertEquals(valuesOf(upstream.heads[0], "transfer-encoding"), []);
});

Deno.test("httpProxy() sends a chunked body as it comes", async () => {
  const first = Promise.withResolvers<string>();
  await using upstream = rawUpstream(async (connection) => {
    first.resolve(await connection.readThrough("\r\nabc\r\n"));
    const rest = await connection.readThrough("0\r\n\r\n");
    await connection.send(okWith(rest));
  });
  await using server = proxied({ "/": upstream.url });
  using client = await rawConnect(server.port);
  await client.send(
    "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
  );
  assertEquals(await first.promise, "3\r\nabc\r\n");
  await client.send("2\r\nde\r\n0\r\n\r\n");
  assertEquals((await client.readResponse()).body, "2\r\nde\r\n0\r\n\r\n");
  assertEquals(valuesOf(upstream.heads[0], "content-length"), []);
});

Deno.test("httpProxy() sends a request without a body as such", async () => {
  const cases: [method: string, field: string, expected: string[]][] = [
    ["GET", "", []],
    ["DELETE", "", []],
    ["OPTIONS", "", []],
    ["POST", "", ["0"]],
    ["POST", "Content-Length: 0\r\n", ["0"]],
  ];
  for (const [method, field, expected] of cases) {
    await using upstream = rawUpstream(okWith(""));
    await using server = proxied({ "/": upstream.url });
    await rawRequest(
      server.port,
      `${method} / HTTP/1.1\r\nHost: h\r\n${field}Connection: close\r\n\r\n`,
    );
    const [head] = upstream.heads;
    assertEquals(valuesOf(head, "content-length"), expected, method);
    assertEquals(valuesOf(head, "transfer-encoding"), [], method);
  }
});

Deno.test("httpProxy() announces no body that Deno does not hand over", async () => {
  await using upstream = rawUpstream(okWith("ok"));
  await using server = proxied({ "/": upstream.url });
  for (const field of ["Content-Length: 1", "Transfer-Encoding: chunked"]) {
    await rawRequest(
      server.port,
      `GET / HTTP/1.1\r\nHost: h\r\n${field}\r\nConnection: close\r\n\r\n1\r\na\r\n0\r\n\r\n`,
    );
  }
  for (const head of upstream.heads) {
    assertEquals(valuesOf(head, "content-length"), []);
    assertEquals(valuesOf(head, "transfer-encoding"), []);
  }
});

Deno.test("httpProxy() answers while the client still sends", async () => {
  await using upstream = rawUpstream(async (connection) => {
    await connection.send(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n",
    );
    await connection.readThrough("end");
    await connection.send("3\r\nbye\r\n0\r\n\r\n");
  });
  await using server = proxied({ "/": upstream.url });
  using client = await rawConnect(server.port);
  await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n");
  assertStringIncludes(await client.readThrough("hi\r\n"), "200 OK");
  await client.send("theend");
  assertStringIncludes(await client.readThrough("bye\r\n"), "bye");
});

Deno.test("httpProxy() passes on an answer that does not wait for the body", async () => {
  await using upstream = rawUpstream(
    "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig",
  );
  await using server = proxied({ "/": upstream.url });
  using client = await rawConnect(server.port);
  await client.send(
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nabc",
  );
  const response = await client.readResponse();
  assertEquals([response.status, response.body], [413, "big"]);
});

Deno.test("httpProxy() meets an expectation of 100-continue", async () => {
  await using upstream = rawUpstream(async (connection) => {
    await connection.readThrough("abc");
    await connection.send(okWith("ok"));
  });
  await using server = proxied({ "/": upstream.url });
  using client = await rawConnect(server.port);
  await client.send(
    "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
  );
  assertStringIncludes(await client.readThrough("\r\n\r\n"), "100 Continue");
  await client.send("abc");
  assertEquals((await client.readResponse()).body, "ok");
  assertEquals(valuesOf(upstream.heads[0], "expect"), []);
});

Deno.test("httpProxy() passes events on as they come", async () => {
  const go = Promise.withResolvers<void>();
  await using upstream = rawUpstream(async (connection) => {
    await connection.send(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n",
    );
    await go.promise;
    await connection.send("data: 2\n\n");
  });
  await using server = proxied({ "/": upstream.url });
  using client = await rawConnect(server.port);
  await client.send(GET);
  assertStringIncludes(await client.readThrough("data: 1\n\n"), "event-stream");
  go.resolve();
  assertStringIncludes(await client.readToEnd(), "data: 2\n\n");
});

Deno.test("httpProxy() leaves out what is for one connection", async () => {
  await using upstream = rawUpstream(
    okWith(
      "",
      "Connection: X-Hop, close\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n" +
        "Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nX-End: 1\r\n",
    ),
  );
  await using server = proxied({ "/": upstream.url });
  const response = await rawRequest(
    server.port,
    "GET / HTTP/1.1\r\nHost: h.test\r\nConnection: close, x-mine ,TE\r\n" +
      "Connection: HTTP2-Settings\r\nX-Mine: 1\r\nTE: trailers\r\n" +
      "HTTP2-Settings: AAA\r\nKeep-Alive: 5\r\nProxy-Connection: close\r\n" +
      "Proxy-Authorization: Basic x\r\nUpgrade: h2c\r\nX-End: 1\r\n\r\n",
  );
  const [head] = upstream.heads;
  assertEquals(valuesOf(head, "connection"), ["close"]);
  assertEquals(valuesOf(head, "x-end"), ["1"]);
  for (
    const name of [
      "x-mine",
      "te",
      "http2-settings",
      "keep-alive",
      "proxy-connection",
      "proxy-authorization",
      "upgrade",
    ]
  ) assertEquals(valuesOf(head, name), [], name);
  assertEquals(fieldValues(response, "x-end"), ["1"]);
  for (const name of ["x-hop", "keep-alive", "proxy-authenticate", "upgrade"]) {
    assertEquals(fieldValues(response, name), [], name);
  }
});
