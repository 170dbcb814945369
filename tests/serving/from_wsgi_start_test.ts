import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { fromWsgi } from "../../serving/from_wsgi.ts";
import type { StartResponse, WsgiApp, WsgiWrite } from "../../serving/wsgi.ts";
import { fieldValues, rawRequest } from "../_raw_http.ts";
import { bytes, INFO, serveWsgi } from "./_wsgi_serve.ts";

const GET = "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";

async function respond(app: WsgiApp, method = "GET"): Promise<Response> {
  const request = new Request("http://example.test/", { method });
  return await fromWsgi(app)(request, INFO);
}

/** What an app gets that calls `startResponse()` with these arguments. */
function start(status: unknown, headers: unknown = []): Promise<Response> {
  return respond((_, startResponse) => {
    startResponse(status as string, headers as []);
    return [bytes("body")];
  });
}

Deno.test("startResponse() sets status, phrase and headers", async () => {
  const response = await start("404 NOT FOUND", [
    ["Content-Type", "text/plain"],
    ["Set-Cookie", "a=1"],
    ["X-Two", "1"],
    ["set-cookie", "b=2; Path=/"],
    ["X-Two", "2"],
    ["X-Latin", "häder"],
  ]);
  assertEquals(response.status, 404);
  assertEquals(response.statusText, "NOT FOUND");
  assertEquals(response.headers.get("content-type"), "text/plain");
  assertEquals(response.headers.getSetCookie(), ["a=1", "b=2; Path=/"]);
  assertEquals(response.headers.get("x-two"), "1, 2");
  assertEquals(response.headers.get("x-latin"), "häder");
  assertEquals(await response.text(), "body");
});

