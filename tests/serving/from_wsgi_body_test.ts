import {
  assert,
  assertEquals,
  assertFalse,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { fromWsgi } from "../../serving/from_wsgi.ts";
import type { WsgiApp, WsgiBody } from "../../serving/wsgi.ts";
import { fieldValues, rawConnect, rawRequest } from "../_raw_http.ts";
import { bytes, INFO, serveWsgi } from "./_wsgi_serve.ts";

function request(method: string): string {
  return `${method} / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`;
}

async function respond(app: WsgiApp, method = "GET"): Promise<Response> {
  const request = new Request("http://example.test/", { method });
  return await fromWsgi(app)(request, INFO);
}

/** An app that returns `body`. */
function returning(
  body: unknown,
  status = "200 OK",
  headers: Array<[string, string]> = [],
): WsgiApp {
  return (_, startResponse) => {
    startResponse(status, headers);
    return body as WsgiBody;
  };
}

/** A body that counts how often it is closed. */
function closeable(
  items: Iterable<unknown> | AsyncIterable<unknown>,
): WsgiBody & { closed: number } {
  return {
    closed: 0,
    async *[Symbol.asyncIterator]() {
      for await (const item of items) yield item as Uint8Array;
    },
    close() {
      this.closed++;
    },
  };
}

Deno.test("fromWsgi() sends an array of one item with its length", async () => {
  await using server = serveWsgi(returning([bytes("häi")]));
  const response = await rawRequest(server.port, request("GET"));
  assertEquals(fieldValues(response, "content-length"), ["4"]);
  assertEquals(fieldValues(response, "transfer-encoding"), []);
  assertEquals(response.body, "h\xc3\xa4i");
});

Deno.test("fromWsgi() sends an empty array as no body", async () => {
  for (const body of [[], [new Uint8Array()]]) {
    await using server = serveWsgi(returning(body));
    const response = await rawRequest(server.port, request("GET"));
    assertEquals(fieldValues(response, "content-length"), ["0"]);
    assertEquals(response.body, "");
  }
});

Deno.test("fromWsgi() streams all other iterables", async () => {
  const items = [bytes("a"), new Uint8Array(), bytes("b")];
  for (
    const body of [
      items,
      new Set(items),
      items.values(),
      closeable(items),
      ReadableStream.from(items),
      items.map((item) => Promise.resolve(item)),
      (function* () {
        yield* items;
      })(),
      (async function* () {
        yield* items;
      })(),
    ]
  ) {
    for (const app of [returning(body)]) {
      await using server = serveWsgi(app);
      const response = await rawRequest(server.port, request("GET"));
      assertEquals(fieldValues(response, "transfer-encoding"), ["chunked"]);
      assertEquals(response.body, "ab");
      assert(response.isComplete);
    }
  }
});

Deno.test("fromWsgi() takes a promise of an iterable", async () => {
  await using server = serveWsgi(async (_, startResponse) => {
    await Promise.resolve();
    startResponse("200 OK", []);
    return [bytes("later")];
  });
  assertEquals(await (await fetch(server.url)).text(), "later");
});

Deno.test("fromWsgi() sends a view on a larger or a shared buffer", async () => {
  const large = bytes("0123456789");
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  shared.set(bytes("sha!"));
  for (
    const [chunk, expected] of [
      [large.subarray(2, 5), "234"],
      [shared, "sha!"],
      [shared.subarray(1, 3), "ha"],
    ] as const
  ) {
    const response = await respond(returning([chunk]));
    assertEquals(await response.text(), expected);
  }
});

Deno.test("fromWsgi() asks for no more than the client takes", async () => {
  let made = 0;
  const response = await respond(returning((function* () {
    for (;;) yield bytes(`${++made},`);
  })()));
  assertEquals(made, 1);
  const reader = response.body!.getReader();
  assertEquals((await reader.read()).value, bytes("1,"));
  assertEquals(made, 1);
  assertEquals((await reader.read()).value, bytes("2,"));
  assertEquals(made, 2);
  await reader.cancel();
  assertEquals(made, 2);
});

Deno.test("fromWsgi() sends bytes before the next ones are there", async () => {
  const go = Promise.withResolvers<void>();
  await using server = serveWsgi(async function* (_, startResponse) {
    startResponse("200 OK", []);
    yield bytes("first");
    await go.promise;
    yield bytes("second");
  });
  using connection = await rawConnect(server.port);
  await connection.send(request("GET"));
  await connection.readThrough("first");
  go.resolve();
  await connection.readThrough("second");
});

Deno.test("fromWsgi() throws TypeError when the app returns no iterable of bytes", async () => {
  for (
    const body of [
      undefined,
      null,
      1,
      "text",
      bytes("bytes"),
      {},
      new Response("x"),
      new ArrayBuffer(1),
    ]
  ) {
    await assertRejects(
      () => respond(returning(body)),
      TypeError,
      "Cannot send the body as the app must return an iterable of Uint8Array, such as [bytes]: current value is ",
    );
  }
});

Deno.test("fromWsgi() throws TypeError when an item is not bytes", async () => {
  for (const item of ["text", 1, null, [1], new ArrayBuffer(1), undefined]) {
    const body = closeable([item]);
    await assertRejects(
      () => respond(returning(body)),
      TypeError,
      "Cannot send a chunk as it must be a Uint8Array",
    );
    assertEquals(body.closed, 1);
  }
});

Deno.test("fromWsgi() breaks off the response when a later item is not bytes", async () => {
  const body = closeable([bytes("good"), "bad"]);
  await using server = serveWsgi(returning(body));
  const response = await rawRequest(server.port, request("GET"));
  assertEquals(response.status, 200);
  assertEquals(response.body, "good");
  assertFalse(response.isComplete);
  assert(server.errors[0] instanceof TypeError);
  assertEquals(body.closed, 1);
});

Deno.test("fromWsgi() passes on what an app throws before its first bytes", async () => {
  for (const thrown of [new Error("failed"), "text", undefined, null, 0]) {
    for (
      const app of [
        () => {
          throw thrown;
        },
        () => Promise.reject(thrown),
        // deno-lint-ignore require-yield -- it is to throw
        function* (): Generator<Uint8Array> {
          throw thrown;
        },
        // deno-lint-ignore require-yield -- it is to throw
        async function* (): AsyncGenerator<Uint8Array> {
          throw await Promise.resolve(thrown);
        },
        returning(closeable((function* () {
          yield new Uint8Array();
          throw thrown;
        })())),
      ] as WsgiApp[]
    ) {
      let caught: unknown = "nothing";
      await respond(app).catch((error) => caught = error);
      assertStrictEquals(caught, thrown);
    }
  }
});

Deno.test("fromWsgi() breaks off the response when an app throws after its first bytes", async () => {
  const error = new Error("failed");
  const body = closeable((function* () {
    yield bytes("begun");
    throw error;
  })());
  await using server = serveWsgi(returning(body));
  const response = await rawRequest(server.port, request("GET"));
  assertEquals(response.status, 200);
  assertEquals(response.body, "begun");
  assertFalse(response.isComplete);
  assertStrictEquals(server.errors[0], error);
  assertEquals(body.closed, 1);
});

Deno.test("fromWsgi() closes the body once, at its end", async () => {
  for (const chunks of [[], [bytes("a")], [bytes("a"), bytes("b")]]) {
    for (const method of ["GET", "HEAD"]) {
      for (const status of ["200 OK", "204 No Content"]) {
        const body = closeable(chunks);
        const array = Object.assign([...chunks], {
          closed: 0,
          close() {
            this.closed++;
          },
        });
        for (const returned of [body, array]) {
          const response = await respond(returning(returned, status), method);
          await response.text();
          assertEquals(returned.closed, 1);
        }
      }
    }
  }
});

Deno.test("fromWsgi() closes the body, and no iterator that is at its end", async () => {
  let returned = 0;
  let closed = 0;
  const items = [bytes("a"), bytes("b")];
  const body = {
    [Symbol.iterator]: () => ({
      next: () => {
        const value = items.shift();
        return value ? { done: false, value } : { done: true, value };
      },
      return: () => {
        returned++;
        return { done: true, value: undefined };
      },
    }),
    close: () => void closed++,
  };
  assertEquals(await (await respond(returning(body))).text(), "ab");
  assertEquals([returned, closed], [0, 1]);
});

Deno.test("fromWsgi() closes the body when the client leaves", async () => {
  const closed = Promise.withResolvers<void>();
  const cleanedUp = Promise.withResolvers<void>();
  let closes = 0;
  const generator = (async function* () {
    try {
      for (;;) {
        yield bytes("x".repeat(1000));
        // So that the client's leaving gets noticed.
        await new Promise((resolve) => setTimeout(resolve));
      }
    } finally {
      cleanedUp.resolve();
    }
  })();
  const body = Object.assign(generator, {
    close() {
      closes++;
      closed.resolve();
    },
  });
  await using server = serveWsgi(returning(body));
  using connection = await rawConnect(server.port);
  await connection.send(request("GET"));
  await connection.readThrough("xxx");
  connection.close();
  await closed.promise;
  await cleanedUp.promise;
  assertEquals(closes, 1);
});

Deno.test("fromWsgi() closes a body that waits for something when the client leaves", async () => {
  // Nothing but `close()` ends this wait.
  const closed = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const body = {
    async *[Symbol.asyncIterator]() {
      try {
        yield bytes("first");
        await closed.promise;
      } finally {
        ended.resolve();
      }
    },
    close: () => closed.resolve(),
  };
  await using server = serveWsgi(returning(body));
  using connection = await rawConnect(server.port);
  await connection.send(request("GET"));
  await connection.readThrough("first");
  connection.close();
  await ended.promise;
});

Deno.test("fromWsgi() closes what an app returns after the client has left", async () => {
  const left = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const response = await respond(async (_, startResponse) => {
    startResponse("200 OK", [])(bytes("first"));
    await left.promise;
    return { *[Symbol.iterator]() {}, close: () => closed.resolve() };
  });
  await response.body!.cancel();
  left.resolve();
  await closed.promise;
});

Deno.test("fromWsgi() waits for an asynchronous close()", async () => {
  let closed = false;
  const response = await respond(returning({
    *[Symbol.iterator]() {
      yield bytes("a");
    },
    async close() {
      await Promise.resolve();
      closed = true;
    },
  }));
  await response.text();
  assert(closed);
});

Deno.test("fromWsgi() breaks off the response when close() throws", async () => {
  const error = new Error("failed");
  const body = {
    *[Symbol.iterator]() {
      yield bytes("all");
    },
    close() {
      throw error;
    },
  };
  await using server = serveWsgi(returning(body));
  const response = await rawRequest(server.port, request("GET"));
  assertEquals(response.body, "all");
  assertFalse(response.isComplete);
  assertStrictEquals(server.errors[0], error);
});

Deno.test("fromWsgi() reports the first error when close() throws as well", async () => {
  const error = new Error("first");
  const body = {
    // deno-lint-ignore require-yield -- it is to throw
    *[Symbol.iterator](): Generator<Uint8Array> {
      throw error;
    },
    close() {
      throw new Error("second");
    },
  };
  assertStrictEquals(
    await assertRejects(() => respond(returning(body))),
    error,
  );
});

Deno.test("fromWsgi() sends no body where HTTP allows none, and closes it", async () => {
  for (
    const [method, status] of [
      ["HEAD", "200 OK"],
      ["HEAD", "404 Not Found"],
      ["GET", "204 No Content"],
      ["GET", "304 Not Modified"],
      ["GET", "205 Reset Content"],
    ] as const
  ) {
    let made = 0;
    const body = closeable((function* () {
      for (;;) yield bytes(`${++made}`);
    })());
    await using server = serveWsgi(returning(body, status, [["ETag", `"x"`]]));
    const response = await rawRequest(server.port, request(method));
    assertEquals(response.status, Number(status.slice(0, 3)));
    assertEquals(response.body, "");
    assertEquals(fieldValues(response, "etag"), [`"x"`]);
    assertEquals(made, 1);
    assertEquals(body.closed, 1);
    assertEquals(server.errors, []);
  }
});

Deno.test("fromWsgi() answers HEAD with the length that GET would have", async () => {
  const length = async (
    body: unknown,
    headers: Array<[string, string]> = [],
  ) => {
    await using server = serveWsgi(returning(body, "200 OK", headers));
    const response = await rawRequest(server.port, request("HEAD"));
    assertEquals(server.errors, []);
    return fieldValues(response, "content-length");
  };
  assertEquals(await length([], [["Content-Length", "12345"]]), ["12345"]);
  assertEquals(await length([bytes("hello")]), ["5"]);
  assertEquals(await length([]), ["0"]);
  // Nobody knows without going through it all.
  assertEquals(await length([bytes("a"), bytes("b")]), []);
  assertEquals(await length([bytes("abc")].values()), []);
});

Deno.test("fromWsgi() keeps the app's Content-Length", async () => {
  const headers: Array<[string, string]> = [["Content-Length", "4"]];
  for (const body of [[bytes("abcd")], [bytes("ab"), bytes("cd")].values()]) {
    await using server = serveWsgi(returning(body, "200 OK", headers));
    const response = await rawRequest(server.port, request("GET"));
    assertEquals(fieldValues(response, "content-length"), ["4"]);
    assertEquals(fieldValues(response, "transfer-encoding"), []);
    assertEquals(response.body, "abcd");
  }
});

Deno.test("fromWsgi() throws RangeError when a whole body does not have its Content-Length", async () => {
  for (
    const [body, message] of [
      [
        "abc",
        'more bytes than "Content-Length" says, which is 2: current value is 3',
      ],
      [
        "a",
        'fewer bytes than "Content-Length" says, which is 2: current value is 1',
      ],
      [
        "",
        'fewer bytes than "Content-Length" says, which is 2: current value is 0',
      ],
    ] as const
  ) {
    const chunks = Object.assign([bytes(body)], {
      closed: 0,
      close() {
        this.closed++;
      },
    });
    await assertRejects(
      () => respond(returning(chunks, "200 OK", [["Content-Length", "2"]])),
      RangeError,
      `Cannot send ${message}`,
    );
    assertEquals(chunks.closed, 1);
  }
});

Deno.test("fromWsgi() breaks off a stream that does not have its Content-Length", async () => {
  for (const [chunks, sent] of [[["ab", "cd"], "ab"], [["a"], "a"]] as const) {
    const body = closeable(chunks.map(bytes));
    await using server = serveWsgi(
      returning(body, "200 OK", [["Content-Length", "3"]]),
    );
    const response = await rawRequest(server.port, request("GET"));
    assertEquals(response.status, 200);
    assertEquals(response.body, sent);
    assertFalse(response.isComplete);
    assert(server.errors[0] instanceof RangeError);
    assertEquals(body.closed, 1);
  }
});

Deno.test("fromWsgi() throws RangeError when write() goes beyond the Content-Length", async () => {
  const response = await respond((_, startResponse) => {
    const write = startResponse("200 OK", [["Content-Length", "3"]]);
    write(bytes("ab"));
    try {
      write(bytes("cd"));
    } catch (error) {
      assert(error instanceof RangeError);
      write(bytes("c"));
    }
    return [];
  });
  assertEquals(await response.text(), "abc");
});

Deno.test("fromWsgi() throws SyntaxError when Content-Length is not one whole number", async () => {
  for (
    const values of [["-1"], ["+1"], ["1.5"], ["0x1"], [""], ["1", "1"], ["１"]]
  ) {
    const headers = values.map((value): [string, string] => [
      "content-length",
      value,
    ]);
    await assertRejects(
      () => respond(returning([], "200 OK", headers)),
      SyntaxError,
      "Cannot send the header ",
    );
  }
});

Deno.test("wsgi.file_wrapper sends a file in blocks and closes it", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "0123456789");
  const sizes: number[] = [];
  await using server = serveWsgi(async (environ, startResponse) => {
    startResponse("200 OK", [["Content-Length", "10"]]);
    const file = await Deno.open(path);
    return environ["wsgi.file_wrapper"]!({
      read: (buffer) => {
        sizes.push(buffer.length);
        return file.read(buffer);
      },
      // Were it not called, the test would leak the file.
      close: () => file.close(),
    }, 4);
  });
  const response = await fetch(server.url);
  assertEquals(await response.text(), "0123456789");
  assertEquals(sizes, [4, 4, 4, 4]);
  await Deno.remove(path);
});

Deno.test("wsgi.file_wrapper takes Deno.FsFile as it is", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "x".repeat(20_000));
  await using server = serveWsgi(async (environ, startResponse) => {
    startResponse("200 OK", []);
    return environ["wsgi.file_wrapper"]!(await Deno.open(path));
  });
  assertEquals((await (await fetch(server.url)).bytes()).length, 20_000);
  const head = await rawRequest(server.port, request("HEAD"));
  assertEquals(head.status, 200);
  await Deno.remove(path);
});
