// The cases of Werkzeug's tests for its server, WSGI tools and
// `Request.application`, sent to `fromWsgi()`, `toWsgi()` and `application()`
// over sockets. Only inputs and outcomes are taken over.
//
// pallets/werkzeug, tests/test_serving.py, tests/test_wsgi.py and
// tests/test_wrappers.py at 1b00618e, BSD-3-Clause, copyright 2007 Pallets
import { assert, assertEquals, assertFalse } from "@std/assert";
import { application } from "../../serving/application.ts";
import { fromWsgi } from "../../serving/from_wsgi.ts";
import { toWsgi } from "../../serving/to_wsgi.ts";
import type {
  StartResponse,
  WsgiApp,
  WsgiBody,
  WsgiBufferedInput,
  WsgiEnviron,
} from "../../serving/wsgi.ts";
import {
  fieldValues,
  rawConnect,
  rawRequest,
  type RawResponse,
} from "../_raw_http.ts";
import {
  bytes,
  serveHandler,
  serveWsgi,
  type TestServer,
  text,
} from "../serving/_wsgi_serve.ts";

/** As standard_app.py: responds with its environ. */
const standardApp: WsgiApp = (environ, startResponse) => {
  if (environ.PATH_INFO === "/crash") throw new Error("crash requested");
  startResponse("200 OK", [["Content-Type", "application/json"]]);
  const plain = Object.entries(environ).filter(([name]) =>
    !name.startsWith("devserve.")
  );
  return [bytes(JSON.stringify(Object.fromEntries(plain)))];
};

/** As streaming_app.py: numbers, and then perhaps an error. */
const streamingApp = application((request) => {
  const { pathname } = new URL(request.url);
  return new Response(ReadableStream.from((function* () {
    for (let i = 0; i < 5; i++) yield bytes(`${i}\n`);
    if (pathname === "/crash") throw new Error("crash requested");
  })()));
});

function send(server: TestServer, head: string): Promise<RawResponse> {
  return rawRequest(server.port, `${head}\r\nConnection: close\r\n\r\n`);
}

async function environOf(head: string): Promise<Record<string, unknown>> {
  await using server = serveWsgi(standardApp);
  return JSON.parse((await send(server, head)).body);
}

Deno.test("fromWsgi() keeps to test_server", async () => {
  const environ = await environOf("GET / HTTP/1.1\r\nHost: test");
  assertEquals(environ.PATH_INFO, "/");
});

Deno.test("fromWsgi() keeps to test_untrusted_host", async () => {
  await using server = serveWsgi(standardApp);
  const response = await send(
    server,
    "GET http://missing.test:1337/index.html#ignore HTTP/1.1\r\n" +
      `Host: 127.0.0.1:${server.port}\r\nX-Base-Url: ${server.url}`,
  );
  const environ = JSON.parse(response.body);
  assertEquals(environ.HTTP_HOST, "missing.test:1337");
  assertEquals(environ.PATH_INFO, "/index.html");
  assertEquals(environ.HTTP_X_BASE_URL, server.url);
});

Deno.test("fromWsgi() keeps to test_untrusted_host where the bound address is known", async () => {
  const handler = fromWsgi(standardApp);
  await using server: TestServer = serveHandler((request, info) => {
    const { port } = server;
    const localAddr = {
      transport: "tcp" as const,
      hostname: "127.0.0.1",
      port,
    };
    const { remoteAddr, completed } = info;
    return handler(request, { remoteAddr, completed, localAddr });
  });
  const response = await send(
    server,
    "GET http://missing.test:1337/ HTTP/1.1\r\nHost: test",
  );
  const environ = JSON.parse(response.body);
  assertEquals(environ.SERVER_NAME, "127.0.0.1");
  assertEquals(environ.SERVER_PORT, String(server.port));
});

Deno.test("fromWsgi() keeps to test_double_slash_path", async () => {
  const environ = await environOf("GET //double-slash HTTP/1.1\r\nHost: test");
  assertFalse(String(environ.HTTP_HOST).includes("double-slash"));
  assertEquals(environ.PATH_INFO, "/double-slash");
});

Deno.test("fromWsgi() keeps to test_500_error", async () => {
  await using server = serveWsgi(standardApp);
  const response = await send(server, "GET /crash HTTP/1.1\r\nHost: test");
  assertEquals(response.status, 500);
  assertEquals(response.body, "Internal Server Error");
});

