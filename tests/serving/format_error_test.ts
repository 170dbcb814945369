import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { toFileUrl } from "@std/path/to-file-url";
import { loadApp } from "../../serving/load_app.ts";
import { formatError } from "../../serving/format_error.ts";
import { rejection, withFiles } from "./_load_fixtures.ts";

/** The lines shown when the app of these files does not load. */
async function failure(
  files: Record<string, string>,
  importString = "app.ts",
): Promise<string[]> {
  let shown = "";
  await withFiles(files, async (cwd) => {
    const error = await rejection(loadApp(importString, { cwd }));
    shown = formatError(error, { cwd }).replaceAll(cwd, "<cwd>");
  });
  if (Deno.build.os === "windows") shown = shown.replaceAll("\\", "/");
  return shown.split("\n");
}

Deno.test("formatError() shows the place of a syntax error of TypeScript", async () => {
  const app = "const a = 1;\nexport default {\n\tfetch( { return 1 }\n};\n";
  assertEquals(await failure({ "app.ts": app }), [
    "SyntaxError: Expected ',', got 'numeric literal (1, 1)'",
    "    2 | export default {",
    "  > 3 | \tfetch( { return 1 }",
    "      | \t                 ^",
    "    4 | };",
    "    at app.ts:3:19",
  ]);
});

Deno.test("formatError() shows the place of a syntax error that V8 finds", async () => {
  assertEquals(await failure({ "app.ts": "const a = 1;\nconst a = 2;\n" }), [
    "SyntaxError: Identifier 'a' has already been declared",
    "    1 | const a = 1;",
    "  > 2 | const a = 2;",
    "      |       ^",
    "    at app.ts:2:7",
  ]);
  assertEquals(
    await failure({ "app.js": "return 1;" }, "app.js"),
    [
      "SyntaxError: Illegal return statement",
      "  > 1 | return 1;",
      "      | ^",
      "    at app.js:1:1",
    ],
  );
});

Deno.test("formatError() shows the place of a syntax error in a dependency", async () => {
  const files = {
    "app.ts": 'import "./lib/one.ts";',
    "lib/one.ts": 'import "./two.tsx";',
    "lib/two.tsx": "\n".repeat(9) + "let s = `never ends\n",
  };
  assertEquals(await failure(files), [
    "SyntaxError: Unterminated template",
    "     9 |",
    "  > 10 | let s = `never ends",
    "       |         ^",
    "    at lib/two.tsx:10:9",
  ]);
});

Deno.test("formatError() shows the import that is missing", async () => {
  const files = {
    "app.ts": '// An app\nimport { x } from "./nope.ts";\nexport default x;\n',
  };
  assertEquals(await failure(files), [
    'Module not found "nope.ts".',
    "    1 | // An app",
    '  > 2 | import { x } from "./nope.ts";',
    "      |                   ^",
    "    3 | export default x;",
    "    at app.ts:2:19",
  ]);
});

Deno.test("formatError() shows the dynamic import that is missing", async () => {
  const files = { "app.ts": 'await import("./a/nope.ts");' };
  const [message, line, _caret, place] = await failure(files);
  assertEquals(message, 'Module not found "a/nope.ts".');
  assertEquals(line, '  > 1 | await import("./a/nope.ts");');
  // Deno may tell the place of the call or of the name.
  assertMatch(place!, /^ {4}at (?:async )?app\.ts:1:\d+$/);
});

Deno.test("formatError() shows the import of a name that is not exported", async () => {
  const files = { "app.ts": 'import { x } from "./a.ts";\nx;', "a.ts": "" };
  assertEquals(await failure(files), [
    "SyntaxError: The requested module './a.ts' does not provide an export named 'x'",
    '  > 1 | import { x } from "./a.ts";',
    "      |          ^",
    "    2 | x;",
    "    at app.ts:1:10",
  ]);
});

Deno.test("formatError() shows a bare import that is not found", async () => {
  const lines = await failure({ "app.ts": 'import "express";' });
  assertMatch(lines[0]!, /^Import "express" not a dependency/);
  assertEquals(lines.slice(-3), [
    '  > 1 | import "express";',
    "      |        ^",
    "    at app.ts:1:8",
  ]);
});

Deno.test("formatError() keeps the hints of Deno, and shortens its paths", () => {
  const message =
    'Import "express" not in import map from "file:///srv/a%20b.ts"\n' +
    "  hint: try running `deno add npm:express`\n" +
    "    at file:///srv/a%20b.ts:1:8\n    at file:///srv/a%20b.ts:1:8\n";
  const error = Object.assign(new TypeError(message), {
    code: "ERR_MODULE_NOT_FOUND",
    stack: `TypeError: ${message}\n    at async file:///srv/main.ts:5:6`,
  });
  assertEquals(formatError(error, { cwd: "/srv" }).split("\n"), [
    'Import "express" not in import map from "a b.ts"',
    "  hint: try running `deno add npm:express`",
    "    at a b.ts:1:8",
    "    at async main.ts:5:6",
  ]);
});

