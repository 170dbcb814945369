import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { debuggedApplication } from "../../../middleware/debugger/debugged_application.ts";
import { debugWith } from "../../../middleware/debugger/_debug_with.ts";
import type { DebuggedApplicationOptions } from "../../../middleware/debugger/_debugger_options.ts";
import { freshStaticBody } from "../../../middleware/fresh_static_body.ts";
import { FAKE_PARTS, readFakePage } from "./_fake_parts.ts";
import {
  openConsole,
  sendCommand,
  serveDebugged,
  unlock,
} from "./_debugged.ts";
import { rawRequest } from "../../_raw_http.ts";
import { INFO } from "../_info.ts";

/** Requests the root, and returns status and text. */
async function get(
  port: number,
  init: RequestInit = {},
): Promise<[status: number, text: string]> {
  const response = await fetch(`http://127.0.0.1:${port}/`, init);
  return [response.status, await response.text()];
}

Deno.test("debuggedApplication() passes on what the app answers", async () => {
  const seen: unknown[] = [];
  const response = new Response("hi", { status: 201 });
  await using handler = debugWith(
    (request, info) => {
      seen.push(request, info);
      return response;
    },
    {},
    FAKE_PARTS,
  );
  const request = new Request("http://localhost/");
  assert(await handler(request, INFO) === response);
  assertEquals(seen, [request, INFO]);
});

Deno.test("debuggedApplication() answers errors of all sorts", async () => {
  const failures: Record<string, () => Response | Promise<Response>> = {
    "TypeError: sync": () => {
      throw new TypeError("sync");
    },
    "Error: async": async () => {
      await Promise.resolve();
      throw new Error("async");
    },
    "Error: rejected": () => Promise.reject(new Error("rejected")),
    "text of a string": () => Promise.reject("a string"),
    "text of undefined": () => {
      throw undefined;
    },
    "text of null": () => Promise.reject(null),
  };
  for (const [text, app] of Object.entries(failures)) {
    await using server = serveDebugged({}, app);
    const [status, body] = await get(server.port);
    assertEquals(status, 500);
    assertStringIncludes(body, text);
    assertEquals(server.logged.map(({ kind }) => kind), ["request"]);
  }
});

Deno.test("debuggedApplication() answers for what is no response", async () => {
  const used = new Response("x");
  await used.text();
  const locked = new Response(new ReadableStream());
  locked.body!.getReader();
  const hostile = new Proxy({}, {
    get: () => {
      throw new Error("hostile");
    },
    getPrototypeOf: () => {
      throw new Error("hostile");
    },
  });
  // It is no promise, and throws only thereafter.
  const evasive = new Proxy({}, {
    get: (_, key) => {
      if (key === "then") return undefined;
      throw new Error("hostile");
    },
    getPrototypeOf: () => {
      throw new Error("hostile");
    },
  });
  const results: [unknown, string][] = [
    [undefined, 'undefined (is a "return" missing?)'],
    [null, 'null (is a "return" missing?)'],
    ["text", "a string"],
    [404, "a number"],
    [{}, "an object of class Object"],
    [Object.create(null), "an object"],
    [Response.error(), "Response.error()"],
    [used, "whose body was used already"],
    [locked, "whose body somebody else reads"],
    [hostile, "hostile"],
    [evasive, "an object that cannot be looked at"],
    [Promise.resolve("later"), "a string"],
    [{ then: (resolve: (value: unknown) => void) => resolve(1) }, "a number"],
  ];
  for (const [result, expected] of results) {
    await using server = serveDebugged({}, () => result as Response);
    const [status, body] = await get(server.port);
    assertEquals(status, 500, expected);
    assertStringIncludes(body, expected);
  }
});

