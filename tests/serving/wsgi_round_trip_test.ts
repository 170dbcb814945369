import {
  assert,
  assertEquals,
  assertFalse,
  assertStrictEquals,
} from "@std/assert";
import { fromWsgi } from "../../serving/from_wsgi.ts";
import type { Handler } from "../../serving/handler.ts";
import { toWsgi } from "../../serving/to_wsgi.ts";
import type { WsgiApp } from "../../serving/wsgi.ts";
import { rawConnect, rawRequest, type RawResponse } from "../_raw_http.ts";
import { bytes, serveHandler } from "./_wsgi_serve.ts";

/** WSGI-style middleware that changes nothing that can be told from outside. */
function transparent(app: WsgiApp): WsgiApp {
  return async (environ, startResponse) => {
    const body = await app(
      { ...environ, HTTP_X_MIDDLEWARE: "1" },
      (status, headers, excInfo) => startResponse(status, headers, excInfo),
    );
    return {
      async *[Symbol.asyncIterator]() {
        yield* body;
      },
      close: () => body.close?.(),
    };
  };
}

const ways: Array<[name: string, wrap: (handler: Handler) => Handler]> = [
  ["", (handler) => fromWsgi(toWsgi(handler))],
  [" twice", (handler) => fromWsgi(toWsgi(fromWsgi(toWsgi(handler))))],
  [" with middleware", (handler) => fromWsgi(transparent(toWsgi(handler)))],
  [
    " with a buffered body",
    (handler) => {
      const app = toWsgi(handler);
      return fromWsgi((environ, start) => app(environ, start), {
        bufferInput: true,
      });
    },
  ],
];

/** Tells a handler's client all about the request. */
async function echo(request: Request): Promise<Response> {
  const headers = [...request.headers]
    .filter(([name]) => name !== "x-middleware");
  const { method, url } = request;
  const body = await request.text();
  return Response.json({ method, url, headers, body });
}

/** The parts of a response that are the app's: all but date and framing. */
function essence({ status, body, isComplete, fields }: RawResponse): unknown {
  const headers = new Headers();
  for (const [name, value] of fields) headers.append(name, value);
  for (const name of ["date", "content-length", "transfer-encoding", "vary"]) {
    headers.delete(name);
  }
  return { status, body, isComplete, headers: [...headers] };
}

const requests = [
  "GET / HTTP/1.1",
  "GET /a%2Fb/%C3%A9?x=%2F&y=a+b?c HTTP/1.1",
  "GET /a|b{}?[]= HTTP/1.1",
  "GET /a/../b/./c\\d HTTP/1.1",
  "GET //evil.test/x HTTP/1.1",
  "GET /%80/%zz HTTP/1.1",
  "GET /? HTTP/1.1",
  "DELETE /x HTTP/1.1",
  "OPTIONS /x HTTP/1.1",
  "PROPFIND /x HTTP/1.1",
  "POST /x HTTP/1.1\r\nContent-Length: 0",
  "POST /x HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 4",
  "PUT /x HTTP/1.1\r\nX-A: 1\r\nX-A: 2\r\nCookie: a=1\r\nCookie: b=2",
  "GET /x HTTP/1.1\r\nX-Latin: h\xe4der\r\nX-Empty:",
  "PATCH /x HTTP/1.1\r\nTransfer-Encoding: chunked",
];

const responses: Array<[name: string, handler: Handler]> = [
  ["text", () => new Response("häi")],
  ["null", () => new Response(null)],
  ["empty text", () => new Response("")],
  [
    "status and phrase",
    () => new Response("no", { status: 418, statusText: "Teapot" }),
  ],
  ["204", () => new Response(null, { status: 204 })],
  ["304", () => new Response(null, { status: 304, headers: { etag: `"x"` } })],
  ["redirect", () => Response.redirect("http://example.test/")],
  ["cookies", () =>
    new Response("x", {
      headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x-a", "1"], [
        "x-a",
        "2",
      ]],
    })],
  ["latin-1 header", () => new Response("x", { headers: { "x-a": "häder" } })],
  ["stream", () => new Response(ReadableStream.from(["a", "b"].map(bytes)))],
  ["promise", () => Promise.resolve(new Response("later"))],
  ["bytes", () => new Response(new Uint8Array([0, 255, 10, 13]))],
];

