/**
 * What others hold their servers to, asked of ours over sockets with raw bytes:
 * denoland/deno, tests/unit/serve_test.ts at 98f9507a (MIT), by the names of its
 * tests, and pallets/werkzeug, tests/test_serving.py at 1b00618e (BSD-3-Clause).
 * The cases are written anew. Where Deno's own parser or writer decides, they
 * hold its behaviour fast.
 */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertRejects,
} from "@std/assert";
import { type Handler, makeServer } from "../../mod.ts";
import {
  fieldValues,
  rawConnect,
  rawExchange,
  rawRequest,
} from "../_raw_http.ts";

const encoder = new TextEncoder();
const LAST = "Host: localhost\r\nConnection: close\r\n\r\n";

function serve(app: Handler) {
  const server = makeServer("127.0.0.1", 0, app, {
    log: () => {},
    allowedHosts: ["*"],
  });
  return {
    server,
    port: server.port!,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function streamOf(...chunks: string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunks.map((chunk) => encoder.encode(chunk)));
}

/** deno: createUrlTest(); 400 is what Deno's parser answers. */
const URLS: [line: string, host: string, expected: string | 400][] = [
  ["GET /path", "deno.land", "http://deno.land/path"],
  ["GET http://localhost/path", "deno.land", "http://localhost/path"],
  ["GET http://localhost:1234/path", "a:9999", "http://localhost:1234/path"],
  ["OPTIONS *", "deno.land", "http://deno.land/*"],
  ["CONNECT deno.land:80", "deno.land:80", "http://deno.land:80"],
  ["GET *", "deno.land", 400],
  ["GET path", "deno.land", 400],
  ["GET deno.land:1234", "deno.land", 400],
  ["CONNECT /path", "deno.land", 400],
  // werkzeug: test_untrusted_host
  [
    "GET http://missing.test:1337/index.html",
    "localhost",
    "http://missing.test:1337/index.html",
  ],
  // werkzeug: test_double_slash_path
  ["GET //double-slash", "localhost", "http://localhost//double-slash"],
];

for (const [line, host, expected] of URLS) {
  Deno.test(`makeServer() sees the URL of ${line} for ${host}`, async () => {
    await using served = serve(({ url }) => new Response(url));
    const { status, body } = await rawRequest(
      served.port,
      `${line} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    if (expected === 400) assertEquals(status, 400);
    else assertEquals(body, expected);
  });
}

/** deno: createServerLengthTest() */
const LENGTHS: [name: string, app: Handler, framing: RegExp][] = [
  ["text", () => new Response("foo bar"), /content-length: 7\r/],
  ["no text", () => new Response(""), /content-length: 0\r/],
  ["nothing", () => new Response(), /content-length: 0\r/],
  [
    "a stream",
    () => new Response(streamOf("foo bar")),
    /transfer-encoding: chunked\r/,
  ],
  [
    "an empty stream",
    () => new Response(streamOf()),
    /transfer-encoding: chunked\r/,
  ],
  [
    "a stream of known length",
    () =>
      new Response(streamOf("foo bar"), { headers: { "content-length": "7" } }),
    /content-length: 7\r/,
  ],
  [
    "the stream of a text",
    () => new Response(new Response("foo bar").body),
    /content-length: 7\r/,
  ],
  [
    "non-ASCII text",
    () => new Response("韓國".repeat(10)),
    /content-length: 60\r/,
  ],
  [
    "a wrong Content-Length for text",
    () => new Response("foo", { headers: { "content-length": "99" } }),
    /content-length: 3\r/,
  ],
];

for (const [name, app, framing] of LENGTHS) {
  Deno.test(`makeServer() frames ${name}`, async () => {
    await using served = serve(app);
    const text = await rawExchange(served.port, `GET / HTTP/1.1\r\n${LAST}`);
    const [head = ""] = text.toLowerCase().split("\r\n\r\n");
    const lines = head.match(
      /\r\n(?:content-length|transfer-encoding): [^\r]*/g,
    );
    assertEquals(lines?.length, 1);
    assertMatch(`${lines?.[0]}\r`, framing);
  });
}

// deno: httpServerTruncatesStreamingResponseToContentLength
Deno.test("makeServer() sends no more of a stream than its Content-Length", async () => {
  await using served = serve(() =>
    new Response(streamOf("x".repeat(5000)), {
      headers: { "content-length": "70" },
    })
  );
  using connection = await rawConnect(served.port);
  await connection.send(
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + `GET / HTTP/1.1\r\n${LAST}`,
  );
  for (let count = 0; count < 2; count++) {
    const { body } = await connection.readResponse();
    assertEquals(body, "x".repeat(70));
  }
  assertEquals(await connection.readToEnd(), "");
});

Deno.test("makeServer() breaks off a stream shorter than its Content-Length", async () => {
  await using served = serve(() =>
    new Response(streamOf("short"), { headers: { "content-length": "70" } })
  );
  const response = await rawRequest(
    served.port,
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
  );
  assertEquals([response.body, response.isComplete], ["short", false]);
});

// deno: httpServerHeadResponseDoesntSendBody
Deno.test("makeServer() sends no body to HEAD on a connection that goes on", async () => {
  await using served = serve(() => new Response("NaN".repeat(100)));
  using connection = await rawConnect(served.port);
  await connection.send(
    "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n" + `GET / HTTP/1.1\r\n${LAST}`,
  );
  const first = await connection.readResponse("HEAD");
  assertEquals(fieldValues(first, "content-length"), ["300"]);
  assertEquals((await connection.readResponse()).body, "NaN".repeat(100));
});

// deno: httpServerHeadResponseRespectsExplicitContentLength
Deno.test("makeServer() keeps the Content-Length of a response to HEAD", async () => {
  for (const body of [null, () => streamOf("hello")]) {
    await using served = serve(() =>
      new Response(body?.() ?? null, { headers: { "content-length": "5" } })
    );
    const text = await rawExchange(served.port, `HEAD / HTTP/1.1\r\n${LAST}`);
    assertMatch(text, /\r\ncontent-length: 5\r\n/i);
    assertMatch(text, /^[^]*?\r\n\r\n$/);
  }
});

// deno: httpServerIgnoredStreamingBodyClosesConnection
Deno.test("makeServer() closes a connection whose body was ignored", async () => {
  const seen: string[] = [];
  const first = Promise.withResolvers<void>();
  await using served = serve(({ url }) => {
    seen.push(new URL(url).pathname);
    first.resolve();
    return new Response("ok");
  });
  const smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
  using connection = await rawConnect(served.port);
  await connection.send(
    `POST /first HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${smuggled.length}\r\n\r\n`,
  );
  await first.promise;
  await connection.send(smuggled + `GET /second HTTP/1.1\r\n${LAST}`);
  const text = await connection.readToEnd();
  assert(!seen.includes("/smuggled"));
  assertMatch(text, /^HTTP\/1\.1 200 OK/);
});

// deno: httpRequestLatin1Headers
Deno.test("makeServer() takes and gives header values byte by byte", async () => {
  await using served = serve(({ headers }) =>
    new Response(null, { headers: { "x-echo": headers.get("x-test") ?? "" } })
  );
  const response = await rawRequest(
    served.port,
    `GET / HTTP/1.1\r\nX-Test: \xe1\xff\r\n${LAST}`,
  );
  assertEquals(fieldValues(response, "x-echo"), ["\xe1\xff"]);
});

// deno: httpServerHttp1SplitHeaderConcatenation, httpServerParseHeaderHtabs;
// werkzeug: test_multiple_headers_concatenated
Deno.test("makeServer() joins header fields of one name", async () => {
  await using served = serve(({ headers }) =>
    Response.json([headers.get("cookie"), headers.get("xyz")])
  );
  const response = await rawRequest(
    served.port,
    "GET / HTTP/1.1\r\nCookie: a=1\r\nXYZ: a \r\nCookie: b=2\r\nXYZ:  b\r\n" +
      `XYZ:\tc\t\r\n${LAST}`,
  );
  assertEquals(JSON.parse(response.body), ["a=1; b=2", "a, b, c"]);
});

// werkzeug: test_content_type_and_length
Deno.test("makeServer() invents no Content-Type nor Content-Length", async () => {
  await using served = serve(({ headers }) =>
    Response.json([headers.get("content-type"), headers.get("content-length")])
  );
  const none = await rawRequest(served.port, `GET / HTTP/1.1\r\n${LAST}`);
  assertEquals(JSON.parse(none.body), [null, null]);
  const both = await rawRequest(
    served.port,
    "POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2" +
      `\r\n${LAST}{}`,
  );
  assertEquals(JSON.parse(both.body), ["application/json", "2"]);
});

// werkzeug: test_chunked_request
Deno.test("makeServer() takes a form that comes in small chunks", async () => {
  await using served = serve(async (request) => {
    const form = await request.formData();
    const file = form.get("file") as File;
    return Response.json([form.get("value"), file.name, await file.text()]);
  });
  const form =
    "--x\r\nContent-Disposition: form-data; name=value\r\n\r\nthis is text\r\n" +
    '--x\r\nContent-Disposition: form-data; name="file"; filename="test.txt"' +
    "\r\nContent-Type: text/plain\r\n\r\nthis is a file\r\n--x--\r\n";
  const chunks = form.match(/[^]{1,7}/g)!
    .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
  const response = await rawRequest(
    served.port,
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Type: " +
      `multipart/form-data; boundary=x\r\n${LAST}${chunks}0\r\n\r\n`,
  );
  assertEquals(JSON.parse(response.body), [
    "this is text",
    "test.txt",
    "this is a file",
  ]);
});

// werkzeug: test_streaming_close_response, test_streaming_chunked_response
Deno.test("makeServer() streams in chunks, and to HTTP/1.0 until it closes", async () => {
  const parts = ["0\n", "1\n", "2\n", "3\n", "4\n"];
  await using served = serve(() => new Response(streamOf(...parts)));
  const chunked = await rawRequest(served.port, `GET / HTTP/1.1\r\n${LAST}`);
  assertEquals(fieldValues(chunked, "transfer-encoding"), ["chunked"]);
  assertEquals(chunked.body, parts.join(""));
  const old = await rawExchange(
    served.port,
    "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n",
  );
  assertNotMatch(old, /transfer-encoding/i);
  assert(old.endsWith("\r\n\r\n" + parts.join("")));
});

// werkzeug: test_streaming_chunked_truncation
Deno.test("makeServer() lets clients see that a stream was cut short", async () => {
  await using served = serve(() =>
    new Response(ReadableStream.from((async function* () {
      yield encoder.encode("0\n");
      await Promise.resolve();
      throw new Error("crash");
    })()))
  );
  const { body, isComplete } = await rawRequest(
    served.port,
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
  );
  assertEquals([body, isComplete], ["0\n", false]);
  await assertRejects(async () => {
    await (await fetch(served.server.url)).text();
  });
});

// werkzeug: test_500_error
Deno.test("makeServer() answers errors without telling them to clients", async () => {
  await using served = serve(() => {
    throw new Error("secret");
  });
  const response = await rawRequest(served.port, `GET / HTTP/1.1\r\n${LAST}`);
  assertEquals(response.status, 500);
  assertMatch(response.body, /Internal Server Error/);
  assertNotMatch(response.body, /secret|\.ts/);
});

// deno: httpServerStreamDuplexJavascript
Deno.test("makeServer() answers while the request is still coming", async () => {
  await using served = serve(({ body }) => new Response(body));
  using connection = await rawConnect(served.port);
  await connection.send(
    `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${LAST}`,
  );
  for (const part of ["one", "two", "six"]) {
    await connection.send(`3\r\n${part}\r\n`);
    assert((await connection.readThrough(part)).endsWith(`3\r\n${part}`));
  }
  await connection.send("0\r\n\r\n");
  assertEquals(await connection.readToEnd(), "\r\n0\r\n\r\n");
});

// deno: httpLargeReadableStreamChunk, httpVeryLargeRequestAndBody
Deno.test("makeServer() carries large bodies and headers both ways", async () => {
  await using served = serve(async (request) =>
    new Response(streamOf(await request.text()), {
      headers: { "x-size": `${request.headers.get("x-large")?.length}` },
    })
  );
  const body = "0123456789abcdef".repeat(65_536);
  const response = await rawRequest(
    served.port,
    `POST / HTTP/1.1\r\nX-Large: ${"x".repeat(8000)}\r\n` +
      `Content-Length: ${body.length}\r\n${LAST}${body}`,
  );
  assertEquals(fieldValues(response, "x-size"), ["8000"]);
  assertEquals(response.body.length, body.length);
  assert(response.body === body);
});

// RFC 9110 section 10.1.1; werkzeug #1174, #3138. Deno asks for a body even if
// the app does not read it; the answer of the app does not wait for it.
Deno.test("makeServer() asks once for a body that is held back", async () => {
  await using served = serve(async (request) =>
    request.url.endsWith("/read")
      ? new Response(await request.text())
      : new Response("refused", { status: 413 })
  );
  for (const [path, status] of [["/read", 200], ["/ignore", 413]] as const) {
    using connection = await rawConnect(served.port);
    await connection.send(
      `POST ${path} HTTP/1.1\r\nExpect: 100-continue\r\n` +
        `Content-Length: 5\r\n${LAST}`,
    );
    assertEquals(
      await connection.readThrough("\r\n\r\n"),
      "HTTP/1.1 100 Continue\r\n\r\n",
    );
    if (path === "/read") await connection.send("hello");
    assertEquals((await connection.readResponse("POST")).status, status);
  }
});