Deno.test("debuggedApplication() answers in the form that is preferred", async () => {
  await using server = serveDebugged();
  const types: Record<string, string> = {
    "text/html": "text/html",
    "application/json": "application/json",
    "*/*": "text/plain",
  };
  for (const [accept, type] of Object.entries(types)) {
    const response = await fetch(`http://127.0.0.1:${server.port}/`, {
      headers: { accept },
    });
    assertEquals(response.status, 500);
    assertEquals(response.headers.get("content-type"), `${type};charset=UTF-8`);
    assertEquals(response.headers.get("vary")?.toLowerCase(), "accept");
    assertStringIncludes(await response.text(), "boom");
  }
});

Deno.test("debuggedApplication() answers HEAD without a body", async () => {
  await using server = serveDebugged({ evalex: true });
  const paths = ["/", "/__devserve/errors", "/__devserve/console"];
  for (const [index, path] of paths.entries()) {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      method: "HEAD",
      redirect: "manual",
    });
    assertEquals(response.status, [500, 200, 303][index]);
    assertEquals(await response.text(), "");
  }
});

Deno.test("debuggedApplication() answers HEAD without a body by itself", async () => {
  await using handler = debugWith(
    () => {
      throw new Error("boom");
    },
    { logError() {} },
    FAKE_PARTS,
  );
  const headers = { host: "localhost" };
  const init = { method: "HEAD", headers };
  const request = new Request("http://localhost/", init);
  const { status, body } = await handler(request, INFO);
  assertEquals([status, body], [500, null]);
});

Deno.test("debuggedApplication() answers when the page cannot be made", async () => {
  const failures = {
    makeReport: () => {
      throw new Error("no report");
    },
    errorPage: () => {
      throw new Error("no page");
    },
  };
  for (const [name, failure] of Object.entries(failures)) {
    await using server = serveDebugged({}, undefined, { [name]: failure });
    const init = { headers: { accept: "text/html" } };
    const [status, body] = await get(server.port, init);
    assertEquals(status, 500);
    assertStringIncludes(body, "TypeError: boom");
    assertStringIncludes(body, "Error: no ");
    assertEquals(server.logged.length, 1);
  }
});

Deno.test("debuggedApplication() tells foreign hosts nothing of that either", async () => {
  const errorPage = () => {
    throw new Error("no page");
  };
  await using handler = debugWith(
    () => {
      throw new Error("boom");
    },
    { logError() {} },
    { ...FAKE_PARTS, makeReport: errorPage },
  );
  const headers = { host: "evil.test" };
  const request = new Request("http://evil.test/", { headers });
  const response = await handler(request, INFO);
  assertEquals(await response.text(), "Internal Server Error\n");
});

Deno.test("debuggedApplication() survives a log that fails", async () => {
  const logError = () => {
    throw new Error("no log");
  };
  await using server = serveDebugged({ logError });
  const [status, body] = await get(server.port);
  assertEquals([status, body], [500, "text of TypeError: boom\n"]);
});

Deno.test("debuggedApplication() keeps whole bodies as they are", async () => {
  const whole = [
    new Response("text"),
    new Response(new Uint8Array(3)),
    new Response(null, { status: 204 }),
    Response.json({}),
    Response.redirect("http://localhost/"),
    new Response(new URLSearchParams("a=b")),
  ];
  for (const response of whole) {
    await using handler = debugWith(() => response, {}, FAKE_PARTS);
    const result = await handler(new Request("http://localhost/"), INFO);
    assert(result === response);
  }
});

Deno.test("debuggedApplication() passes on a stream unbuffered", async () => {
  let pulls = 0;
  let cancelled: unknown;
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array([++pulls]));
    },
    cancel: (reason) => void (cancelled = reason),
  }, { highWaterMark: 0 });
  const init = { status: 206, statusText: "Some", headers: { "x-a": "b" } };
  await using handler = debugWith(
    () => new Response(body, init),
    {},
    FAKE_PARTS,
  );
  const response = await handler(new Request("http://localhost/"), INFO);
  assertEquals([response.status, response.statusText], [206, "Some"]);
  assertEquals(response.headers.get("x-a"), "b");
  assertEquals(pulls, 0);
  const reader = response.body!.getReader();
  assertEquals(await reader.read(), {
    done: false,
    value: new Uint8Array([1]),
  });
  assertEquals(pulls, 1);
  await reader.cancel("enough");
  assertEquals(cancelled, "enough");
});

