import { assert, assertEquals } from "@std/assert";
import { Evaluator } from "../../../middleware/debugger/report/evaluator.ts";
import { openConsole } from "./_console.ts";
import { fakeFrame } from "./_fake_frame.ts";

/** Types lines one by one and compares what comes back. */
async function converse(
  lines: [code: string, answer: string][],
  extras: Record<string, unknown> = {},
): Promise<void> {
  const { run } = openConsole(extras);
  for (const [code, answer] of lines) {
    assertEquals(await run(code), answer, code);
  }
}

Deno.test("Evaluator.run() evaluates expressions in the scope of the frame", async () => {
  await converse([
    ["mutable", "4"],
    ["arg.id", "0"],
    ["user", '{ name: "ann", tags: ["x"] }'],
    ["this.count * 2", "8"],
    ["this.#secret", '"s3cret"'],
    ["arguments.length", "1"],
    ["mutable, arg.id", "0"],
    ["1;", "1"],
    ["(1) + 2 // three", "3"],
    ["/* a */ 4", "4"],
    ["void 0", "undefined"],
  ]);
});

Deno.test("Evaluator.run() changes the variables of the app", async () => {
  const { run, seen } = openConsole();
  await run("mutable = 99");
  await run("this.#secret = 'changed'");
  assertEquals(seen(), { mutable: 99, secret: "changed" });
  await run("let mutable = 1");
  await run("mutable = 2");
  assertEquals(seen().mutable, 99);
});

Deno.test("Evaluator.run() takes braces for an object where it can be one", async () => {
  await converse([
    ["{a: 1}", "{ a: 1 }"],
    ["{}", "{}"],
    ["{ mutable }", "{ mutable: 4 }"],
    ["{ let x = 5; x }", "5"],
    ["({a: 1}).a", "1"],
    ["() => 1", "[Function]"],
    ["function () {}", "[Function]"],
  ]);
});

Deno.test("Evaluator.run() keeps what statements declare", async () => {
  await converse([
    ["let q = mutable * 2; q + 1", "9"],
    ["q", "8"],
    ["q = 5; q", "5"],
    ["const { a, b: [c = 3], ...rest } = { a: 1, b: [], d: 4 }", ""],
    ["[a, c, rest]", "[1, 3, { d: 4 }]"],
    ["function twice(x) { return x * 2 }", ""],
    ["twice(q)", "10"],
    ["class Point { static origin = 0; x = 1 }", ""],
    ["new Point()", "Point { x: 1 }"],
    ["var v = 1; for (var i = 0; i < 3; i++) v += i", "4"],
    ["[v, i]", "[4, 3]"],
    ["if (v) { 7 } else { 8 }", "7"],
    // Declared anew, with functions seeing the one they were made with.
    ["const get = () => q", ""],
    ["let q = 'new'", ""],
    ["[q, get()]", '["new", 5]'],
    ["async function later() { return 6 }", ""],
    ["await later()", "6"],
  ]);
});

Deno.test("Evaluator.run() waits at the top level", async () => {
  await converse([
    ["await Promise.resolve(5)", "5"],
    ["const x = await Promise.resolve(2); x * 2", "4"],
    ["x", "2"],
    ["for await (const y of [1, 2]) console.log(y)", "1\n2\n"],
    ["Promise.resolve(3)", "Promise { 3 }"],
    ["async () => await 1", "[AsyncFunction]"],
    ["[await this.#secret, await mutable]", '["s3cret", 4]'],
    [
      "await Promise.reject(new RangeError('no'))",
      "RangeError: no\n    at eval (<console>:1:22)",
    ],
  ]);
});

Deno.test("Evaluator.run() makes the last value available as _", async () => {
  await converse([
    ["_", "undefined"],
    ["41", "41"],
    ["_ + 1", "42"],
    ["let unrelated = 1", ""],
    ["_", "42"],
    ["await _", "42"],
    [
      "null.x",
      "TypeError: Cannot read properties of null (reading 'x')\n    at eval (<console>:1:6)",
    ],
    ["_", "42"],
  ]);
});

Deno.test("Evaluator.run() leaves a _ of the app alone", async () => {
  const { evaluate, seen } = (() => {
    const _ = { lodash: true };
    return { evaluate: ($s$: string): unknown => eval($s$), seen: () => _ };
  })();
  const options = { acorn: await import(import.meta.resolve("npm:acorn@^8")) };
  const console = new Evaluator(fakeFrame("local:_", evaluate), options);
  await console.run("41");
  assertEquals((await console.run("_")).value?.text, "{ lodash: true }");
  assertEquals(seen(), { lodash: true });
});

