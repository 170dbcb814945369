import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { makeReport } from "../../../middleware/debugger/report/make_report.ts";
import type { ReportedError } from "../../../middleware/debugger/error_report.ts";
import { recurse } from "../../testdata/make_report/failing_app.ts";
import { whilePoisoned } from "./_poison.ts";
import { APP_URL, failApp, lineOf, ROOT } from "./_failing_app.ts";
import { fakeFrame } from "./_fake_frame.ts";

/** Reports an error without live frames. */
function report(error: unknown, root = ROOT): ReportedError {
  return makeReport(error, { kind: "request", root }).report.error;
}

function titlesOf(error: ReportedError): string[] {
  const { title, cause } = error;
  return cause === undefined ? [title] : [title, ...titlesOf(cause)];
}

Deno.test("makeReport() puts live frames where the stack has forgotten them", async () => {
  const { error, frames } = await failApp();
  const { report, frames: live } = makeReport(error, {
    kind: "request",
    root: ROOT,
    framesOf: (asked) => asked === error ? frames : [],
  });
  const { title, frames: reported } = report.error;
  assertEquals(title, "Error: query failed: select 44");
  const own = reported.filter(({ isOwn }) => isOwn);
  assertEquals(
    own.map((
      { functionName, path, line, isAsync },
    ) => [functionName, path, line, isAsync]),
    [
      ["query", "failing_app.ts", lineOf("thrown by query"), false],
      // V8 has no frame for this one, as it returns the promise.
      ["service", "failing_app.ts", lineOf("called by service"), true],
      ["handler", "failing_app.ts", lineOf("called by handler"), true],
    ],
  );
  assertEquals(reported.map(({ index }) => index), reported.map((_, i) => i));
  assertEquals([...live.keys()], own.map(({ index }) => index));
  assertEquals(live.get(own[2]!.index), frames[2]);
});

Deno.test("makeReport() shows the variables of live frames", async () => {
  const { error, frames } = await failApp();
  const context = {
    kind: "request",
    root: ROOT,
    framesOf: () => frames,
  } as const;
  const { report } = makeReport(error, context);
  const variables = report.error.frames.flatMap(({ variables = [] }) =>
    variables.map((
      { name, kind, isSecret, value },
    ) => [name, kind, isSecret, value.text])
  );
  assertEquals(variables.filter(([name]) => name !== "scopes"), [
    ["sql", "argument", false, '"select 44"'],
    ["id", "argument", false, "44"],
    ["password", "local", true, '"hunter2"'],
    ["started", "local", false, "2"],
    ["late", "local", false, "<not initialised yet>"],
    ["nothing", "local", false, "<not available>"],
  ]);
});

Deno.test("makeReport() shows the source around a frame", async () => {
  const { error } = await failApp();
  const [frame] = report(error).frames;
  assertEquals(frame!.url, APP_URL);
  const { firstLine, lines } = frame!.source!;
  assertEquals(firstLine, frame!.line - 5);
  assertEquals(lines.length, 11);
  assert(lines[5]!.endsWith("// thrown by query"));
  assertEquals(
    lines[5]!.slice(frame!.column - 1, frame!.column + 8),
    "new Error",
  );
});

Deno.test("makeReport() describes the request", () => {
  const request = new Request("http://localhost/a?token=1", {
    method: "PUT",
    headers: { accept: "*/*", cookie: "a=b", "x-api-key": "k" },
  });
  const context = {
    kind: "stream",
    root: ROOT,
    notice: "Look",
    request,
  } as const;
  const { report } = makeReport(new Error("x"), context);
  assertEquals(report.request, {
    method: "PUT",
    url: "http://localhost/a?token=1",
    headers: [
      { name: "accept", value: "*/*", isSecret: false },
      { name: "cookie", value: "a=b", isSecret: true },
      { name: "x-api-key", value: "k", isSecret: true },
    ],
  });
  assertEquals([report.kind, report.notice], ["stream", "Look"]);
  assert(/^[\da-f-]{36}$/.test(report.id));
  assert(Math.abs(Date.now() - report.time) < 60_000);
});

