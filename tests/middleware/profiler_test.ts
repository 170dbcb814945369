import {
  assert,
  assertEquals,
  assertFalse,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
// deno-lint-ignore no-import-prefix -- a framework that only tests and examples use
import { Hono } from "npm:hono@^4";
import {
  profiler,
  type ProfilerOptions,
} from "../../middleware/profiler/profiler.ts";
import { rawExchange } from "../_raw_http.ts";
import type { Handler, ServeInfo } from "../../serving/handler.ts";
import {
  fibonacci,
  namesIn,
  rowsOf,
  serveProfiled,
  temporaryFolder,
} from "./_profiled_server.ts";

const METRIC = String.raw`[\w!#$%&'*+.^|~-]+(?:;[\w-]+=(?:[\w.]+|"[^"\\]*"))*`;
const SERVER_TIMING_REGEXP = new RegExp(`^${METRIC}(?:, ${METRIC})*$`);

function busyApp(): Response {
  return new Response(String(fibonacci(31)));
}

function textApp(): Response {
  return new Response("hello");
}

async function readText(url: string, init?: RequestInit): Promise<string> {
  return await (await fetch(url, init)).text();
}

Deno.test("profiler() shows the busiest function first, where it is in the source", async () => {
  // So much that the system can hardly pause the process longer elsewhere.
  await using server = serveProfiled(() => new Response(`${fibonacci(36)}`));
  assertEquals(await readText(`${server.url}/busy?n=1`), "14930352");
  const table = await server.text();
  assertStringIncludes(table, "GET /busy?n=1\n");
  const [first = ""] = rowsOf(table);
  assertMatch(first, /^ +\d+\.\d +\d+\.\d +\d+\.\d +\d+ {2}fibonacci \(/);
  assertStringIncludes(first, `_profiled_server.ts:${await fibonacciLine()}:`);
});

Deno.test("profiler() shows files by their path from the working directory", async () => {
  await using server = serveProfiled(busyApp);
  await readText(server.url);
  const row = fibonacciRow(await server.text());
  const path = new URL("_profiled_server.ts", import.meta.url).pathname;
  const cwd = Deno.cwd();
  const expected = path.startsWith(`${cwd}/`)
    ? path.slice(cwd.length + 1)
    : path;
  assertStringIncludes(row, `fibonacci (${expected}:`);
});

Deno.test("profiler() puts Deno and devserve into two groups", async () => {
  await using server = serveProfiled(busyApp);
  await readText(server.url);
  const table = await server.text();
  assertFalse(/\((?:ext:|node:|middleware\/)/.test(table), table);
  assertStringIncludes(table, "(Deno)");
});

Deno.test("profiler() shows internals on request", async () => {
  await using server = serveProfiled(busyApp, {
    showInternals: true,
    restrictions: [],
  });
  await readText(server.url);
  const table = await server.text();
  assertMatch(table, / \(ext:/);
  assertMatch(table, /profiledAnswer \(.*_profiled_answer\.ts:/);
});

Deno.test("profiler() applies restrictions", async () => {
  await using server = serveProfiled(busyApp, {
    restrictions: ["busyApp|fibonacci", 1],
  });
  await readText(server.url);
  const table = await server.text();
  const rows = rowsOf(table);
  assertEquals(rows.length, 1);
  assertMatch(rows[0] ?? "", / (?:busyApp|fibonacci) \(/);
  assertStringIncludes(table, "to 1 due to restriction <1>");
});

Deno.test("profiler() adds Server-Timing after what the app has set", async () => {
  await using server = serveProfiled(() =>
    new Response("x", { headers: { "Server-Timing": "db;dur=5" } })
  );
  const response = await fetch(server.url);
  await response.text();
  const value = response.headers.get("server-timing") ?? "";
  assertMatch(value, SERVER_TIMING_REGEXP);
  assertMatch(
    value,
    /^db;dur=5, total;dur=\d+\.\d\d;desc="to the headers", cpu;dur=\d+\.\d\d;desc="of the process"$/,
  );
  await server.text();
});

Deno.test("profiler() adds Server-Timing where headers are immutable", async () => {
  await using server = serveProfiled(async (request) => {
    const { pathname, origin } = new URL(request.url);
    if (pathname === "/") return Response.redirect(`${origin}/next`);
    return await fetch("data:text/plain,fetched");
  });
  const redirect = await fetch(server.url, { redirect: "manual" });
  await redirect.text();
  assertEquals(redirect.headers.get("location"), `${server.url}/next`);
  assertStringIncludes(redirect.headers.get("server-timing") ?? "", "total");
  await server.text();
  const fetched = await fetch(`${server.url}/next`);
  assertEquals(await fetched.text(), "fetched");
  assertStringIncludes(fetched.headers.get("server-timing") ?? "", "total");
  await server.text();
});

Deno.test("profiler() keeps Content-Length and answers HEAD", async () => {
  await using server = serveProfiled(textApp);
  for (const method of ["GET", "HEAD"]) {
    const response = await fetch(server.url, { method });
    assertEquals(await response.text(), method === "GET" ? "hello" : "");
    assertEquals(response.headers.get("content-length"), "5");
    assertStringIncludes(await server.text(), `${method} /\n`);
  }
});

Deno.test("profiler() answers 304 without a body", async () => {
  await using server = serveProfiled(() => new Response(null, { status: 304 }));
  const response = await fetch(server.url);
  await response.text();
  assertEquals(response.status, 304);
  await server.text();
});

Deno.test("profiler() passes others through while it profiles one", async () => {
  const first = Promise.withResolvers<void>();
  const inside = Promise.withResolvers<void>();
  await using server = serveProfiled(async (request) => {
    if (new URL(request.url).pathname === "/first") {
      inside.resolve();
      await first.promise;
    }
    return new Response("ok");
  });
  const slow = fetch(`${server.url}/first`);
  await inside.promise;
  for (const path of ["/a", "/b"]) {
    const response = await fetch(server.url + path);
    await response.text();
    const value = response.headers.get("server-timing") ?? "";
    assertMatch(value, SERVER_TIMING_REGEXP);
    assertMatch(
      value,
      /^total.*, cpu.*, profile;desc="skipped: another request is being profiled"$/,
    );
  }
  assertFalse(server.hasText);
  first.resolve();
  await (await slow).text();
  const table = await server.text();
  assertStringIncludes(table, "GET /first\n");
  assertStringIncludes(table, "2 other requests meanwhile");
  await readText(`${server.url}/next`);
  assertStringIncludes(await server.text(), "GET /next\n");
});

Deno.test("profiler() profiles one after the other if they wait", async () => {
  let count = 0;
  let most = 0;
  await using server = serveProfiled(async () => {
    most = Math.max(most, ++count);
    await new Promise((resolve) => setTimeout(resolve, 1));
    count -= 1;
    return new Response("ok");
  }, { whenBusy: "wait" });
  const paths = ["/a", "/b", "/c"];
  await Promise.all(paths.map((path) => readText(server.url + path)));
  const tables = [];
  for (const _ of paths) tables.push(await server.text());
  const seen = tables.map((table) => /GET (\S+)/.exec(table)?.[1]);
  assertEquals(seen.toSorted(), paths);
  assertFalse(tables.some((table) => table.includes("meanwhile")));
  assertEquals(most, 1);
});

Deno.test("profiler() streams, and profiles to the end of the body", async () => {
  const goOn = Promise.withResolvers<void>();
  await using server = serveProfiled(() => {
    async function* chunks(): AsyncGenerator<string> {
      yield "first,";
      await goOn.promise;
      yield `${fibonacci(31)}`;
    }
    const body = ReadableStream.from(chunks());
    return new Response(body.pipeThrough(new TextEncoderStream()));
  });
  const response = await fetch(server.url);
  const reader = response.body!.pipeThrough(new TextDecoderStream())
    .getReader();
  assertEquals((await reader.read()).value, "first,");
  assertFalse(server.hasText);
  goOn.resolve();
  assertEquals((await reader.read()).value, "1346269");
  assert((await reader.read()).done);
  assertStringIncludes(fibonacciRow(await server.text()), "fibonacci");
});

Deno.test("profiler() ends the profile when the client leaves", async () => {
  const canceled = Promise.withResolvers<void>();
  await using server = serveProfiled(() =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new Uint8Array(1)),
        cancel: () => canceled.resolve(),
      }),
    )
  );
  const response = await fetch(`${server.url}/left`);
  await response.body?.cancel();
  await canceled.promise;
  assertStringIncludes(await server.text(), "GET /left\n");
});

Deno.test("profiler() ends the profile at the headers of an event stream", async () => {
  const stop = new AbortController();
  await using server = serveProfiled(() =>
    new Response(
      new ReadableStream({
        start: (controller) =>
          controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
      }),
      { headers: { "content-type": "text/event-stream; charset=utf-8" } },
    )
  );
  const response = await fetch(server.url, { signal: stop.signal });
  const reader = response.body!.getReader();
  await reader.read();
  assertStringIncludes(await server.text(), "GET /\n");
  stop.abort();
  await assertRejects(() => reader.read());
});

Deno.test("profiler() lets WebSockets through", async () => {
  await using server = serveProfiled((request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => {
      socket.send(`${data} back`);
      socket.close();
    };
    return response;
  });
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/socket`);
  const answer = Promise.withResolvers<unknown>();
  const closed = Promise.withResolvers<void>();
  socket.onopen = () => socket.send("there and");
  socket.onmessage = ({ data }) => answer.resolve(data);
  socket.onclose = () => closed.resolve();
  assertEquals(await answer.promise, "there and back");
  assertStringIncludes(await server.text(), "GET /socket\n");
  await closed.promise;
});

Deno.test("profiler() cuts a profile off at timeLimit", async () => {
  const goOn = Promise.withResolvers<void>();
  await using server = serveProfiled(async () => {
    await goOn.promise;
    return new Response("late");
  }, { timeLimit: 1 });
  const response = fetch(server.url);
  const table = await server.text();
  assertStringIncludes(table, "No response, ");
  assertStringIncludes(table, "to the time limit");
  goOn.resolve();
  assertEquals(await (await response).text(), "late");
});

Deno.test("profiler() passes an error of the app on, and shows the profile", async () => {
  const failure = new Error("of the app");
  await using server = serveProfiled(() => {
    throw failure;
  });
  assertEquals(await readText(server.url), "error");
  assertEquals(server.errors, [failure]);
  assertStringIncludes(await server.text(), "No response, ");
});

Deno.test("profiler() passes on what is not a Response", async () => {
  const handler = profiler((() => "text") as unknown as Handler, {
    stream: null,
  });
  const result: unknown = await handler(new Request("http://a/"), info());
  assertEquals(result, "text");
});

Deno.test("profiler() returns Response.error() and used responses unchanged", async () => {
  const used = await fetch("data:,used");
  await used.text();
  for (const response of [Response.error(), used]) {
    const handler = profiler(() => response, { stream: null });
    assertEquals(await handler(new Request("http://a/"), info()), response);
  }
});

Deno.test("profiler() answers though the profile cannot be written", async () => {
  await using folder = await temporaryFolder();
  const blocked = `${folder.path}/file`;
  await Deno.writeTextFile(blocked, "kept");
  await using server = serveProfiled(textApp, { profileDir: blocked });
  assertEquals(await readText(server.url), "hello");
  assertStringIncludes(
    await server.text(),
    `Cannot write the profile to "${blocked}": `,
  );
  assertStringIncludes(await server.text(), "GET /\n");
  assertEquals(await Deno.readTextFile(blocked), "kept");
});

Deno.test("profiler() answers though filenameFormat throws", async () => {
  await using folder = await temporaryFolder();
  await using server = serveProfiled(textApp, {
    profileDir: folder.path,
    filenameFormat() {
      throw new Error("no\x1b[2J name");
    },
  });
  assertEquals(await readText(server.url), "hello");
  assertStringIncludes(await server.text(), "no\\x1b[2J name");
  await server.text();
  assertEquals(await namesIn(folder.path), []);
});

Deno.test("profiler() answers though stream throws", async () => {
  let calls = 0;
  await using server = serveProfiled(textApp, {
    whenBusy: "wait",
    stream() {
      calls += 1;
      throw new Error("of the stream");
    },
  });
  // The second has to wait until the first is over.
  assertEquals(await readText(server.url), "hello");
  assertEquals(await readText(server.url), "hello");
  // The table, and that there is none.
  assert(calls >= 2);
});

Deno.test("profiler() gives filenameFormat what it knows of the request", async () => {
  await using folder = await temporaryFolder();
  const seen: unknown[] = [];
  const before = Date.now() / 1000;
  await using server = serveProfiled(textApp, {
    profileDir: folder.path,
    filenameFormat({ elapsed, time, ...rest }) {
      assert(elapsed > 0);
      assert(time >= before && time <= Date.now() / 1000);
      seen.push(rest);
      return "../named";
    },
  });
  const url = `${server.url}/a%20b/c?d=e`;
  await readText(url, { method: "PUT" });
  await server.text();
  assertEquals(seen, [{ method: "PUT", url, path: "/a b/c" }]);
  assertEquals(await namesIn(folder.path), ["named.cpuprofile"]);
});

Deno.test("profiler() makes the folder and one file per request in it", async () => {
  await using folder = await temporaryFolder();
  const profileDir = `${folder.path}/new/profiles`;
  await using server = serveProfiled(textApp, { profileDir });
  await readText(`${server.url}/a/b`);
  await server.text();
  const [name = "", ...more] = await namesIn(profileDir);
  assertMatch(name, /^GET\.a\.b\.\d+ms\.\d{10}\.cpuprofile$/);
  assertEquals(more, []);
});

Deno.test("profiler() neither replaces a file nor follows a link", async () => {
  await using folder = await temporaryFolder();
  await using outside = await temporaryFolder();
  const target = `${outside.path}/target`;
  await Deno.symlink(target, `${folder.path}/x.cpuprofile`);
  await Deno.writeTextFile(`${folder.path}/x.2.cpuprofile`, "kept");
  await using server = serveProfiled(textApp, {
    profileDir: folder.path,
    filenameFormat: "x",
  });
  await readText(server.url);
  await server.text();
  assertEquals(await namesIn(folder.path), [
    "x.2.cpuprofile",
    "x.3.cpuprofile",
    "x.cpuprofile",
  ]);
  assertEquals(
    await Deno.readTextFile(`${folder.path}/x.2.cpuprofile`),
    "kept",
  );
  assertEquals(await namesIn(outside.path), []);
});

Deno.test("profiler() keeps its files in profileDir whatever is requested", async () => {
  await using base = await temporaryFolder();
  const profileDir = `${base.path}/profiles`;
  await using server = serveProfiled(textApp, { profileDir });
  const targets = [
    "/../../etc/passwd",
    "/..%2f..%2fescaped",
    "/..%5c..%5cescaped",
    "/%00",
    "/%ff%fe",
    "/%",
    `/${"long/".repeat(2000)}`,
    "/\x1b[2J",
    "*",
  ];
  let count = 0;
  for (const line of [...targets.map((target) => `GET ${target}`), "CON /x"]) {
    // Deno itself refuses some.
    if (!await send(server.port, line)) continue;
    const table = await server.text();
    // deno-lint-ignore no-control-regex -- what must not be in it
    assertFalse(/[\x00-\x09\x0b-\x1f]/.test(table), table);
    count += 1;
  }
  assert(count >= 7, String(count));
  const names = await namesIn(profileDir);
  assertEquals(names.length, count, names.join("\n"));
  assert(names.some((name) => name.startsWith("_CON.x.")));
  assertEquals(await namesIn(base.path), ["profiles"]);
});

Deno.test("profiler() writes no table if stream is null", async () => {
  await using folder = await temporaryFolder();
  await using server = serveProfiled(textApp, {
    stream: null,
    profileDir: folder.path,
    whenBusy: "wait",
  });
  // The second has to wait until the first is written.
  await readText(`${server.url}/a`);
  await readText(`${server.url}/b`);
  assertFalse(server.hasText);
  assertMatch((await namesIn(folder.path)).join(), /GET\.a\./);
});

Deno.test("profiler() leaves an app's own kind of stacks alone", async () => {
  const prepare = () => "own";
  const errors: { prepareStackTrace?: unknown; stackTraceLimit: number } =
    Error;
  const { stackTraceLimit } = errors;
  errors.prepareStackTrace = prepare;
  errors.stackTraceLimit = 0;
  try {
    await using server = serveProfiled(busyApp);
    await readText(server.url);
    const row = fibonacciRow(await server.text());
    assertStringIncludes(row, `.ts:${await fibonacciLine()}:`);
    assertEquals(errors.prepareStackTrace, prepare);
    assertEquals(errors.stackTraceLimit, 0);
  } finally {
    delete errors.prepareStackTrace;
    errors.stackTraceLimit = stackTraceLimit;
  }
});

Deno.test("profiler() hands info on as it is", async () => {
  const given = { ...info(), user: "ada" };
  const handler: Handler<ServeInfo & { user: string }> = profiler(
    (_request, info) => new Response(String(info === given && info.user)),
    { stream: null },
  );
  const response = await handler(new Request("http://a/"), given);
  assertEquals(await response.text(), "ada");
});

Deno.test("profiler() takes an app of Hono on a bare Deno.serve", async () => {
  const hono = new Hono();
  hono.get("/items/:id", (context) => context.json(context.req.param()));
  await using server = serveProfiled(hono.fetch);
  assertEquals(await readText(`${server.url}/items/7`), '{"id":"7"}');
  assertStringIncludes(await server.text(), "GET /items/7\n");
});

Deno.test("profiler() works inside of another one", async () => {
  const inner = Promise.withResolvers<string>();
  await using server = serveProfiled(
    profiler(busyApp, { stream: inner.resolve }),
  );
  await readText(server.url);
  for (const table of await Promise.all([server.text(), inner.promise])) {
    assertMatch(rowsOf(table).join("\n"), / {2}fibonacci \(/);
  }
});

const WRONG: [ProfilerOptions | Record<string, unknown>, string, string][] = [
  [{ stream: "stderr" }, "TypeError", "stream"],
  [{ sortBy: "own" }, "TypeError", "sortBy"],
  [{ sortBy: ["calls"] }, "RangeError", "sortBy"],
  [{ restrictions: 5 }, "TypeError", "restrictions"],
  [{ restrictions: [null] }, "TypeError", "restrictions"],
  [{ restrictions: [-1] }, "RangeError", "restrictions"],
  [{ restrictions: [1.5] }, "RangeError", "restrictions"],
  [{ restrictions: [NaN] }, "RangeError", "restrictions"],
  [{ restrictions: ["("] }, "SyntaxError", "Invalid regular expression"],
  [{ profileDir: "" }, "TypeError", "profileDir"],
  [{ profileDir: 5 }, "TypeError", "profileDir"],
  [{ filenameFormat: null }, "TypeError", "filenameFormat"],
  [{ filenameFormat: "{nope}" }, "SyntaxError", "filenameFormat"],
  [{ interval: 0 }, "RangeError", "interval"],
  [{ interval: 0.5 }, "RangeError", "interval"],
  [{ interval: "1" }, "TypeError", "interval"],
  [{ whenBusy: "queue" }, "RangeError", "whenBusy"],
  [{ timeLimit: 2 ** 31 }, "RangeError", "timeLimit"],
  [{ showInternals: 1 }, "TypeError", "showInternals"],
];

for (const [options, name, message] of WRONG) {
  Deno.test(`profiler() throws ${name} for ${Deno.inspect(options)}`, () => {
    const error = assertThrows(
      () => profiler(textApp, options as ProfilerOptions),
      Error,
      message,
    );
    assertEquals(error.name, name);
  });
}

Deno.test("profiler() throws TypeError if app is no function", () => {
  const app = {} as unknown as Handler;
  assertThrows(() => profiler(app), TypeError, "app must be a function");
});

/** The line of the table with the busy function. */
function fibonacciRow(table: string): string {
  return rowsOf(table).find((row) => row.includes(" fibonacci (")) ?? table;
}

/** The line of the busy function in its source. */
async function fibonacciLine(): Promise<number> {
  const url = new URL("_profiled_server.ts", import.meta.url);
  const lines = (await Deno.readTextFile(url)).split("\n");
  const start = "export function fibonacci(";
  return lines.findIndex((line) => line.startsWith(start)) + 1;
}

function info(): ServeInfo {
  return {
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
    completed: Promise.resolve(),
  };
}

/** Sends a request as it is, and tells whether it got to the app. */
async function send(port: number, line: string): Promise<boolean> {
  const fields = "Host: a\r\nConnection: close\r\n";
  const text = `${line} HTTP/1.1\r\n${fields}\r\n`;
  return (await rawExchange(port, text)).startsWith("HTTP/1.1 200 ");
}