Deno.test("debuggedApplication() records errors in a stream", async () => {
  const chunks = ["one", "two"].map((text) => new TextEncoder().encode(text));
  await using server = serveDebugged({}, () => {
    const left = [...chunks];
    return new Response(
      new ReadableStream({
        pull(controller) {
          const chunk = left.shift();
          if (chunk === undefined) throw new Error("in the stream");
          controller.enqueue(chunk);
        },
      }),
    );
  });
  const response = await server.open("/path?query");
  assertEquals(response.status, 200);
  await assertRejects(() => response.text());
  const [{ kind, path = "" } = { kind: "" }] = server.logged;
  assertEquals(server.logged.length, 1);
  assertEquals(kind, "stream");
  const page = await (await server.open(path)).text();
  const { report } = readFakePage(page);
  assertEquals(report?.error.title, "Error: in the stream");
  assertStringIncludes(report?.request?.url ?? "", "/path?query");
});

Deno.test("debuggedApplication() records nothing of a stream that its client leaves", async () => {
  const sources: UnderlyingSource<Uint8Array>[] = [
    // It has nothing to say for now.
    {},
    // It has just said something.
    { start: (controller) => controller.enqueue(new Uint8Array(1)) },
  ];
  for (const source of sources) {
    const logged: unknown[] = [];
    await using handler = debugWith(
      () => new Response(new ReadableStream(source)),
      { logError: (error) => logged.push(error) },
      FAKE_PARTS,
    );
    const response = await handler(new Request("http://localhost/"), INFO);
    const reader = response.body!.getReader();
    const read = reader.read();
    await reader.cancel("gone");
    await read;
    assertEquals(logged, []);
  }
});