Deno.test("formatError() finds the JSON import that is broken", async () => {
  const files = {
    "app.ts": 'import "./lib/a.ts";',
    "lib/a.ts": 'import good from "../good.json" with { type: "json" };\n' +
      'import data from "../data.json" with { type: "json" };\n' +
      "export default [good, data];",
    "good.json": "{}",
    "data.json": '{\n  "a": 1,\n}\n',
  };
  assertEquals(await failure(files), [
    "SyntaxError: Expected double-quoted property name in JSON at position 12 (line 3 column 1)",
    '    2 |   "a": 1,',
    "  > 3 | }",
    "      | ^",
    "    at data.json:3:1",
  ]);
  assertEquals(await failure({ ...files, "data.json": "[1,\n" }), [
    "SyntaxError: Unexpected end of JSON input",
    "  > 1 | [1,",
    "      |    ^",
    "    at data.json:1:4",
  ]);
  // V8 does not tell where in the file.
  assertEquals(await failure({ ...files, "data.json": "nope" }), [
    `SyntaxError: Unexpected token 'o', "nope" is not valid JSON`,
    "    at data.json",
  ]);
});

Deno.test("formatError() shows the app's JSON.parse and not a module", async () => {
  const lines = await failure({ "app.ts": 'JSON.parse("{");' });
  assertEquals(lines.slice(1), [
    '  > 1 | JSON.parse("{");',
    "      |      ^",
    "    at app.ts:1:6",
  ]);
});

Deno.test("formatError() shows a throw at top level, mapped to the source", async () => {
  const app = "interface Gone {\n  a: string;\n}\n" +
    'const gone: Gone = { a: "1" };\nthrow new RangeError(`at ${gone.a}`);\n';
  assertEquals(await failure({ "app.ts": app }), [
    "RangeError: at 1",
    '    4 | const gone: Gone = { a: "1" };',
    "  > 5 | throw new RangeError(`at ${gone.a}`);",
    "      |       ^",
    "    at app.ts:5:7",
  ]);
});

Deno.test("formatError() shows a throw two levels down, and its causes", async () => {
  const files = {
    "app.ts": 'import "./lib/one.ts";',
    "lib/one.ts": 'import { boom } from "./two.ts";\nboom();',
    "lib/two.ts": "export function boom(): never {\n" +
      '  const why = new TypeError("why", { cause: "nothing" });\n' +
      '  throw new Error("deep", { cause: why });\n}\n',
  };
  assertEquals(await failure(files), [
    "Error: deep",
    '    2 |   const why = new TypeError("why", { cause: "nothing" });',
    '  > 3 |   throw new Error("deep", { cause: why });',
    "      |         ^",
    "    4 | }",
    "    at boom (lib/two.ts:3:9)",
    "    at lib/one.ts:2:1",
    "Caused by: TypeError: why",
    "    at boom (lib/two.ts:2:15)",
    "    at lib/one.ts:2:1",
    'Caused by: "nothing"',
  ]);
});

Deno.test("formatError() folds calls of a function by itself", async () => {
  const app = "function f(n) {\n  if (n === 0) throw new Error('deep');\n" +
    "  f(n - 1);\n}\n";
  const lines = await failure({ "app.js": `${app}f(6);\n` }, "app.js");
  assertEquals(lines.filter((line) => /^\s+(?:at|…)/.test(line)), [
    "    at f (app.js:2:22)",
    "    at f (app.js:3:3)",
    "    at f (app.js:3:3)",
    "       … the same 4 more times",
    "    at app.js:5:1",
  ]);
  const flat = await failure({ "app.js": `${app}f(3);\n` }, "app.js");
  assertEquals(
    flat.filter((line) => line === "    at f (app.js:3:3)").length,
    3,
  );
});

Deno.test("formatError() shows a rejected top-level await", async () => {
  const app = "async function connect(): Promise<void> {\n  await null;\n" +
    '  throw new Error("refused");\n}\nawait connect();\n';
  assertEquals(await failure({ "app.ts": app }), [
    "Error: refused",
    "    2 |   await null;",
    '  > 3 |   throw new Error("refused");',
    "      |         ^",
    "    4 | }",
    "    at connect (app.ts:3:9)",
    "    at async app.ts:5:1",
  ]);
});