Deno.test("makeReport() names an error by its class, its name and its code", () => {
  class DbError extends Error {}
  const renamed = new Error("m");
  renamed.name = "ValidationError";
  const changed = new Error("before");
  changed.message = "after";
  const coded = new TypeError("m");
  Object.assign(coded, {
    stack: "TypeError [ERR_X]: m\n    at f (file:///a.ts:1:2)",
  });
  const cases: [error: unknown, title: string][] = [
    [new DbError("m"), "DbError: m"],
    [renamed, "ValidationError: m"],
    [changed, "Error: after"],
    [coded, "TypeError [ERR_X]: m"],
    [new RangeError(), "RangeError"],
    [new DOMException("gone", "AbortError"), "AbortError: gone"],
    [new Deno.errors.NotFound("no file"), "NotFound: no file"],
    [new Error("\n\nlate"), "Error: late"],
    [new Error("a\x1b[31mb"), "Error: a\\x1b[31mb"],
  ];
  for (const [error, title] of cases) assertEquals(report(error).title, title);
});

Deno.test("makeReport() splits a message of several lines, and cuts a huge one", () => {
  const several = report(
    new Error("first\nsecond\n  at third (file:///x.ts:1:1)"),
  );
  assertEquals(several.title, "Error: first");
  assertEquals(several.details, "second\n  at third (file:///x.ts:1:1)");
  assertEquals(several.frames[0]!.url, import.meta.url);
  const huge = report(new Error("x".repeat(1e6)));
  assert(huge.title.length < 600);
  assert(huge.details!.length < 10_100);
  assert(huge.details!.endsWith("… (1 000 000 characters)"));
});

Deno.test("makeReport() shows what an error has besides", () => {
  const error = Object.assign(new Error("m", { cause: 1 }), {
    code: "E1",
    details: { a: 1 },
    apiKey: "k",
  });
  assertEquals(report(new Error("m")).properties, []);
  Object.defineProperty(error, "trap", {
    enumerable: true,
    get: () => {
      throw new Error("run");
    },
  });
  assertEquals(
    report(error).properties.map((
      { name, value, isSecret },
    ) => [name, value.text, isSecret]),
    [["code", '"E1"', false], ["details", "{ a: 1 }", false], [
      "apiKey",
      '"k"',
      true,
    ], ["trap", "(getter)", false]],
  );
});

Deno.test("makeReport() follows causes, and breaks cycles", () => {
  const inner = new TypeError("inner");
  const outer = new Error("outer", {
    cause: new Error("middle", { cause: inner }),
  });
  assertEquals(titlesOf(report(outer)), [
    "Error: outer",
    "Error: middle",
    "TypeError: inner",
  ]);
  inner.cause = outer;
  assertEquals(titlesOf(report(outer)).at(-1), "Error: outer (shown already)");
  let chain = new Error("0");
  for (let i = 1; i < 1000; i++) chain = new Error(`${i}`, { cause: chain });
  assertEquals(titlesOf(report(chain)).length, 11);
  assertEquals(titlesOf(report(new Error("m", { cause: "text" }))), [
    "Error: m",
    '"text"',
  ]);
  assertEquals(titlesOf(report(new Error("m", { cause: null }))), [
    "Error: m",
    "null",
  ]);
});

