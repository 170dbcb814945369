import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { fromWsgi } from "../../serving/from_wsgi.ts";
import type {
  StartResponse,
  WsgiBufferedInput,
  WsgiInput,
} from "../../serving/wsgi.ts";
import { rawConnect, rawRequest } from "../_raw_http.ts";
import { bytes, INFO, serveHandler, serveWsgi, text } from "./_wsgi_serve.ts";

/** Sends `chunks` as a body and lets `use` read it. */
async function read<T>(
  chunks: string[],
  use: (input: WsgiInput) => T,
): Promise<Awaited<T>> {
  const results: Array<Awaited<T>> = [];
  const handler = fromWsgi(async (environ, startResponse) => {
    results.push(await use(environ["wsgi.input"]));
    startResponse("204 No Content", []);
    return [];
  });
  await handler(
    new Request("http://example.test/", {
      method: "POST",
      body: ReadableStream.from(chunks.map(bytes)),
    }),
    INFO,
  );
  return results[0]!;
}

/** The same with a buffered input. */
async function readBuffered<T>(
  body: string,
  use: (input: WsgiBufferedInput) => T,
): Promise<T> {
  const results: T[] = [];
  const handler = fromWsgi((environ, startResponse) => {
    results.push(use(environ["wsgi.input"]));
    startResponse("204 No Content", []);
    return [];
  }, { bufferInput: true });
  const request = new Request("http://example.test/", { method: "POST", body });
  await handler(request, INFO);
  return results[0]!;
}

function respondWith(startResponse: StartResponse, body: string): Uint8Array[] {
  startResponse("200 OK", []);
  return [bytes(body)];
}

Deno.test("wsgi.input read() returns as many bytes as asked for, across chunks", async () => {
  const parts = await read(["ab", "", "cdef", "g"], async (input) => {
    const parts = [];
    for (const size of [0, 1, 3, 2, 5, 5]) parts.push(await input.read(size));
    return parts.map(text);
  });
  assertEquals(parts, ["", "a", "bcd", "ef", "g", ""]);
});

Deno.test("wsgi.input read() reads to the end without a size, or a negative one", async () => {
  for (const size of [undefined, -1, Infinity]) {
    const all = await read(["ab", "cd"], async (input) => {
      const all = [await input.read(size), await input.read(size)];
      return all.map(text);
    });
    assertEquals(all, ["abcd", ""]);
  }
});

Deno.test("wsgi.input readline() returns lines with their ends, across chunks", async () => {
  const lines = await read(["a", "b\nc\n", "\nlast"], async (input) => {
    const lines = [];
    for (let i = 0; i < 6; i++) lines.push(text(await input.readline()));
    return lines;
  });
  assertEquals(lines, ["ab\n", "c\n", "\n", "last", "", ""]);
});

Deno.test("wsgi.input readline() returns at most as many bytes as asked for", async () => {
  const lines = await read(["abc\nde", "f\ng"], async (input) => {
    const lines = [];
    for (const size of [0, 2, 2, 4, 10, 10]) {
      lines.push(text(await input.readline(size)));
    }
    return lines;
  });
  assertEquals(lines, ["", "ab", "c\n", "def\n", "g", ""]);
});

Deno.test("wsgi.input readlines() returns all lines, or enough for the hint", async () => {
  const [first, rest] = await read(["123\n456\nab", "c"], async (input) => [
    (await input.readlines(5)).map(text),
    (await input.readlines()).map(text),
  ]);
  assertEquals(first, ["123\n", "456\n"]);
  assertEquals(rest, ["abc"]);
});

Deno.test("wsgi.input iterates over lines", async () => {
  const lines = await read(["a\nb", "c\nd"], async (input) => {
    const lines = [];
    for await (const line of input) lines.push(text(line));
    return lines;
  });
  assertEquals(lines, ["a\n", "bc\n", "d"]);
});

Deno.test("wsgi.input keeps the order of reads that are not waited for", async () => {
  const parts = await read(["ab", "cd", "e\nf", "gh"], async (input) => {
    const [four, one, line, lines, rest] = await Promise.all([
      input.read(4),
      input.read(1),
      input.readline(),
      input.readlines(),
      input.read(),
    ]);
    return [four, one, line, ...lines, rest].map(text);
  });
  assertEquals(parts, ["abcd", "e", "\n", "fgh", ""]);
});

Deno.test("wsgi.input reads bytes of any value", async () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  await using server = serveWsgi(async (environ, startResponse) => {
    startResponse("200 OK", []);
    return [await environ["wsgi.input"].read()];
  });
  const response = await fetch(server.url, { method: "POST", body: all });
  assertEquals(await response.bytes(), all);
});