Deno.test("Evaluator.run() tells unfinished code from wrong code", async () => {
  const unfinished = [
    "{a: 1, ",
    '{"a": 1, ',
    "foo(",
    "`abc",
    "`a ${b",
    "'a' +",
    "if (x) {",
    "function f() {",
    "class A {",
    "/* comment",
    "x => ",
    "try { x() }",
    "[1, 2",
    "const x",
    "'abc\\",
    "await",
  ];
  const { run } = openConsole();
  for (const code of unfinished) assertEquals(await run(code), "…", code);
  await converse([
    ["x )", "SyntaxError: Unexpected token (line 1, column 3)"],
    ["mutable\n  = = 1", "SyntaxError: Unexpected token (line 2, column 5)"],
    ["'abc", "SyntaxError: Unterminated string constant (line 1, column 1)"],
    ["/abc", "SyntaxError: Unterminated regular expression (line 1, column 2)"],
    [
      "return 1",
      "SyntaxError: 'return' outside of function (line 1, column 1)",
    ],
    [
      "let let = 1",
      "SyntaxError: let is disallowed as a lexically bound name (line 1, column 5)",
    ],
    [
      "import x from 'y'",
      'SyntaxError: Cannot import or export here: use await import("…")',
    ],
    [
      "this.#nothing",
      "SyntaxError: Private field '#nothing' must be declared in an enclosing class",
    ],
    ["", ""],
    ["// nothing", ""],
  ]);
});

Deno.test("Evaluator.run() cuts stacks to the code that was typed", async () => {
  await converse([
    ["function boom() {\n  throw new TypeError('bad')\n}", ""],
    [
      "1;\n  boom()",
      "TypeError: bad\n    at boom (<console>:2:9)\n    at eval (<console>:2:3)",
    ],
    [
      "await (async () => boom())()",
      "TypeError: bad\n    at boom (<console>:2:9)\n    at eval (<console>:1:20)\n    at eval (<console>:1:27)",
    ],
    ["undefinedName", "ReferenceError: undefinedName is not defined"],
    ["late", "ReferenceError: Cannot access 'late' before initialization"],
    ["throw 'text'", 'Uncaught "text"'],
    ["throw undefined", "Uncaught undefined"],
    ["throw new Proxy({}, {})", "Uncaught Proxy({})"],
    ["throw Object.assign(new Error('m'), { stack: 7 })", "Error: m"],
  ]);
});

Deno.test("Evaluator.run() keeps what was declared before an error, with a value", async () => {
  await converse([
    ["const rows = [1]; throw 0", "Uncaught 0"],
    ["rows", "[1]"],
    [
      "const user = JSON.parse('')",
      "SyntaxError: Unexpected end of JSON input\n    at JSON.parse (<anonymous>)\n    at eval (<console>:1:19)",
    ],
    ["user.name", '"ann"'],
  ]);
});

Deno.test("Evaluator.run() captures what the code writes", async () => {
  const { run } = openConsole();
  assertEquals(
    await run("console.log('a %s', 1); console.error({ b: 2 }); 5"),
    "a 1\n{ b: 2 }\n5",
  );
  assertEquals(
    await run("console.group('g'); console.warn('in')"),
    "g\n  in\n",
  );
  assert((await run("console.table([{ a: 1 }])")).includes("│ a │"));
  assertEquals(
    await run("await 1; console.log('later'); null"),
    "later\nnull",
  );
  assertEquals(await run("console.log('x'); throw 1"), "x\nUncaught 1");
  const long = await run("for (let i = 0; i < 1e5; i++) console.log('text')");
  assert(long.endsWith("…\n") && long.length < 100_100);
});

Deno.test("Evaluator.run() leaves what others write meanwhile alone", async () => {
  const started = Promise.withResolvers<() => void>();
  const { run } = openConsole({ go: started.resolve });
  const target = globalThis.console;
  const { log } = target;
  const written: unknown[] = [];
  const own = (...args: unknown[]) => written.push(args);
  target.log = own;
  try {
    const running = run("await new Promise(go); console.log('mine')");
    const resume = await started.promise;
    target.log("by others");
    resume();
    assertEquals(await running, "mine\n");
    assertEquals(written, [["by others"]]);
    assertEquals(target.log, own);
  } finally {
    target.log = log;
  }
});

Deno.test("Evaluator.run() knows the extra names it was given", async () => {
  const error = new Error("what happened");
  await converse([
    ["error.message", '"what happened"'],
    ["request", '"r"'],
    ["let error = 1; error", "1"],
  ], { error, request: "r" });
});

Deno.test("Evaluator.run() leaves what the app has under an extra name", async () => {
  const evaluate = (() => {
    const error = undefined;
    const user = "ann";
    return ($s$: string): unknown => [error, user].length && eval($s$);
  })();
  const acorn = await import(import.meta.resolve("npm:acorn@^8"));
  const extras = { error: 1, user: 2, request: 3 };
  const frame = fakeFrame("local:error,user", evaluate);
  const console = new Evaluator(frame, { acorn, extras });
  const { value } = await console.run("[error, user, request]");
  assertEquals(value?.text, '[undefined, "ann", 3]');
});

Deno.test("Evaluator answers for a frame that does not evaluate", async () => {
  const acorn = await import(import.meta.resolve("npm:acorn@^8"));
  const frame = fakeFrame("local:a", () => {
    throw new Error("gone");
  });
  const console = new Evaluator(frame, { acorn });
  assert((await console.run("a")).error?.startsWith("Error: gone"));
  assertEquals(console.complete("a.", 2), []);
  const page = { start: 0, count: 1 };
  assertEquals(console.members(["a"], page).members, []);
});