Deno.test("debuggedApplication() lets WebSockets through", async () => {
  await using server = serveDebugged({}, (request) => {
    const { response, socket } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(`${data}!`);
    return response;
  });
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`);
  const { promise, resolve } = Promise.withResolvers<unknown>();
  socket.onopen = () => socket.send("hi");
  socket.onmessage = ({ data }) => resolve(data);
  assertEquals(await promise, "hi!");
  const { promise: closed, resolve: onClose } = Promise.withResolvers<
    unknown
  >();
  socket.onclose = onClose;
  socket.close();
  await closed;
});

Deno.test("debuggedApplication() records errors outside of requests", async () => {
  await using server = serveDebugged();
  const { promise, resolve } = Promise.withResolvers<void>();
  const keepAlive = (event: Event) => {
    event.preventDefault();
    resolve();
  };
  globalThis.addEventListener("unhandledrejection", keepAlive);
  Promise.reject(new Error("nobody awaits"));
  await promise;
  globalThis.removeEventListener("unhandledrejection", keepAlive);
  const [{ kind, path = "" } = { kind: "" }] = server.logged;
  assertEquals(kind, "stray");
  const page = await (await server.open(path)).text();
  assertStringIncludes(page, "Error: nobody awaits");
});

Deno.test("debuggedApplication() does not watch when it is over", async () => {
  const server = serveDebugged();
  await server[Symbol.asyncDispose]();
  globalThis.addEventListener("error", (event) => event.preventDefault(), {
    once: true,
  });
  reportError(new Error("stray"));
  assertEquals(server.logged, []);
});

Deno.test("debuggedApplication() survives that the PIN cannot be told", async () => {
  let count = 0;
  const onPin = () => {
    count++;
    throw new Error("no terminal");
  };
  await using server = serveDebugged({ evalex: true, onPin });
  assertStringIncludes(await (await server.open("/")).text(), "no terminal");
  const { options } = readFakePage(await (await server.open("/")).text());
  assertStringIncludes(options.console?.url ?? "", "http://127.0.0.1:");
  assertEquals(count, 1);
});

Deno.test("debuggedApplication() has its pages on Unix sockets, too", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/app.sock`;
  await using handler = debugWith(
    () => {
      throw new Error("boom");
    },
    { logError() {} },
    FAKE_PARTS,
  );
  const server = Deno.serve({ path, onListen() {} }, handler);
  for (const target of ["/", "/__devserve/errors"]) {
    const response = await rawRequest(
      { path },
      `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    assertStringIncludes(response.body, "boom", target);
  }
  await server.shutdown();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("debuggedApplication() lists the newest 20 errors", async () => {
  let count = 0;
  await using server = serveDebugged({}, () => {
    throw new Error(`number ${++count}`);
  });
  for (let i = 0; i < 22; i++) await get(server.port);
  const page = await (await server.open("/__devserve/errors")).text();
  const titles = readFakePage(page).reports?.map(({ error }) => error.title);
  assertEquals(titles?.length, 20);
  assertEquals(titles?.[0], "Error: number 22");
  const gone = await server.open(server.logged[1]!.path!);
  assertEquals(gone.status, 404);
  assertStringIncludes(await gone.text(), "newest 20");
  const list = await fetch(`http://127.0.0.1:${server.port}/__devserve/errors`);
  const [line = ""] = (await list.text()).split("\n");
  assert(line.endsWith(`${server.logged[21]!.path} Error: number 22`), line);
});

Deno.test("debuggedApplication() drops the console of an error with it", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const cookie = await unlock(console);
  for (let i = 0; i < 20; i++) await get(server.port);
  const command = await sendCommand(console, { headers: { cookie } });
  assertEquals(command.status, 404);
  assertStringIncludes(command.body, "newer errors");
});

Deno.test("debuggedApplication() leads to the console of the module", async () => {
  const scope = { answer: 42, count: 1 };
  await using server = serveDebugged({ evalex: true, moduleScope: scope });
  const console = await openConsole(server);
  const cookie = await unlock(console);
  const response = await server.open("/__devserve/console");
  assertEquals(response.status, 303);
  await response.body?.cancel();
  assertEquals(
    response.headers.get("location"),
    `${console.origin}${console.base}/console`,
  );
  const run = async (code: string) => {
    const body = { report: "console", frame: 0, code };
    const answer = await sendCommand(console, { body, headers: { cookie } });
    return JSON.parse(answer.body).value.text;
  };
  assertEquals(await run("answer"), "42");
  assertEquals(await run("count += 1; answer * count"), "84");
  scope.answer = 1;
  assertEquals(await run("answer"), "1");
  assertEquals(scope.count, 2);
});

Deno.test("debuggedApplication() runs code of the console by moduleScope()", async () => {
  const moduleScope = (code: string) => `ran ${code}`;
  await using server = serveDebugged({
    evalex: true,
    pinSecurity: false,
    moduleScope,
  });
  const console = await openConsole(server);
  const body = { report: "console", frame: 0, code: "x" };
  const answer = await sendCommand(console, { body });
  assertEquals(JSON.parse(answer.body).value.text, '"ran x"');
});

Deno.test("debuggedApplication() says so without the load hook", async () => {
  await using server = serveDebugged({}, undefined, {
    isHookInstalled: () => false,
  });
  const { report } = readFakePage(await (await server.open("/")).text());
  assertStringIncludes(report?.notice ?? "", "not loaded by devserve");
});

Deno.test("debuggedApplication() colors nothing when it cannot", async () => {
  await using server = serveDebugged({ highlightUrl: "file:///x" }, undefined, {
    loadColors: () => Promise.reject(new Error("offline")),
  });
  const response = await server.open("/");
  assertStringIncludes(await response.text(), "boom");
});

Deno.test("debuggedApplication() ends its console when the signal is aborted", async () => {
  const controller = new AbortController();
  await using server = serveDebugged({
    evalex: true,
    signal: controller.signal,
  });
  const console = await openConsole(server);
  const cookie = await unlock(console);
  const code = "new Promise(() => {})";
  const hanging = sendCommand(console, {
    body: { report: console.id, frame: 0, code },
    headers: { cookie },
  });
  // On the wire and running: another command was answered meanwhile.
  await sendCommand(console);
  controller.abort();
  await server.handler[Symbol.asyncDispose]();
  assertEquals((await hanging).isComplete, false);
  await assertRejects(
    () => Deno.connect({ hostname: "127.0.0.1", port: console.port }),
    Deno.errors.ConnectionRefused,
  );
  const { report, options } = readFakePage(
    await (await server.open("/")).text(),
  );
  assertEquals(options.console, undefined);
  assertStringIncludes(report?.notice ?? "", "There is no console");
});

Deno.test("debuggedApplication() throws when an option is not right", () => {
  const throwsWith = (
    options: Record<string, unknown>,
    // deno-lint-ignore no-explicit-any -- what assertThrows takes
    ErrorClass: new (...args: any[]) => Error,
    text: string,
  ) =>
    assertThrows(
      () =>
        debugWith(
          () => new Response(),
          options as DebuggedApplicationOptions,
          FAKE_PARTS,
        ),
      ErrorClass,
      text,
    );
  const wrongTypes: Record<string, unknown> = {
    evalex: 1,
    pinSecurity: "off",
    pin: 123456,
    onPin: "x",
    secret: "0".repeat(95),
    pinFailures: { count: "1" },
    root: "",
    trustedHosts: "localhost",
    editor: 1,
    editorPaths: { a: 1 },
    moduleScope: 1,
    acornUrl: "",
    highlightUrl: null,
    logError: null,
    signal: {},
  };
  for (const [name, value] of Object.entries(wrongTypes)) {
    throwsWith({ [name]: value }, TypeError, `Cannot debug as ${name} must be`);
  }
  for (
    const pin of ["", "on", "123", "1".repeat(33), "-1234", "12--34", "1e9"]
  ) {
    throwsWith({ pin }, SyntaxError, 'expected "off" or 4 to 32 digits');
  }
  for (const host of ["*", "", "a b", "app.test:80"]) {
    throwsWith({ trustedHosts: [host] }, SyntaxError, "trustedHosts must be");
  }
  assertThrows(
    () => debugWith({} as never, {}, FAKE_PARTS),
    TypeError,
    "Cannot debug as app must be a function",
  );
});

Deno.test("debuggedApplication() does not ask for wrong PINs before somebody tries one", async () => {
  let asked = 0;
  const pinFailures = {
    get count(): number {
      asked++;
      return 0;
    },
    set count(_count: number) {
      asked++;
    },
  };
  const handler = debugWith(
    () => new Response(),
    { pinFailures },
    FAKE_PARTS,
  );
  assertEquals(asked, 0);
  await handler[Symbol.asyncDispose]();
});

Deno.test("debuggedApplication() does not show a PIN that is not right", () => {
  const error = assertThrows(() =>
    debugWith(() => new Response(), { pin: "4711x" }, FAKE_PARTS)
  );
  assert(!String(error).includes("4711"));
});

Deno.test("freshStaticBody() finds unread text only", async () => {
  const read = new Response("text");
  await read.text();
  const hostile = new Proxy({}, {
    get: () => {
      throw new Error("hostile");
    },
  });
  const others = [
    read,
    new Response(new Uint8Array(1)),
    new Response(new ReadableStream()),
    Response.error(),
    "text",
    {},
    null,
    undefined,
    hostile,
  ];
  assertEquals(freshStaticBody(new Response("text")), "text");
  assertEquals(freshStaticBody(Response.json({})), "{}");
  assertEquals(others.map(freshStaticBody), others.map(() => undefined));
});

Deno.test("debuggedApplication() shows a header that would end the process", async () => {
  await using handler = debuggedApplication(
    () => new Response("x", { headers: { "x-a": "a\x01b" } }),
    { logError() {} },
  );
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    handler,
  );
  const response = await fetch(`http://127.0.0.1:${server.addr.port}/`);
  assertEquals(response.status, 500);
  assertStringIncludes(
    await response.text(),
    'got a Response whose header "x-a" has a control character',
  );
});