Deno.test("makeReport() shows the members of an AggregateError", () => {
  const errors = Array.from({ length: 30 }, (_, i) => new Error(`${i}`));
  const { title, errors: members } = report(new AggregateError(errors, "all"));
  assertEquals(title, "AggregateError: all");
  assertEquals(members.length, 21);
  assertEquals([members[0]!.title, members[20]!.title], [
    "Error: 0",
    "… 10 more errors",
  ]);
  const own = new AggregateError([], "own");
  own.errors.push(own);
  assertEquals(
    report(own).errors[0]!.title,
    "AggregateError: own (shown already)",
  );
  // A tree of them has an end.
  let tree: Error = new Error("leaf");
  for (let i = 0; i < 8; i++) {
    const parts = Array.from(
      { length: 20 },
      () => new Error("part", { cause: tree }),
    );
    tree = new AggregateError(parts);
  }
  assert(JSON.stringify(report(tree)).length < 5e6);
});

Deno.test("makeReport() shows both errors of a SuppressedError", () => {
  const { errors } = report(
    new SuppressedError(new Error("later"), new Error("first"), "both"),
  );
  assertEquals(errors.map(({ title }) => title), [
    "Error: later",
    "Error: first",
  ]);
});

Deno.test("makeReport() numbers frames over all errors", () => {
  const { frames, cause, errors } = report(
    Object.assign(new AggregateError([new Error("m")], "a"), {
      cause: new Error("c"),
    }),
  );
  const all = [frames, errors[0]!.frames, cause!.frames].flat();
  assertEquals(all.map(({ index }) => index), all.map((_, i) => i));
});

Deno.test("makeReport() shows whatever was thrown", () => {
  const revocable = Proxy.revocable({}, {});
  revocable.revoke();
  const cases: [thrown: unknown, title: string][] = [
    ["boom\nsecond", '"boom\\nsecond"'],
    [undefined, "undefined"],
    [null, "null"],
    [404, "404"],
    [Symbol("s"), "Symbol(s)"],
    [{ code: 1 }, "{ code: 1 }"],
    [Object.create(null), "[Object: null prototype] {}"],
    [() => {}, "[Function]"],
    [Promise.resolve(1), "Promise { 1 }"],
    [
      new Response(null, { status: 403, statusText: "Forbidden" }),
      "Response { 403 Forbidden }",
    ],
    [new Proxy(new Error("m"), {}), "Proxy(Error: m)"],
    [revocable.proxy, "Proxy (revoked)"],
  ];
  for (const [thrown, title] of cases) {
    const { report } = makeReport(thrown, { kind: "stray", root: ROOT });
    assertEquals(report.error.title, title);
    assertEquals(report.error.frames, []);
    assertEquals(
      report.notice,
      "What was thrown is no error, and so it has no stack.",
    );
  }
  const { report: found } = makeReport("no error", {
    kind: "stray",
    root: ROOT,
    framesOf: () => [fakeFrame("", () => {})],
  });
  assertStringIncludes(found.notice ?? "", "likely places");
  assertEquals(report({ code: 1 }).properties[0]!.name, "code");
  const likeness = { message: "m", stack: "x\n    at f (file:///a.ts:1:2)" };
  assertEquals(report(likeness).frames[0]!.functionName, "f");
});

Deno.test("makeReport() survives errors that are made to break it", () => {
  const trap = () => {
    throw new Error("a getter was run");
  };
  const keys = [
    "name",
    "message",
    "stack",
    "cause",
    "errors",
    "code",
    "constructor",
  ];
  for (const key of keys) {
    const error = Object.defineProperty(new Error("m"), key, { get: trap });
    assert(report(error).title.length > 0, key);
    for (
      const value of [
        7,
        null,
        {},
        [],
        () => {},
        Symbol(),
        1n,
        new Proxy({}, {}),
      ]
    ) {
      const odd = Object.defineProperty(new Error("m"), key, { value });
      assert(report(odd).title.length > 0, key);
    }
  }
  assertEquals(report(Object.freeze(new Error("m"))).title, "Error: m");
  assertEquals(
    report(Object.setPrototypeOf(new Error("m"), null)).title,
    "Error: m",
  );
  const lie = Object.assign(new Error("m"), {
    stack:
      "Error: m\n    at f (file:///etc/passwd:1:2)\n    at g (file:///a.ts:99999999999:1)\n at (((",
  });
  assertEquals(
    report(lie).frames.map(({ url, source }) => [url, source]),
    [["file:///etc/passwd", undefined], ["file:///a.ts", undefined]],
  );
});