Deno.test("startResponse() sends headers of one name one by one", async () => {
  await using server = serveWsgi((_, startResponse) => {
    startResponse("200 OK", [["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]]);
    return [];
  });
  const response = await rawRequest(server.port, GET);
  assertEquals(fieldValues(response, "set-cookie"), ["a=1", "b=2"]);
});

Deno.test("startResponse() takes a status without a phrase", async () => {
  for (const status of ["200", "200 "]) {
    const response = await start(status);
    assertEquals(response.status, 200);
    assertEquals(response.statusText, "");
    await response.body?.cancel();
  }
});

Deno.test("startResponse() throws when the status is none", async () => {
  await assertRejects(
    () => start(200),
    TypeError,
    `must be a string like "200 OK": current value is 200`,
  );
  for (
    const status of ["", "20X OK", "200OK", "OK", " 200", "2000 OK", "200 O\rK"]
  ) {
    await assertRejects(
      () => start(status),
      SyntaxError,
      `current value is ${JSON.stringify(status)}`,
    );
  }
  for (const status of ["000 No", "100 Continue", "600 What", "999 x"]) {
    await assertRejects(
      () => start(status),
      RangeError,
      `must be from 200 to 599: current value is ${Number(status.slice(0, 3))}`,
    );
  }
  await assertRejects(
    () => start("101 Switching Protocols"),
    TypeError,
    "Cannot send status 101",
  );
});

Deno.test("startResponse() throws when the headers are no array of pairs", async () => {
  for (
    const headers of [
      undefined,
      { "Content-Type": "text/plain" },
      new Headers(),
      ["Content-Type"],
      ["xy"],
      [["Content-Type"]],
      [["a", "b", "c"]],
      [["X-Number", 1]],
      [[null, "a"]],
      [["a", undefined]],
    ]
  ) {
    const error = await assertRejects(
      () =>
        respond((_, startResponse) => {
          startResponse("200 OK", headers as unknown as []);
          return [];
        }),
      TypeError,
      "Cannot start the response as ",
    );
    assertStringIncludes(error.message, ": current value is ");
  }
});

Deno.test("startResponse() refuses headers that would split the response", async () => {
  for (
    const [name, value] of [
      ["X-A", "b\r\nSet-Cookie: evil=1"],
      ["X-A", "b\nc"],
      ["X-A", "b\rc"],
      ["X-A", "b\0c"],
      ["X-A", "b\x7fc"],
      ["X-A\r\nX-B", "c"],
      ["X-A:", "b"],
      ["X A", "b"],
      ["", "b"],
      ["X-Ä", "b"],
      ["X-A", "m\u0103r"],
    ] as const
  ) {
    await assertRejects(
      () => start("200 OK", [[name, value]]),
      SyntaxError,
      "Cannot send ",
    );
  }
  const response = await start("200 OK", [["X-A", "b\tc"]]);
  assertEquals(response.headers.get("x-a"), "b\tc");
  await response.body?.cancel();
});

Deno.test("startResponse() refuses headers that are not the app's", async () => {
  for (
    const name of [
      "Connection",
      "keep-alive",
      "Proxy-Authenticate",
      "Proxy-Authorization",
      "TE",
      "Trailers",
      "Transfer-Encoding",
      "UPGRADE",
      "Status",
    ]
  ) {
    await assertRejects(
      () => start("200 OK", [[name, "x"]]),
      TypeError,
      `Cannot send the header "${name}"`,
    );
  }
});

Deno.test("startResponse() throws TypeError when called twice without an error", async () => {
  await assertRejects(
    () =>
      respond((_, startResponse) => {
        startResponse("200 OK", []);
        startResponse("200 OK", []);
        return [];
      }),
    TypeError,
    "Cannot call startResponse() twice",
  );
});

Deno.test("startResponse() replaces the response when there is an error and nothing was sent", async () => {
  const response = await respond(function* (_, startResponse) {
    startResponse("200 OK", [["X-First", "1"], ["Content-Length", "9"]]);
    yield new Uint8Array();
    try {
      throw new Error("failed");
    } catch (error) {
      startResponse("500 Oops", [["X-Second", "2"]], error);
    }
    yield bytes("sorry");
  });
  assertEquals(response.status, 500);
  assertEquals(response.statusText, "Oops");
  assertEquals(response.headers.has("x-first"), false);
  assertEquals(response.headers.get("x-second"), "2");
  assertEquals(await response.text(), "sorry");
});

Deno.test("startResponse() throws the given error when headers were sent", async () => {
  const error = new Error("failed");
  await using server = serveWsgi(function* (_, startResponse) {
    startResponse("200 OK", []);
    yield bytes("begun");
    startResponse("500 Oops", [], error);
    yield bytes("never");
  });
  const response = await rawRequest(server.port, GET);
  assertEquals(response.status, 200);
  assertEquals(response.body, "begun");
  assertEquals(response.isComplete, false);
  assertEquals(server.errors.length, 1);
  assertStrictEquals(server.errors[0], error);
});

Deno.test("startResponse() throws the given error when something was written", async () => {
  const error = new Error("failed");
  const response = await respond((_, startResponse) => {
    startResponse("200 OK", [])(bytes("begun"));
    assertStrictEquals(
      assertThrows(() => startResponse("500 Oops", [], error)),
      error,
    );
    return [bytes(", done")];
  });
  assertEquals(response.status, 200);
  assertEquals(await response.text(), "begun, done");
});

Deno.test("startResponse() takes a copy of the headers", async () => {
  const headers: Array<[string, string]> = [["X-A", "1"]];
  const response = await respond((_, startResponse) => {
    startResponse("200 OK", headers);
    headers[0]![1] = "evil\r\n";
    headers.push(["X-B", "2"]);
    return [];
  });
  assertEquals(Object.fromEntries(response.headers), { "x-a": "1" });
});

Deno.test("fromWsgi() throws TypeError when startResponse() was not called", async () => {
  for (
    const app of [
      () => [],
      () => [bytes("x")],
      () => [new Uint8Array()],
      function* () {
        yield bytes("x");
      },
    ]
  ) {
    await assertRejects(
      () => respond(app),
      TypeError,
      "Cannot respond before the app has called startResponse()",
    );
  }
});

Deno.test("fromWsgi() lets a generator call startResponse() as late as with its first bytes", async () => {
  const response = await respond(function* (_, startResponse) {
    yield new Uint8Array();
    startResponse("201 Created", []);
    yield new Uint8Array();
    yield bytes("late");
  });
  assertEquals(response.status, 201);
  assertEquals(await response.text(), "late");
});

Deno.test("write() sends ahead of what the app returns", async () => {
  await using server = serveWsgi((_, startResponse) => {
    const write = startResponse("200 OK", []);
    write(bytes("1"));
    write(new Uint8Array());
    write(bytes("2"));
    return [bytes("3"), bytes("4")];
  });
  assertEquals(await (await fetch(server.url)).text(), "1234");
});

Deno.test("write() streams while an async app is still at work", async () => {
  const go = Promise.withResolvers<void>();
  await using server = serveWsgi(async (_, startResponse) => {
    const write = startResponse("200 OK", []);
    write(bytes("first"));
    await go.promise;
    write(bytes(" second"));
    return [];
  });
  const response = await fetch(server.url);
  const reader = response.body!.pipeThrough(new TextDecoderStream())
    .getReader();
  assertEquals((await reader.read()).value, "first");
  go.resolve();
  assertEquals((await reader.read()).value, " second");
  assertEquals((await reader.read()).done, true);
});

Deno.test("write() keeps the order when called between returned items", async () => {
  const response = await respond(function* (_, startResponse) {
    const write = startResponse("200 OK", []);
    yield bytes("1");
    write(bytes("2"));
    yield bytes("3");
    write(bytes("4"));
  });
  assertEquals(await response.text(), "1234");
});

Deno.test("write() throws BrokenPipe when the client has left", async () => {
  const gone = Promise.withResolvers<void>();
  const result = Promise.withResolvers<unknown>();
  const response = await respond(async (_, startResponse) => {
    const write: WsgiWrite = startResponse("200 OK", []);
    write(bytes("first"));
    await gone.promise;
    try {
      write(bytes("second"));
    } catch (error) {
      result.resolve(error);
      // Nobody is there any more to hear of it.
      throw error;
    }
    return [];
  });
  await response.body!.cancel();
  gone.resolve();
  const error = await result.promise;
  assertEquals(error instanceof Deno.errors.BrokenPipe, true);
});

Deno.test("write() throws TypeError when given something other than bytes", async () => {
  await assertRejects(
    () =>
      respond((_, startResponse) => {
        startResponse("200 OK", [])("abc" as unknown as Uint8Array);
        return [];
      }),
    TypeError,
    `Cannot send a chunk as it must be a Uint8Array, such as TextEncoder makes from a string: current value is "abc"`,
  );
});

Deno.test("write() and an error after it break off the response", async () => {
  const error = new Error("failed");
  await using server = serveWsgi((_, startResponse: StartResponse) => {
    startResponse("200 OK", [])(bytes("Some output has been sent"));
    throw error;
  });
  const response = await rawRequest(server.port, GET);
  assertEquals(response.status, 200);
  assertEquals(response.body, "Some output has been sent");
  assertEquals(response.isComplete, false);
  assertStrictEquals(server.errors[0], error);
});