Deno.test("formatError() shows the members of an AggregateError", async () => {
  const app = 'throw new AggregateError([new Error("one"), 2], "many");';
  assertEquals(await failure({ "app.ts": app }), [
    "AggregateError: many",
    `  > 1 | ${app}`,
    "      |       ^",
    "    at app.ts:1:7",
    "    [1] Error: one",
    "        at app.ts:1:27",
    "    [2] 2",
  ]);
  const many = new AggregateError(Array(99).fill(1), "many");
  assertEquals(
    formatError(many).split("\n").at(-1),
    "    … and 89 more",
  );
});

Deno.test("formatError() starts at the app when the runtime throws", async () => {
  const app = 'import { join } from "node:path";\njoin(1 as never);';
  assertEquals(await failure({ "app.ts": app }), [
    'TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string. Received type number (1)',
    '    1 | import { join } from "node:path";',
    "  > 2 | join(1 as never);",
    "      | ^",
    "    at app.ts:2:1",
  ]);
  const read = await failure({ "app.ts": 'await Deno.readFile("nope");' });
  assertMatch(read[0]!, /^NotFound: /);
  // Whether it had to wait makes the difference.
  assertMatch(read.at(-1)!, /^ {4}at (?:async )?app\.ts:1:\d+$/);
});

Deno.test("formatError() keeps the runtime's frames between the app's", async () => {
  const app = '[1].map(() => {\n  throw new Error("inside");\n});';
  assertEquals((await failure({ "app.ts": app })).slice(-3), [
    "    at app.ts:2:9",
    "    at Array.map (<anonymous>)",
    "    at app.ts:1:5",
  ]);
});

Deno.test("formatError() shows a factory that throws", async () => {
  const app = "export function createApp() {\n" +
    '  throw new TypeError("in the factory");\n}\n';
  const expected = [
    "TypeError: in the factory",
    "    1 | export function createApp() {",
    '  > 2 |   throw new TypeError("in the factory");',
    "      |         ^",
    "    3 | }",
    "    at createApp (app.ts:2:9)",
  ];
  for (const importString of ["app.ts", "app.ts:createApp('dev')"]) {
    assertEquals(await failure({ "app.ts": app }, importString), expected);
  }
});

Deno.test("formatError() shows what is no error", async () => {
  const shown = async (value: string) =>
    await failure({ "app.ts": `throw ${value};` });
  assertEquals(await shown('"a string"'), ['"a string" was thrown']);
  assertEquals(await shown("undefined"), ["undefined was thrown"]);
  assertEquals(await shown("{ a: [1] }"), ["{ a: [ 1 ] } was thrown"]);
});

Deno.test("formatError() shows only the message of devserve's own errors", async () => {
  assertEquals(await failure({ "app.ts": "" }, "ap.ts"), [
    'Cannot load an app from "ap.ts": file does not exist, but "app.ts" does',
  ]);
  assertEquals(await failure({ "app.ts": "" }, "app.ts:x"), [
    'Cannot find "x" in "app.ts": it exports nothing',
  ]);
});

Deno.test("formatError() hides devserve's frames below an app's", async () => {
  const own = new URL("../../serving/import_string.ts", import.meta.url).href;
  const app = `import { parseImportString } from "${own}";\n` +
    'parseImportString("");';
  const lines = await failure({ "app.ts": app });
  assertMatch(lines[0]!, /^SyntaxError: Cannot parse the import string/);
  assertEquals(lines.at(-1), "    at app.ts:2:1");
});

Deno.test("formatError() keeps the frames of devserve's examples and tests", () => {
  const error = new Error("x");
  const base = new URL("../../", import.meta.url).href;
  error.stack = "Error: x\n" +
    ["examples/hello.ts", "tests/a.ts", "serving/load_app.ts", "mod.ts"]
      .map((path) => `    at f (${base}${path}:1:1)`).join("\n");
  const lines = formatError(error, { cwd: "/" }).split("\n");
  assertEquals(lines.filter((line) => line.includes(" at ")).length, 2);
});

Deno.test("formatError() takes the excerpt from the app, not from a package", async () => {
  const files = {
    "node_modules/pkg/index.js": 'throw new Error("in a package");',
    "app.ts": "export const a = 1;",
  };
  await withFiles(files, (cwd) => {
    const error = new Error("in a package");
    const url = (path: string) => toFileUrl(join(cwd, path)).href;
    error.stack = "Error: in a package\n" +
      `    at p (${url("node_modules/pkg/index.js")}:1:7)\n` +
      `    at ${url("app.ts")}:1:14`;
    assertEquals(formatError(error, { cwd }).split("\n"), [
      "Error: in a package",
      "  > 1 | export const a = 1;",
      "      |              ^",
      "    at p (node_modules/pkg/index.js:1:7)",
      "    at app.ts:1:14",
    ]);
    return Promise.resolve();
  });
});