Deno.test("fromWsgi() keeps to test_content_type_and_length", async () => {
  const environ = await environOf("GET / HTTP/1.1\r\nHost: test");
  assertFalse("CONTENT_TYPE" in environ);
  assertFalse("CONTENT_LENGTH" in environ);

  await using server = serveWsgi(standardApp);
  const response = await rawRequest(
    server.port,
    "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" +
      "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
  );
  const { CONTENT_TYPE, CONTENT_LENGTH } = JSON.parse(response.body);
  assertEquals(CONTENT_TYPE, "application/json");
  assertEquals(CONTENT_LENGTH, "2");
});

Deno.test("fromWsgi() keeps to test_chunked_request", async () => {
  const form = new FormData();
  form.set("value", "this is text");
  form.set("file", new File(["this is a file"], "test.txt"));
  const encoded = new Response(form);
  const type = encoded.headers.get("content-type");
  const body = await encoded.bytes();

  const app = application(async (request) => {
    const { value, file } = Object.fromEntries(await request.formData());
    const data = { value, file: await (file as File).text() };
    return Response.json(data);
  });
  const seen: WsgiEnviron[] = [];
  await using server = serveWsgi((environ, startResponse) => {
    seen.push(environ);
    return app(environ, startResponse);
  });
  using connection = await rawConnect(server.port);
  await connection.send(
    "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n" +
      `Content-Type: ${type}\r\nConnection: close\r\n\r\n`,
  );
  // Small blocks, to have several chunks.
  for (let i = 0; i < body.length; i += 128) {
    const chunk = body.subarray(i, i + 128);
    await connection.send(`${chunk.length.toString(16)}\r\n`);
    await connection.send(`${text(chunk)}\r\n`);
  }
  await connection.send("0\r\n\r\n");
  const response = await connection.readResponse("POST");
  assertEquals(JSON.parse(response.body), {
    value: "this is text",
    file: "this is a file",
  });
  assertEquals(seen[0]?.HTTP_TRANSFER_ENCODING, "chunked");
  assertFalse("CONTENT_LENGTH" in seen[0]!);
  assert(seen[0]?.["wsgi.input_terminated"]);
});

Deno.test("fromWsgi() keeps to test_multiple_headers_concatenated", async () => {
  const environ = await environOf(
    "GET / HTTP/1.1\r\nHost: test\r\nXYZ: a \r\nX-Ignore-1: ignore value\r\n" +
      "XYZ:  b\r\nX-Ignore-2: ignore value\r\nXYZ: c \r\nXYZ: d",
  );
  // `Headers` trims, and joins with a space after the comma.
  assertEquals(environ.HTTP_XYZ, "a, b, c, d");
});

Deno.test("fromWsgi() keeps to test_streaming_close_response", async () => {
  await using server = serveWsgi(streamingApp);
  const response = await rawRequest(server.port, "GET / HTTP/1.0\r\n\r\n");
  assertEquals(fieldValues(response, "transfer-encoding"), []);
  assertEquals(response.body, "0\n1\n2\n3\n4\n");
});

Deno.test("fromWsgi() keeps to test_streaming_chunked_response", async () => {
  await using server = serveWsgi(streamingApp);
  const response = await send(server, "GET / HTTP/1.1\r\nHost: test");
  assertEquals(fieldValues(response, "transfer-encoding"), ["chunked"]);
  assertEquals(response.body, "0\n1\n2\n3\n4\n");
  assert(response.isComplete);
});

Deno.test("fromWsgi() keeps to test_streaming_chunked_truncation", async () => {
  await using server = serveWsgi(streamingApp);
  const response = await send(server, "GET /crash HTTP/1.1\r\nHost: test");
  assertEquals(response.body, "0\n1\n2\n3\n4\n");
  assertFalse(response.isComplete);
});