Deno.test("wsgi.input read() throws TypeError or RangeError when the size is none", async () => {
  await read(["abc"], async (input) => {
    const size = "1" as unknown as number;
    await assertRejects(
      async () => await input.read(size),
      TypeError,
      `Cannot read as the size must be a number: current value is "1"`,
    );
    await assertRejects(
      async () => await input.readline(1.5),
      RangeError,
      "current value is 1.5",
    );
    assertEquals(text(await input.read()), "abc");
  });
});

Deno.test("wsgi.input searches no byte of a long line twice", async () => {
  let searched = 0;
  class Counted extends Uint8Array {
    override indexOf(...args: [number, number?]): number {
      searched += this.length;
      return super.indexOf(...args);
    }
  }
  const chunk = new Counted(bytes("x".repeat(10)));
  const chunks = Array.from({ length: 1_000 }, () => chunk);
  const lines: number[] = [];
  const handler = fromWsgi(async (environ, startResponse) => {
    lines.push((await environ["wsgi.input"].readline()).length);
    startResponse("204 No Content", []);
    return [];
  });
  const body = ReadableStream.from(chunks);
  const init = { method: "POST", body };
  await handler(new Request("http://example.test/", init), INFO);
  assertEquals(lines, [10_000]);
  assertEquals(searched, 10_000);
});

Deno.test("wsgi.input gives a line before the rest of the body is there", async () => {
  await using server = serveWsgi(async function* (environ, startResponse) {
    startResponse("200 OK", []);
    for await (const line of environ["wsgi.input"]) yield line;
  });
  using connection = await rawConnect(server.port);
  await connection.send(
    "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n" +
      "Connection: close\r\n\r\n4\r\none\n\r\n",
  );
  await connection.readThrough("one\n");
  await connection.send("4\r\ntwo\n\r\n0\r\n\r\n");
  assertStringIncludes(await connection.readToEnd(), "two\n\r\n0\r\n\r\n");
});

Deno.test("wsgi.input ends where the body does, whatever is pipelined after it", async () => {
  await using server = serveWsgi(async (environ, startResponse) => {
    startResponse("200 OK", []);
    return [await environ["wsgi.input"].read()];
  });
  using connection = await rawConnect(server.port);
  await connection.send(
    "POST /1 HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc" +
      "POST /2 HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\ndef",
  );
  assertEquals((await connection.readResponse()).body, "abc");
  assertEquals((await connection.readResponse()).body, "def");
});

Deno.test("wsgi.input read() rejects when the client leaves midway", async () => {
  const failed = Promise.withResolvers<unknown>();
  await using server = serveWsgi(async (environ, startResponse) => {
    await environ["wsgi.input"].read().catch(failed.resolve);
    startResponse("204 No Content", []);
    return [];
  });
  using connection = await rawConnect(server.port);
  await connection.send(
    "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nabc",
  );
  connection.close();
  assertInstanceOf(await failed.promise, Error);
});

Deno.test("wsgi.input is let go of when an app does not read it to its end", async () => {
  // The sanitizer would find the body.
  await using server = serveWsgi(async (environ, startResponse) => {
    const first = await environ["wsgi.input"].read(1);
    startResponse("200 OK", []);
    return [first];
  });
  for (const body of ["a", "ab", "a".repeat(1_000_000)]) {
    const response = await fetch(server.url, { method: "POST", body });
    assertEquals(await response.text(), "a");
  }
});

Deno.test("wsgi.input gives none of an unread body to the next request", async () => {
  const paths: string[] = [];
  await using server = serveWsgi(async (environ, startResponse) => {
    paths.push(environ.PATH_INFO);
    await environ["wsgi.input"].read(1);
    startResponse("204 No Content", []);
    return [];
  });
  const smuggled = "xGET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n";
  using connection = await rawConnect(server.port);
  await connection.send(
    `POST /1 HTTP/1.1\r\nHost: test\r\nContent-Length: ${smuggled.length}` +
      `\r\n\r\n${smuggled}` +
      "GET /2 HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n",
  );
  await connection.readToEnd();
  assertEquals(paths.filter((path) => path !== "/2"), ["/1"]);
});

Deno.test("wsgi.input rejects when read after the response", async () => {
  for (const size of [0, 1]) {
    const over = Promise.withResolvers<void>();
    const late = Promise.withResolvers<unknown>();
    await using server = serveWsgi(async (environ, startResponse) => {
      const input = environ["wsgi.input"];
      if (size > 0) await input.read(size);
      over.promise.then(() => input.read()).catch(late.resolve);
      startResponse("200 OK", []);
      return [];
    });
    const init = { method: "POST", body: "abc" };
    await (await fetch(server.url, init)).body?.cancel();
    over.resolve();
    assertInstanceOf(await late.promise, Deno.errors.BadResource);
  }
});