Deno.test("makeReport() reads the stack as V8 has it, for all the app prepares", () => {
  const { prepareStackTrace } = Error as { prepareStackTrace?: unknown };
  const set = (prepare: unknown) =>
    Reflect.set(Error, "prepareStackTrace", prepare);
  try {
    for (
      const prepare of [
        () => "mine",
        (_: unknown, calls: unknown) => calls,
        () => {
          throw 1;
        },
      ]
    ) {
      set(prepare);
      assertEquals(report(new Error("m")).frames[0]!.url, import.meta.url);
      assertEquals(Reflect.get(Error, "prepareStackTrace"), prepare);
    }
  } finally {
    if (prepareStackTrace === undefined) {
      Reflect.deleteProperty(Error, "prepareStackTrace");
    } else set(prepareStackTrace);
  }
});

Deno.test("makeReport() reports a stack overflow", () => {
  let error: unknown;
  try {
    recurse(0);
  } catch (caught) {
    error = caught;
  }
  const { title, frames } = report(error);
  assertEquals(title, "RangeError: Maximum call stack size exceeded");
  assert(frames.every(({ functionName }) => functionName === "recurse"));
});

Deno.test("makeReport() has a place for what was thrown without a stack", async () => {
  const { frames } = await failApp();
  const context = {
    kind: "request",
    root: ROOT,
    framesOf: () => frames,
  } as const;
  const { report } = makeReport("text", context);
  assertEquals(
    report.error.frames.map(({ line, isAsync }) => [line, isAsync]),
    [
      [lineOf("thrown by query"), false],
      [lineOf("called by service"), true],
      [lineOf("called by handler"), true],
    ],
  );
});

Deno.test("makeReport() leaves the debugger out of stacks", () => {
  const url = import.meta.resolve(
    "../../../middleware/debugger/instrument/_thrown_errors.ts",
  );
  const stack =
    `Error: m\n    at note (${url}:1:2)\n    at f (file:///a.ts:1:2)`;
  const { frames } = report(Object.assign(new Error("m"), { stack }));
  assertEquals(frames.map(({ functionName }) => functionName), ["f"]);
});

Deno.test("makeReport() survives live frames that do not evaluate", async () => {
  const { error, frames } = await failApp();
  const broken = frames.map((frame) => ({
    ...frame,
    evaluate: () => {
      throw new Error("no");
    },
  }));
  const { report } = makeReport(error, {
    kind: "request",
    root: ROOT,
    framesOf: () => broken,
  });
  assertEquals(
    report.error.frames[0]!.variables![0]!.value.text,
    "<not available>",
  );
  const without = makeReport(error, {
    kind: "request",
    root: ROOT,
    framesOf: () => {
      throw error;
    },
  });
  assert(without.report.error.title.length > 0);
});