Deno.test("toWsgi() keeps to test_get_host", async () => {
  const app = toWsgi((request) => new Response(new URL(request.url).host));
  for (
    const [expected, changes] of [
      ["spam", { HTTP_HOST: "spam" }],
      ["spam", { HTTP_HOST: "spam:80" }],
      ["spam", { "wsgi.url_scheme": "https", HTTP_HOST: "spam:443" }],
      ["spam:8080", { HTTP_HOST: "spam:8080" }],
      ["spam", { HTTP_HOST: "spam", SERVER_NAME: "eggs", SERVER_PORT: "80" }],
      ["eggs", { SERVER_NAME: "eggs", SERVER_PORT: "80" }],
      ["eggs", {
        "wsgi.url_scheme": "https",
        SERVER_NAME: "eggs",
        SERVER_PORT: "443",
      }],
      ["eggs:8080", { SERVER_NAME: "eggs", SERVER_PORT: "8080" }],
      ["ham", { HTTP_HOST: "ham", HTTP_X_FORWARDED_HOST: "eggs" }],
      ["foobar.example.com:81", {
        SERVER_NAME: "foobar.example.com",
        SERVER_PORT: "81",
      }],
    ] as Array<[string, Partial<WsgiEnviron>]>
  ) {
    await using server = serveWsgi((environ, startResponse) => {
      delete environ.HTTP_HOST;
      return app(Object.assign(environ, changes), startResponse);
    });
    assertEquals(await (await fetch(server.url)).text(), expected);
  }
});

Deno.test("fromWsgi() keeps to test_path_info_and_script_name_fetching", async () => {
  await using server = serveWsgi(standardApp);
  const environ = await (await fetch(`${server.url}/%E2%98%83`)).json();
  assertEquals(environ.PATH_INFO, "/\u2603");
  assertEquals(environ.SCRIPT_NAME, "");
});

/** What an app reads from a buffered input of these bytes. */
async function reads<T>(
  body: string,
  read: (input: WsgiBufferedInput) => T,
): Promise<T[]> {
  const results: T[] = [];
  const handler = fromWsgi((environ, startResponse) => {
    results.push(read(environ["wsgi.input"]));
    startResponse("204 No Content", []);
    return [];
  }, { bufferInput: true });
  await using server = serveHandler(handler);
  await (await fetch(server.url, { method: "POST", body })).body?.cancel();
  return results;
}

Deno.test("wsgi.input keeps to test_limited_stream", async () => {
  for (
    const [body, read, expected] of [
      ["123", (i) => [i.read(1), i.read(1), i.read(), i.read()], [
        "1",
        "2",
        "3",
        "",
      ]],
      ["123456\nab", (i) => [i.readline(), i.readline()], ["123456\n", "ab"]],
      ["123456\nab", (i) => i.readlines(), ["123456\n", "ab"]],
      ["123\n456\na", (i) => i.readlines(2), ["123\n"]],
      ["456\na", (i) => i.readlines(), ["456\n", "a"]],
      ["123456\nab", (i) => [i.readline(100)], ["123456\n"]],
      ["123456\nab", (i) => i.readlines(100), ["123456\n", "ab"]],
      ["123", (i) => [i.read(-1)], ["123"]],
      ["", (i) => [i.read(-1)], [""]],
      ["123\n456\n", (i) => [...i], ["123\n", "456\n"]],
    ] as Array<[string, (input: WsgiBufferedInput) => Uint8Array[], string[]]>
  ) {
    const [result] = await reads(body, read);
    assertEquals(result?.map(text), expected);
  }
});

Deno.test("fromWsgi() keeps to test_closing_iterator", async () => {
  // Both the iterable and what wraps it are closed, not their iterators.
  const calls: string[] = [];
  class LateResponse {
    constructor(readonly start: StartResponse) {}
    *[Symbol.iterator](): Generator<Uint8Array> {
      this.start("200 OK", [["Content-Type", "text/plain"]]);
      yield bytes("some content");
    }
    close(): void {
      calls.push("response");
    }
  }
  function closing(body: WsgiBody, callback: () => void): WsgiBody {
    return {
      async *[Symbol.asyncIterator]() {
        yield* body;
      },
      async close() {
        await body.close?.();
        callback();
      },
    };
  }
  await using server = serveWsgi((_, startResponse) =>
    closing(new LateResponse(startResponse), () => calls.push("additional"))
  );
  const response = await fetch(server.url);
  assertEquals(await response.text(), "some content");
  assertEquals(response.headers.get("content-type"), "text/plain");
  assertEquals(calls, ["response", "additional"]);
});

Deno.test("application() keeps to test_request_application", async () => {
  await using server = serveWsgi(
    application(() => new Response("Hello World!")),
  );
  const response = await fetch(server.url);
  assertEquals(response.status, 200);
  assertEquals(await response.text(), "Hello World!");

  await using failing = serveWsgi(application(() => {
    throw new Response("Bad Request", { status: 400 });
  }));
  const failed = await fetch(failing.url);
  assertEquals(failed.status, 400);
  assertEquals(await failed.text(), "Bad Request");
});