Deno.test("wsgi.input rejects a read that the response overtakes", async () => {
  // Ending it as at the end of the body would make a part pass for the whole.
  const late = Promise.withResolvers<unknown>();
  await using server = serveWsgi((environ, startResponse) => {
    environ["wsgi.input"].read().then(late.resolve, late.resolve);
    startResponse("200 OK", []);
    return [];
  });
  using connection = await rawConnect(server.port);
  await connection.send(
    "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\npart",
  );
  await connection.readThrough("200 OK");
  assertInstanceOf(await late.promise, Deno.errors.BadResource);
});

Deno.test("wsgi.input is empty for a request without a body", async () => {
  await using server = serveWsgi(async (environ, startResponse) => {
    startResponse("200 OK", []);
    const input = environ["wsgi.input"];
    return [await input.read(), await input.readline(), bytes("end")];
  });
  const response = await fetch(server.url);
  assertEquals(await response.text(), "end");
});

Deno.test("fromWsgi() reads synchronously when bufferInput is set", async () => {
  const body = "one\ntwo\nthree";
  assertEquals(
    await readBuffered(body, (input) => [
      text(input.read(2)),
      text(input.readline()),
      text(input.readline(2)),
      ...input.readlines(1).map(text),
      text(input.read(-1)),
      text(input.read()),
      text(input.readline()),
    ]),
    ["on", "e\n", "tw", "o\n", "three", "", ""],
  );
  assertEquals(
    await readBuffered(body, (input) => [...input].map(text)),
    ["one\n", "two\n", "three"],
  );
  await readBuffered(body, (input) => {
    assertThrows(() => input.read(NaN), RangeError, "current value is NaN");
  });
});

Deno.test("fromWsgi() gives a buffered input that can be awaited as well", async () => {
  await using server = serveHandler(
    fromWsgi(async (environ, startResponse) => {
      const lines = [];
      lines.push(text(await environ["wsgi.input"].readline()));
      for await (const line of environ["wsgi.input"]) lines.push(text(line));
      return respondWith(startResponse, lines.join("|"));
    }, { bufferInput: true }),
  );
  const response = await fetch(server.url, { method: "POST", body: "a\nb\nc" });
  assertEquals(await response.text(), "a\n|b\n|c");
});

Deno.test("fromWsgi() answers 413 and calls no app when a buffered body is too long", async () => {
  let calls = 0;
  await using server = serveHandler(
    fromWsgi((environ, startResponse) => {
      calls++;
      return respondWith(startResponse, text(environ["wsgi.input"].read()));
    }, { bufferInput: true, maxContentLength: 4 }),
  );
  const head = "POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n";
  const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n`;
  for (
    const [request, status, body] of [
      // Nothing of it has to come for that.
      [`${head}Content-Length: 5\r\n\r\n`, 413, "Content Too Large\n"],
      [
        `${chunked}2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n`,
        413,
        "Content Too Large\n",
      ],
      [`${head}Content-Length: 4\r\n\r\nabcd`, 200, "abcd"],
      [`${chunked}2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n`, 200, "abcd"],
      [`${head}\r\n`, 200, ""],
    ] as const
  ) {
    const response = await rawRequest(server.port, request);
    assertEquals(response.status, status, request);
    assertEquals(response.body, body, request);
  }
  assertEquals(calls, 3);
});

Deno.test("fromWsgi() throws when maxContentLength cannot be used", () => {
  const app = () => [];
  for (
    const [value, ErrorClass] of [[-1, RangeError], [1.5, RangeError], [
      NaN,
      RangeError,
    ], ["1", TypeError]] as const
  ) {
    assertThrows(
      () =>
        fromWsgi(app, {
          bufferInput: true,
          maxContentLength: value as number,
        }),
      ErrorClass,
      `Cannot use "maxContentLength"`,
    );
  }
  assertThrows(
    () => fromWsgi(app, { maxContentLength: 1 }),
    TypeError,
    `and "bufferInput" is true: current value is 1`,
  );
});

Deno.test("fromWsgi() throws TypeError when the app is not a function", () => {
  assertThrows(
    () => fromWsgi({ fetch() {} } as unknown as () => []),
    TypeError,
    "Cannot adapt a WSGI-style app that is not a function",
  );
});
