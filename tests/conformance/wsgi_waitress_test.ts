// The cases of waitress's tests that are about WSGI, sent to WSGI-style apps
// behind `fromWsgi()` over sockets. Only inputs and outcomes are taken over.
//
// Pylons/waitress, tests/test_functional.py, tests/test_task.py and
// tests/fixtureapps/ at 4a378915, ZPL-2.1
import { assert, assertEquals, assertFalse } from "@std/assert";
import type { WsgiApp, WsgiBody } from "../../serving/wsgi.ts";
import { fieldValues, rawConnect, rawRequest } from "../_raw_http.ts";
import { bytes, serveWsgi } from "../serving/_wsgi_serve.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** As echo.py: responds with the request body. */
const echoApp: WsgiApp = async (environ, startResponse) => {
  const { CONTENT_LENGTH } = environ;
  const size = CONTENT_LENGTH === undefined
    ? undefined
    : Number(CONTENT_LENGTH);
  const body = await environ["wsgi.input"].read(size);
  startResponse("200 OK", [
    ["Content-Length", String(body.length)],
    ["Content-Type", "text/plain"],
  ]);
  return [body];
};

/** A request; with a body it is POST, as Deno has no bodies for GET. */
function request(path: string, body = "", version = "1.1"): string {
  return `POST ${path} HTTP/${version}\r\nHost: test\r\n` +
    `Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

Deno.test("fromWsgi() keeps to test_send_with_body, test_without_crlf and test_large_body", async () => {
  await using server = serveWsgi(echoApp);
  for (
    const body of [
      "hello",
      "",
      "Echo\r\nthis\r\nplease",
      "This string has 32 characters.\r\n".repeat(32),
    ]
  ) {
    for (const version of ["1.0", "1.1"]) {
      const response = await rawRequest(
        server.port,
        request("/", body, version),
      );
      assertEquals(response.status, 200);
      assertEquals(response.body, body);
      assertEquals(fieldValues(response, "content-length"), [
        String(body.length),
      ]);
    }
  }
});

Deno.test("fromWsgi() keeps to test_many_clients", async () => {
  await using server = serveWsgi(echoApp);
  const bodies = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const init = { method: "POST", body: `client ${i}` };
      return await (await fetch(server.url, init)).text();
    }),
  );
  assertEquals(bodies, bodies.map((_, i) => `client ${i}`));
});

Deno.test("fromWsgi() keeps to test_chunking_request_without_content and ..._with_content", async () => {
  await using server = serveWsgi(echoApp);
  const line = "This string has 32 characters.\r\n";
  for (const count of [0, 12]) {
    const response = await rawRequest(
      server.port,
      "POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" +
        "Transfer-Encoding: chunked\r\n\r\n" +
        `20\r\n${line}\r\n`.repeat(count) + "0\r\n\r\n",
    );
    assertEquals(response.status, 200);
    assertEquals(response.body, line.repeat(count));
    assertEquals(fieldValues(response, "transfer-encoding"), []);
  }
});

Deno.test("fromWsgi() keeps to test_broken_chunked_encoding", async () => {
  let read: Uint8Array | undefined;
  await using server = serveWsgi(async (environ, startResponse) => {
    read = await environ["wsgi.input"].read();
    startResponse("200 OK", []);
    return [];
  });
  const chunk = "20\r\nThis string has 32 characters.\r\n\r\n";
  for (const garbage of ["garbage\r\n", "0x20\r\n", "20"]) {
    using connection = await rawConnect(server.port);
    await connection.send(
      "POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" +
        `Transfer-Encoding: chunked\r\n\r\n${chunk}${garbage}`,
    );
    await connection.closeWrite();
    // The body has begun, so it is the app that meets the error.
    assertFalse((await connection.readToEnd()).includes(" 200 "));
    assertEquals(read, undefined);
  }
});

Deno.test("fromWsgi() keeps to test_keepalive_http_11 and test_pipelining", async () => {
  await using server = serveWsgi(echoApp);
  using connection = await rawConnect(server.port);
  const bodies = Array.from({ length: 25 }, (_, i) => `Response #${i + 1}\r\n`);
  await connection.send(
    bodies.map((body) =>
      `POST / HTTP/1.1\r\nHost: test\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    ).join(""),
  );
  for (const body of bodies) {
    const response = await connection.readResponse();
    assertEquals(response.status, 200);
    assertEquals(response.body, body);
  }
});

Deno.test("fromWsgi() keeps to test_expect_continue", async () => {
  await using server = serveWsgi(echoApp);
  using connection = await rawConnect(server.port);
  await connection.send(
    "POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" +
      "Content-Length: 21\r\nExpect: 100-continue\r\n\r\n",
  );
  const head = await connection.readThrough("\r\n\r\n");
  assert(head.startsWith("HTTP/1.1 100 Continue\r\n"));
  await connection.send("I have expectations\r\n");
  const response = await connection.readResponse();
  assertEquals(response.status, 200);
  assertEquals(response.body, "I have expectations\r\n");
});

Deno.test("fromWsgi() refuses the bodies of BadContentLengthTests", async () => {
  // There a short body is sent and the connection closed, a long one cut off.
  // Here both are errors of the app, known before anything is sent.
  await using server = serveWsgi((environ, startResponse) => {
    const length = environ.PATH_INFO === "/short_body" ? 10 : 8;
    startResponse("200 OK", [["Content-Length", String(length)]]);
    return [bytes("abcdefghi")];
  });
  for (const path of ["/short_body", "/long_body"]) {
    const response = await rawRequest(server.port, request(path));
    assertEquals(response.status, 500);
    assert(server.errors.pop() instanceof RangeError);
  }
});

Deno.test("fromWsgi() keeps to NoContentLengthTests", async () => {
  await using server = serveWsgi(async (environ, startResponse) => {
    const body = await environ["wsgi.input"].read();
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    if (environ.PATH_INFO === "/list") return [body];
    if (environ.PATH_INFO === "/list_lentwo") {
      return [body.subarray(0, 1), body.subarray(1)];
    }
    return (function* () {
      for (let i = 0; i < body.length; i += 10) yield body.subarray(i, i + 10);
    })();
  });
  for (
    const [path, version, length, encoding] of [
      ["/", "1.0", [], []],
      ["/list", "1.0", ["52"], []],
      ["/list_lentwo", "1.0", [], []],
      ["/", "1.1", [], ["chunked"]],
      ["/list", "1.1", ["52"], []],
      ["/list_lentwo", "1.1", [], ["chunked"]],
    ] as const
  ) {
    const response = await rawRequest(
      server.port,
      request(path, LETTERS, version),
    );
    assertEquals(response.status, 200);
    assertEquals(response.body, LETTERS);
    assert(response.isComplete);
    assertEquals<unknown>(fieldValues(response, "content-length"), length);
    assertEquals<unknown>(fieldValues(response, "transfer-encoding"), encoding);
  }
});

Deno.test("fromWsgi() keeps to WriteCallbackTests", async () => {
  await using server = serveWsgi((environ, startResponse) => {
    const path = environ.PATH_INFO;
    const write = startResponse(
      "200 OK",
      path === "/no_content_length" ? [] : [["Content-Length", "9"]],
    );
    if (path === "/long_body") write(bytes("abcdefghij"));
    else if (path === "/short_body") write(bytes("abcdefgh"));
    else write(bytes("abcdefghi"));
    return [];
  });
  const short = await rawRequest(server.port, request("/short_body"));
  assertEquals(short.status, 200);
  assertEquals(fieldValues(short, "content-length"), ["9"]);
  assertEquals(short.body, "abcdefgh");
  assertFalse(short.isComplete);
  assert(server.errors.pop() instanceof RangeError);

  // PEP 3333 has an error for `write()`; there the rest is cut off.
  const long = await rawRequest(server.port, request("/long_body"));
  assertEquals(long.status, 500);
  assert(server.errors.pop() instanceof RangeError);

  for (const path of ["/equal_body", "/no_content_length"]) {
    const response = await rawRequest(server.port, request(path));
    assertEquals(response.status, 200);
    assertEquals(response.body, "abcdefghi");
    assert(response.isComplete);
  }
});

Deno.test("fromWsgi() keeps to InternalServerErrorTests", async () => {
  await using server = serveWsgi((environ, startResponse) => {
    const path = environ.PATH_INFO;
    if (path === "/before_start_response") throw new Error("wrong");
    const write = startResponse("200 OK", [
      ["Content-Length", "0"],
      ["Content-Type", "text/plain"],
    ]);
    if (path === "/after_write_cb") write("abc" as unknown as Uint8Array);
    if (path === "/in_generator") {
      return (function* () {
        yield "abc";
        throw new Error("wrong");
      })() as unknown as WsgiBody;
    }
    throw new Error("wrong");
  });
  // The last two answer 200 there, and break off. Nothing was sent yet, though.
  for (
    const path of [
      "/before_start_response",
      "/after_start_response",
      "/after_write_cb",
      "/in_generator",
    ]
  ) {
    const response = await rawRequest(server.port, request(path));
    assertEquals(response.status, 500);
    assertEquals(response.body, "Internal Server Error");
    assertEquals(server.errors.length, 1);
    server.errors.pop();
  }
});

Deno.test("fromWsgi() keeps to FileWrapperTests", async () => {
  const data = Uint8Array.from({ length: 20_000 }, (_, i) => i);
  await using server = serveWsgi((environ, startResponse) => {
    const { PATH_INFO } = environ;
    const headers: Array<[string, string]> = PATH_INFO === "/nocl"
      ? []
      : [["Content-Length", String(data.length + Number(PATH_INFO.slice(1)))]];
    startResponse("200 OK", headers);
    let position = 0;
    return environ["wsgi.file_wrapper"]!({
      read(buffer) {
        const chunk = data.subarray(position, position + buffer.length);
        buffer.set(chunk);
        position += chunk.length;
        return Promise.resolve(chunk.length || null);
      },
    }, 8192);
  });
  const latin1 = String.fromCharCode(...data);
  for (const path of ["/0", "/nocl"]) {
    const response = await rawRequest(server.port, request(path));
    assertEquals(response.body, latin1);
    assert(response.isComplete);
  }
  // Too short and too long: broken off after the last block that fits.
  for (const [path, length] of [["/10", 20_000], ["/-3000", 16_384]] as const) {
    const response = await rawRequest(server.port, request(path));
    assertEquals(response.status, 200);
    assertEquals(response.body.length, length);
    assertFalse(response.isComplete);
  }
});

/** Serves `app` once. */
async function run(
  app: (...args: Parameters<WsgiApp>) => unknown,
  method = "GET",
) {
  await using server = serveWsgi(app as WsgiApp);
  const response = await rawRequest(
    server.port,
    `${method} / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`,
  );
  return { ...response, errors: server.errors };
}

Deno.test("fromWsgi() refuses what TestWSGITask refuses", async () => {
  for (
    const [status, headers] of [
      ["200 OK", [[null, "a"]]],
      ["200 OK", [["a", null]]],
      ["200 OK", [["Connection", "close"]]],
      ["200 OK", [["a", "\n"]]],
      ["200 OK", [["a\r", "value"]]],
      ["200 OK\r", []],
      [null, []],
    ] as Array<[string, Array<[string, string]>]>
  ) {
    const response = await run((_, startResponse) => {
      startResponse(status, headers);
      return [];
    });
    assertEquals(response.status, 500);
    assertEquals(response.errors.length, 1);
  }
});

Deno.test("fromWsgi() keeps to test_execute_app_calls_start_response_...", async () => {
  const twice = await run((_, startResponse) => {
    startResponse("200 OK", []);
    startResponse("200 OK", []);
  });
  assertEquals(twice.status, 500);

  const unwritten = await run((_, startResponse) => {
    startResponse("200 OK", [["a", "b"]]);
    startResponse("200 OK", [], new Error("failed"));
    return [bytes("a")];
  });
  assertEquals(unwritten.status, 200);
  assertEquals(fieldValues(unwritten, "a"), []);

  const error = new Error("failed");
  const written = await run((_, startResponse) => {
    startResponse("200 OK", [])(bytes("a"));
    startResponse("200 OK", [], error);
  });
  assertFalse(written.isComplete);
  assertEquals(written.errors, [error]);
});

Deno.test("fromWsgi() keeps to test_preserve_header_value_order", async () => {
  const response = await run((_, startResponse) => {
    const headers = [["C", "b"], ["A", "b"], ["A", "a"]] as const;
    startResponse("200 OK", headers)(bytes("abc"));
    return [];
  });
  // Deno joins them, in their order.
  assertEquals(fieldValues(response, "a").join(", "), "b, a");
});

Deno.test("fromWsgi() keeps to test_execute_app_returns_...", async () => {
  const one = await run((_, startResponse) => {
    startResponse("200 OK", []);
    return [bytes("abc")];
  });
  assertEquals(fieldValues(one, "content-length"), ["3"]);

  const emptyFirst = await run((_, startResponse) => {
    startResponse("200 OK", []);
    return [bytes(""), bytes("abc")];
  });
  assertEquals(fieldValues(emptyFirst, "content-length"), []);
  assertEquals(emptyFirst.body, "abc");
});

Deno.test("fromWsgi() keeps to test_execute_app_head_with_content_length", async () => {
  const response = await run((_, startResponse) => {
    startResponse("200 OK", [["Content-Length", "3"]]);
    return [bytes("")];
  }, "HEAD");
  assertEquals(fieldValues(response, "content-length"), ["3"]);
  assertEquals(response.errors, []);
});

Deno.test("fromWsgi() keeps to test_execute_app_without_body_204_logged and ..._304_logged", async () => {
  for (const status of ["204 No Content", "304 Not Modified"]) {
    const response = await run((_, startResponse) => {
      startResponse(status, [["Content-Length", "3"]]);
      return [bytes("abc")];
    });
    assertEquals(response.statusLine, `HTTP/1.1 ${status}`);
    assertEquals(response.body, "");
    assertEquals(fieldValues(response, "content-length"), []);
    assertEquals(fieldValues(response, "transfer-encoding"), []);
  }
});

Deno.test("fromWsgi() keeps to test_execute_app_returns_closeable", async () => {
  let closed = 0;
  const response = await run((_, startResponse) => {
    startResponse("200 OK", [["Content-Length", "3"]]);
    return Object.assign([bytes("abc")], { close: () => void closed++ });
  });
  assertEquals(response.body, "abc");
  assertEquals(closed, 1);
});

Deno.test("fromWsgi() keeps to test_get_environment_...", async () => {
  const seen: Array<[string, string, string]> = [];
  await using server = serveWsgi((environ, startResponse) => {
    const { PATH_INFO, QUERY_STRING, HTTP_X_FOO = "" } = environ;
    seen.push([PATH_INFO, QUERY_STRING, HTTP_X_FOO]);
    startResponse("204 No Content", []);
    return [];
  });
  for (const target of ["///abc", "/?abc", "/"]) {
    // White space other than HTTP's belongs to the value.
    await rawRequest(
      server.port,
      `GET ${target} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n` +
        "X-Foo: \xa0BAR\x85\r\n\r\n",
    );
  }
  assertEquals(seen, [
    ["/abc", "", "\xa0BAR\x85"],
    ["/", "abc", "\xa0BAR\x85"],
    ["/", "", "\xa0BAR\x85"],
  ]);
});