for (const [name, wrap] of ways) {
  Deno.test(`fromWsgi(toWsgi())${name} passes on requests`, async () => {
    await using plain = serveHandler(echo);
    await using wrapped = serveHandler(wrap(echo));
    for (const head of requests) {
      const body = head.includes("Content-Length: 4")
        ? "body"
        : head.includes("chunked")
        ? "2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"
        : "";
      const request =
        `${head}\r\nHost: example.test\r\nConnection: close\r\n\r\n${body}`;
      const expected = await rawRequest(plain.port, request);
      assertEquals(expected.status, 200, head);
      assertEquals(
        essence(await rawRequest(wrapped.port, request)),
        essence(expected),
        head,
      );
    }
  });

  Deno.test(`fromWsgi(toWsgi())${name} passes on responses`, async () => {
    for (const [title, handler] of responses) {
      await using plain = serveHandler(handler);
      await using wrapped = serveHandler(wrap(handler));
      for (const method of ["GET", "HEAD", "POST"]) {
        const request =
          `${method} / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`;
        assertEquals(
          essence(await rawRequest(wrapped.port, request)),
          essence(await rawRequest(plain.port, request)),
          `${title}, ${method}`,
        );
      }
    }
  });

  Deno.test(`fromWsgi(toWsgi())${name} passes on the phrase of the status`, async () => {
    for (const statusText of ["", "Groovy"]) {
      const handler = wrap(() => new Response("x", { statusText }));
      const response = await handler(new Request("http://example.test/"), {
        remoteAddr: { transport: "tcp", hostname: "::1", port: 1 },
        completed: Promise.resolve(),
      });
      assertEquals(response.statusText, statusText);
      await response.body?.cancel();
    }
  });

  Deno.test(`fromWsgi(toWsgi())${name} passes on errors`, async () => {
    const error = new Error("failed");
    for (
      const handler of [
        () => {
          throw error;
        },
        () => Promise.reject(error),
      ]
    ) {
      await using server = serveHandler(wrap(handler));
      const response = await fetch(server.url);
      assertEquals(response.status, 500);
      assertEquals(await response.text(), "Internal Server Error");
      assertStrictEquals(server.errors[0], error);
    }
  });

  Deno.test(`fromWsgi(toWsgi())${name} passes on errors midway`, async () => {
    const error = new Error("failed");
    await using server = serveHandler(
      wrap(() =>
        new Response(ReadableStream.from((function* () {
          yield bytes("begun");
          throw error;
        })()))
      ),
    );
    const response = await rawRequest(
      server.port,
      "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n",
    );
    assertEquals(response.body, "begun");
    assertFalse(response.isComplete);
    assertEquals(server.errors.length, 1);
    assertStrictEquals(server.errors[0], error);
  });

  Deno.test(`fromWsgi(toWsgi())${name} passes on the client's leaving`, async () => {
    const cancelled = Promise.withResolvers<void>();
    await using server = serveHandler(wrap(() =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(bytes("first")),
          cancel: () => cancelled.resolve(),
        }),
      )
    ));
    using connection = await rawConnect(server.port);
    await connection.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
    await connection.readThrough("first");
    connection.close();
    await cancelled.promise;
  });
}

for (const [name, wrap] of ways.slice(0, 3)) {
  Deno.test(`fromWsgi(toWsgi())${name} streams both ways at once`, async () => {
    await using server = serveHandler(
      wrap((request) => new Response(request.body)),
    );
    using connection = await rawConnect(server.port);
    await connection.send(
      "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n" +
        "Connection: close\r\n\r\n",
    );
    for (const part of ["one", "two", "six"]) {
      await connection.send(`3\r\n${part}\r\n`);
      await connection.readThrough(part);
    }
    await connection.send("0\r\n\r\n");
    assert((await connection.readToEnd()).endsWith("0\r\n\r\n"));
  });
}

for (const [name, wrap] of ways.slice(0, 2)) {
  Deno.test(`fromWsgi(toWsgi())${name} keeps length and connection as they are`, async () => {
    const handler = () =>
      new Response("body", { headers: { connection: "close" } });
    await using plain = serveHandler(handler);
    await using wrapped = serveHandler(wrap(handler));
    const request = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";
    const [expected, actual] = [plain, wrapped].map(async ({ port }) => {
      const { fields } = await rawRequest(port, request);
      return fields.filter(([name]) => name !== "date");
    });
    assertEquals(await actual, await expected);
    assert((await actual)?.some(([name]) => name === "content-length"));
  });

  Deno.test(`fromWsgi(toWsgi())${name} upgrades to a WebSocket`, async () => {
    await using server = serveHandler(wrap((request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onmessage = ({ data }) => socket.send(`echo ${data}`);
      return response;
    }));
    const socket = new WebSocket(server.url.replace("http", "ws"));
    const message = Promise.withResolvers<unknown>();
    const closed = Promise.withResolvers<void>();
    socket.onopen = () => socket.send("hi");
    socket.onmessage = ({ data }) => {
      message.resolve(data);
      socket.close();
    };
    socket.onerror = () => message.reject(new Error("no WebSocket"));
    socket.onclose = () => closed.resolve();
    assertEquals(await message.promise, "echo hi");
    await closed.promise;
  });
}