Deno.test("makeReport() tells own files from all others", () => {
  const paths = {
    "file:///app/src/a.ts": [true, "src/a.ts"],
    "file:///app/my%20file.ts?v=1": [true, "my file.ts"],
    "file:///app/node_modules/x/a.js": [false, "node_modules/x/a.js"],
    "file:///app/.cache/npm/registry.npmjs.org/@s/x/1.2.3/lib/a.js": [
      false,
      ".cache/npm/registry.npmjs.org/@s/x/1.2.3/lib/a.js",
    ],
    "file:///home/.cache/deno/npm/registry.npmjs.org/@s/x/1.2.3/lib/a.js": [
      false,
      "npm:@s/x@1.2.3/lib/a.js",
    ],
    "file:///application/a.ts": [false, "/application/a.ts"],
    "file:///C:/dir/a.ts": [false, "C:/dir/a.ts"],
    "file:///app/50%.ts": [true, "50%.ts"],
    "https://x.test/app/a.ts": [false, "https://x.test/app/a.ts"],
    "ext:core/01_core.js": [false, "ext:core/01_core.js"],
    "node:internal/a.js": [false, "node:internal/a.js"],
  };
  const stack = [
    "Error: m",
    ...Object.keys(paths).map((url) => `    at f (${url}:1:2)`),
  ];
  const error = Object.assign(new Error("m"), { stack: stack.join("\n") });
  for (const root of ["/app", "/app/"]) {
    assertEquals(
      report(error, root).frames.map(({ isOwn, path }) => [isOwn, path]),
      Object.values(paths),
    );
  }
});

Deno.test("makeReport() tells devserve from an app inside its folder", () => {
  const base = new URL("../../../", import.meta.url);
  const stack = ["serving/a.ts", "tests/a.ts", "examples/a.ts"]
    .map((path) => `\n    at f (${new URL(path, base).href}:1:2)`);
  const error = Object.assign(new Error("m"), {
    stack: `Error: m${stack.join("")}`,
  });
  assertEquals(report(error, base.pathname).frames.map(({ isOwn }) => isOwn), [
    false,
    true,
    true,
  ]);
});

Deno.test("makeReport() finds the place of what does not load", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${folder}/broken.ts`,
      "const a = 1;\nconst b = ;\n",
    );
    await Deno.writeTextFile(
      `${folder}/missing.ts`,
      '\n\nimport "./none.ts";\n',
    );
    const load = async (name: string) => {
      const url = new URL(name, `file://${folder}/`).href;
      return report(await import(url).catch((error) => error), folder);
    };
    const broken = await load("broken.ts");
    assertEquals(broken.title, "SyntaxError: Expression expected");
    const [frame] = broken.frames;
    assertEquals([frame!.path, frame!.line, frame!.column, frame!.isOwn], [
      "broken.ts",
      2,
      11,
      true,
    ]);
    assertEquals(frame!.source!.lines[1], "const b = ;");
    const missing = await load("missing.ts");
    assert(
      /^Module not found "file:.*none\.ts"\.$/.test(missing.title),
      missing.title,
    );
    assertEquals([missing.frames[0]!.path, missing.frames[0]!.line], [
      "missing.ts",
      3,
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("makeReport() cuts long lines, but not before the column", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const long = "x".repeat(3000);
    await Deno.writeTextFile(`${folder}/a.js`, `${long}\r\n${long}\n`);
    const stack = `Error: m\n    at f (file://${folder}/a.js:2:2000)`;
    const { frames } = report(Object.assign(new Error("m"), { stack }), folder);
    assertEquals(frames[0]!.source!.lines.map(({ length }) => length), [
      501,
      2101,
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("makeReport() is unmoved by what the app does to the language", async () => {
  const { error, frames } = await failApp();
  const context = {
    kind: "request",
    root: ROOT,
    request: new Request("http://localhost/?a=1", {
      headers: { cookie: "a=b" },
    }),
    framesOf: () => frames,
  } as const;
  const wrapped = new AggregateError([error, "text"], "m", { cause: { a: 1 } });
  const make = () => makeReport(wrapped, context).report;
  const { id: _, time: __, ...before } = make();
  const { id: ___, time: ____, ...after } = whilePoisoned(make).result;
  assertEquals(after, before);
});

Deno.test({
  name: "makeReport() shows no source where reading is not permitted",
  permissions: { read: false },
  fn() {
    const stack = `Error: m\n    at f (${APP_URL}:1:2)`;
    const { frames } = report(Object.assign(new Error("m"), { stack }));
    assertEquals(frames[0]!.path, "failing_app.ts");
    assertEquals(frames[0]!.source, undefined);
  },
});