Deno.test("Evaluator.run() answers while other code is waiting", async () => {
  const started = Promise.withResolvers<(value: number) => void>();
  const { run } = openConsole({ go: started.resolve });
  const first = run("let slow = await new Promise(go); slow");
  const resume = await started.promise;
  assertEquals(await run("let fast = 1; fast"), "1");
  resume(2);
  assertEquals(await first, "2");
  assertEquals(await run("slow"), "2");
});

Deno.test("Evaluator.members() unfolds variables and results", async () => {
  const { console, getterRuns } = openConsole();
  const page = { start: 0, count: 10 };
  const texts = (path: (string | number)[]) =>
    console.members(path, page).members.map(({ name, value }) =>
      `${name}: ${value.text}`
    );
  assertEquals(texts(["user"]), ['name: "ann"', 'tags: ["x"]']);
  assertEquals(texts(["user", 1]), ['0: "x"']);
  assertEquals(texts(["user", "tags"]), ['0: "x"']);
  assertEquals(texts(["letters"]), ["a: 1"]);
  const { ref } = await console.run("({ deep: [[1, 2]] })");
  assertEquals(texts([ref!, 0, 0]), ["0: 1", "1: 2"]);
  assertEquals(texts([ref! + 1]), []);
  assertEquals(texts(["nobody"]), []);
  assertEquals(texts(["user", 7, 0]), []);
  assertEquals((await console.run("5")).ref, undefined);
  // A getter is run by being unfolded.
  const before = getterRuns();
  assertEquals(texts(["this"]), [
    "count: 4",
    '#secret: "s3cret"',
    "half: (getter)",
  ]);
  assertEquals(getterRuns(), before);
  assertEquals(texts(["this", 2]), ["(returned): 2"]);
  assertEquals(getterRuns(), before + 1);
});

Deno.test("Evaluator.members() evaluates nothing that is no known name", () => {
  const { console } = openConsole();
  const page = { start: 0, count: 10 };
  console.members(["globalThis.wasRun = 1"], page);
  console.members(["user; globalThis.wasRun = 1"], page);
  assertEquals(Reflect.has(globalThis, "wasRun"), false);
});

Deno.test("Evaluator.members() forgets the oldest of a hundred results", async () => {
  const { console } = openConsole();
  const refs: number[] = [];
  for (let i = 0; i < 101; i++) refs.push((await console.run(`[${i}]`)).ref!);
  const page = { start: 0, count: 1 };
  assertEquals(console.members([refs[0]!], page).members, []);
  assertEquals(console.members([refs[1]!], page).members[0]?.value.text, "1");
});

Deno.test("Evaluator.complete() knows names in scope and members", async () => {
  const { console, run, getterRuns } = openConsole({ error: new Error("e") });
  await run("const declared = { inner: { value: 1 } }");
  const before = getterRuns();
  const complete = (code: string) => console.complete(code, code.length);
  const cases: [code: string, names: string[]][] = [
    ["us", ["user"]],
    ["1 + mut", ["mutable"]],
    ["user.", ["name", "tags"]],
    ["user?.na", ["name"]],
    ["user.name.toUpperC", ["toUpperCase"]],
    ["mutable.toFix", ["toFixed"]],
    ["this.", ["count", "constructor", "half", "run", "#secret"]],
    ["this.#", ["#secret"]],
    ["this.#secret.trimS", ["trimStart"]],
    ["decl", ["declared"]],
    ["declared.inner.valu", ["value", "valueOf"]],
    ["f(user.na", ["name"]],
    ["`${user.na", ["name"]],
    ["error.mess", ["message"]],
    ["JSON.par", ["parse"]],
    ["structuredC", ["structuredClone"]],
    ["moduleV", ["moduleValue"]],
    // Nothing is called or computed, and keywords are no names.
    ["f().", []],
    ["user['tags'].", []],
    ["whil", []],
    ["'user.", []],
    ["// us", []],
    ["/us", []],
    ["nobody.", []],
    ["late.", []],
    ["user", []],
    ["5 us", ["user"]],
  ];
  for (const [code, names] of cases) assertEquals(complete(code), names, code);
  assertEquals(console.complete("user.nam + 1", 8), ["name"]);
  assertEquals(complete("")[0], "this");
  assert(!complete("").includes("parseInt"));
  // Behind a getter nothing is known, as it is not run.
  assertEquals(complete("this.half."), []);
  assertEquals(getterRuns(), before);
});

Deno.test("Evaluator.complete() asks no proxy", () => {
  const proxy = new Proxy({}, {
    ownKeys(): never {
      throw new Error("a trap was run");
    },
  });
  const { console } = openConsole({ proxy, heir: Object.create(proxy) });
  assertEquals(console.complete("proxy.", 6), []);
  assertEquals(console.complete("heir.x", 6), []);
});