Deno.test("formatError() shows odd frames as they are", () => {
  const error = new Error("x");
  error.stack = [
    "Error: x",
    "    at new App (file:///srv/a%20(b)/app.ts:1:2)",
    "    at async Promise.all (index 0)",
    "    at eval (eval at f (file:///srv/app.ts:1:1), <anonymous>:1:1)",
    "    at Object.go [as run] (https://host:80/a.ts:3:4)",
    "    at async file:///srv/app.ts:5:6",
    "    at node:internal/x:1:1",
  ].join("\n");
  assertEquals(formatError(error, { cwd: "/srv" }).split("\n").slice(1), [
    "    at new App (a (b)/app.ts:1:2)",
    "    at async Promise.all (index 0)",
    "    at eval (eval at f (file:///srv/app.ts:1:1), <anonymous>:1:1)",
    "    at Object.go [as run] (https://host:80/a.ts:3:4)",
    "    at async app.ts:5:6",
  ]);
});

Deno.test("formatError() keeps a message of several lines, also one like a frame", () => {
  const error = new Error("first\n    at nowhere (file:///a.ts:1:1)\nlast");
  const lines = formatError(error).split("\n");
  assertEquals(lines.slice(0, 3), [
    "Error: first",
    "    at nowhere (file:///a.ts:1:1)",
    "last",
  ]);
});

Deno.test("formatError() takes the name that an error has now", () => {
  const error = new Error("x");
  error.name = "Renamed";
  assertStringIncludes(formatError(error), "Renamed: x");
  error.message = "another";
  assertStringIncludes(formatError(error), "Renamed: another");
  assertEquals(formatError(new Error()).split("\n")[0], "Error");
});

Deno.test("formatError() ends when causes go in a circle", () => {
  const error = new Error("round");
  error.cause = new Error("and round", { cause: error });
  const lines = formatError(error).split("\n");
  assertEquals(lines.at(-1), "Caused by: (and so on)");
  const endless = Object.defineProperty(new Error("e"), "cause", {
    get: () => Object.create(endless),
  });
  assertStringIncludes(formatError(endless), "(and so on)");
});

Deno.test("formatError() bears with values that throw when looked at", () => {
  const boom = () => {
    throw new Error("from a getter");
  };
  const error = new Error();
  for (const key of ["name", "message", "stack", "cause", "errors", "code"]) {
    Object.defineProperty(error, key, { get: boom });
  }
  assertEquals(formatError(error), "Error");
  const traps = { get: boom, getPrototypeOf: boom, ownKeys: boom, has: boom };
  for (
    const hostile of [
      new Proxy({}, traps),
      new Proxy(new Error("x"), traps),
      { [Symbol.for("Deno.customInspect")]: boom },
      Object.create(null),
      Object.freeze(new Error("frozen")),
    ]
  ) {
    assertEquals(typeof formatError(hostile), "string");
  }
});

Deno.test("formatError() lets nothing command the terminal", async () => {
  const lines = await failure({
    "app.ts":
      'throw new Error("\\x1b[31mred\\x1b[0m \\x1b]0;title\\x07 \\x9b2J"); // \x1b[2J',
  });
  assertEquals(lines[0], "Error: red \\x1b]0;title\\x07 \\x9b2J");
  // deno-lint-ignore no-control-regex -- these must not be there
  assertEquals(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(lines.join("\n")), false);
});

Deno.test("formatError() reads no file but source code for an excerpt", async () => {
  const files = { "secret.txt": "secret", "secret.ts": "found" };
  await withFiles(files, (cwd) => {
    const shown = (name: string) => {
      const error = new Error("x");
      const url = toFileUrl(join(cwd, name)).href;
      error.stack = `Error: x\n    at f (${url}:1:1)`;
      return formatError(error, { cwd });
    };
    assertStringIncludes(shown("secret.ts"), "> 1 | found");
    assertEquals(shown("secret.txt"), "Error: x\n    at f (secret.txt:1:1)");
    assertEquals(shown("gone.ts"), "Error: x\n    at f (gone.ts:1:1)");
    return Promise.resolve();
  });
});

Deno.test("formatError() cuts a long line around the column", async () => {
  const app = `${"/**/".repeat(500)}throw new Error("x");${"/**/".repeat(500)}`;
  const [, excerpt, caret] = await failure({ "app.ts": app });
  assertEquals(excerpt!.length, "  > 1 | ".length + 100);
  assertStringIncludes(excerpt!, 'throw new Error("x");');
  assertEquals(
    excerpt!.slice(caret!.indexOf("^"), caret!.indexOf("^") + 3),
    "new",
  );
});

Deno.test("formatError() uses colors when asked to", () => {
  const error = new Error("x");
  error.stack = "Error: x\n    at f (file:///srv/app.ts:1:1)";
  assertEquals(
    formatError(error, { cwd: "/srv", color: true }),
    "\x1b[31mError: x\x1b[0m\n    at f (\x1b[36mapp.ts\x1b[0m:1:1)",
  );
});
