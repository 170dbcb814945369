import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { toFileUrl } from "@std/path/to-file-url";
import { AppFolder } from "./_hooked_process.ts";

/** Prints a line for each frame of an error: function, place, one value. */
const SHOW = `
export function show(error, ...codes) {
  for (const [index, frame] of framesOf(error).entries()) {
    const { functionName = "?", url, start, end } = frame;
    const file = url.slice(url.lastIndexOf("/") + 1);
    const value = codes[index] === undefined ? "" : JSON.stringify(frame.evaluate(codes[index]));
    console.log(functionName, file, start.line + "-" + end.line, value);
  }
}
`;

Deno.test("installHook() gives errors of TypeScript frames in their places", async () => {
  await using folder = new AppFolder({
    "show.js": SHOW,
    "main.ts": `import { show } from "./show.js";
interface Row {
  readonly id: number;
}

type Names = Record<string, string>;

/** Has a class that is transpiled. */
class Svc {
  constructor(private readonly dep: number) {}

  async find(row: Row): Promise<Names> {
    const twice: number = this.dep * row.id;
    await new Promise((done) => setTimeout(done, 1));
    throw new Error(\`none at \${twice}\`);
  }
}

enum Kind {
  A = 5,
}

async function handle(id: number): Promise<Names> {
  const svc = new Svc(Kind.A);
  return svc.find({ id });
}

try {
  await handle(4);
} catch (error) {
  show(error, "[twice, this.dep, row]", "[id, Kind.A]");
  const lines = String((error as Error).stack).split("\\n");
  console.log(lines.slice(1).map((line) => /:(\\d+):\\d+\\)?$/.exec(line)?.[1]).join());
}
console.log(import.meta.url === new URL("./main.ts", import.meta.url).href, Error.stackTraceLimit);
`,
  });
  for (let start = 0; start < 2; start++) {
    const [first, second, ...rest] = await folder.run("main.ts");
    assertEquals(first, 'Svc.find main.ts 12-16 [20,5,{"id":4}]');
    assertEquals(second, "handle main.ts 23-26 [4,5]");
    assertEquals(rest, ["15,25,29", "true 50"]);
  }
});

Deno.test("installHook() takes TSX, decorators and namespaces", async () => {
  await using folder = new AppFolder({
    "show.js": SHOW,
    "jsx-runtime.ts":
      `export function jsx(type: unknown, props: unknown) { return typeof type === "function" ? type(props) : { type, props } }
export const jsxs = jsx;`,
    "main.tsx": `#!/usr/bin/env -S deno run
/** @jsxImportSource http://localhost/none */
/** @jsx h */
/** @jsxRuntime classic */
"use strict";
import { show } from "./show.js";
// deno-lint-ignore no-explicit-any
function h(type: any, props: any, ...children: unknown[]): any {
  return typeof type === "function" ? type({ ...props, children }) : [type, props, children];
}
function logged(target: unknown, _context: unknown) {
  return target as never;
}
function Item({ item }: { item: { tags: string[] } }) {
  const tags = item.tags.map((tag) => <i>{tag}</i>);
  return <li>{tags}</li>;
}
@logged
class Page {
  @logged render(items: { tags: string[] }[]) {
    return <ul>{items.map((item) => <Item item={item} />)}</ul>;
  }
}
namespace Pages {
  export const first = () => {
    const items = [{ tags: ["a"] }, {}] as { tags: string[] }[];
    return new Page().render(items);
  };
}
try {
  Pages.first();
} catch (error) {
  show(error, "[item]", undefined, undefined, undefined, "items.length");
}
`,
  });
  const lines = await folder.run("main.tsx");
  assertEquals(lines[0], "Item main.tsx 14-17 [{}]");
  assert(lines.some((line) => line.startsWith("Page.render main.tsx 20-22")));
  assertMatch(lines.at(-1) ?? "", /^(first|\?) main.tsx 25-28/);
});

Deno.test("installHook() leaves JSON, text and bytes as they are", async () => {
  const modules = {
    "data.json": '{ "a": [1, 2] }',
    "text.txt": "text: ü",
    "own.cjs":
      `const fs = require("fs"); const data = require("./data.json"); exports.all = [data, typeof fs.readFileSync, __filename.endsWith("own.cjs"), this === exports, require("./esm.mjs").x];
exports.fail = (value) => { const mine = value; mine.x.y };`,
    "esm.mjs": `export const x = (() => [1].length)();`,
    "main.mjs": `
import data from "./data.json" with { type: "json" };
import { all, fail } from "./own.cjs";
import * as fs from "node:fs";
import { createRequire } from "node:module";
console.log(JSON.stringify([data, all, typeof fs.statSync]));
const { default: text } = await import("./text.txt", { with: { type: "text" } }).catch(() => ({ default: "text: ü" }));
console.log(text);
try { createRequire(import.meta.url)("node:nothing") } catch (error) { console.log(error.name) }
try { await import("./missing.mjs") } catch (error) { console.log(error.name, error.message.includes("missing.mjs")) }
console.log(await import("data:text/javascript,export const a = 1").then((m) => m.a));
try { fail({}) } catch (error) { console.log(globalThis.framesOf?.(error)[0].evaluate("Object.keys(mine).length") ?? 0) }`,
  };
  await using folder = new AppFolder(modules);
  assertEquals(await folder.run("main.mjs"), await folder.runPlain("main.mjs"));
});

Deno.test("installHook() makes no module of what the runtime has not", async () => {
  await using folder = new AppFolder({
    "none.mjs": `import "node:nothing";`,
    "main.mjs": `
import { registerHooks } from "node:module";
// As the reloader does, to learn what is imported.
registerHooks({ resolve: (specifier, context, next) => next(specifier, context) });
for (const specifier of ["node:nothing", "./none.mjs", "node:fs"]) {
  console.log(await import(specifier).then((m) => typeof m.statSync, (error) => \`\${error.code} \${error.message.includes("node:nothing")}\`));
}`,
  });
  const none = "ERR_MODULE_NOT_FOUND true";
  const expected = [none, none, "function"];
  assertEquals(await folder.run("main.mjs"), expected);
  assertEquals(await folder.runPlain("main.mjs"), expected);
});

Deno.test("installHook() leaves express and hono as they are", async () => {
  await using folder = new AppFolder({
    "show.js": SHOW,
    "main.ts": `
import express from "express";
import { Hono } from "hono";
import { logger } from "hono/logger";
import { show } from "./show.js";
const app = new Hono();
app.use(logger(() => {}));
app.use(async (c, next) => { const before = 1; await next(); c.header("x-before", String(before)) });
app.get("/ok", (c) => c.text("fine"));
app.get("/fail", async (c) => { const user = { id: 7 }; await Promise.resolve(); throw new Error("no " + user.id) });
app.onError((error, c) => { show(error, "user"); return c.text(error.message, 500) });
for (const path of ["ok", "fail"]) { const response = await app.request("/" + path); console.log(response.status, await response.text()) }
const web = express();
web.use(express.json());
web.get("/ok", (_request, response) => response.json({ fine: true }));
web.get("/fail", (request) => { const path = request.path; throw new TypeError(path) });
web.use((error, _request, response, _next) => { show(error, "path"); response.status(500).send(error.message) });
const server = web.listen(0, "127.0.0.1");
await new Promise((done) => server.once("listening", done));
for (const path of ["ok", "fail"]) { const response = await fetch("http://127.0.0.1:" + server.address().port + "/" + path); console.log(response.status, await response.text()) }
server.closeAllConnections?.();
server.close();
`,
  });
  await folder.install({ express: "5.1.0", hono: "4.9.8" });
  assertEquals(await folder.run("main.ts"), [
    ...["200 fine", '? main.ts 10-10 {"id":7}', "500 no 7"],
    ...['200 {"fine":true}', '? main.ts 16-16 "/fail"', "500 /fail"],
  ]);
});

Deno.test("installHook() instruments packages that are named", async () => {
  await using folder = new AppFolder({
    "show.js": SHOW,
    "main.mjs":
      `import { parse } from "acorn"; import { show } from "./show.js"; import { createRequire } from "node:module";
const work = (text) => parse(text, { ecmaVersion: 5 });
for (const parse of [work, createRequire(import.meta.url)("acorn").parse]) try { parse("(", { ecmaVersion: 5 }) } catch (error) { console.log(framesOf(error).length) }`,
  });
  await folder.install({});
  const [few, none] = await folder.run("main.mjs");
  assertEquals([few, none], ["1", "0"]);
  const counts = await folder.run("main.mjs", { packages: ["acorn"] });
  assert(counts.every((count) => Number(count) > 3), `${counts}`);
});

Deno.test("installHook() leaves files as they are that are turned off", async () => {
  const work =
    "export function work(x: { y: { z: number } }) { return x.y.z }\n";
  await using folder = new AppFolder({
    // The comment goes with the types, when they are removed.
    "off.ts": `// debug: off\nimport type { X } from "./on.ts";\n${work}`,
    "on.ts": `// a comment\nexport type X = 1;\n${work}`,
    "made/deep/a.ts": work,
    "made.ts": work,
    // What bundlers make says nothing of the file itself.
    "bundled.js": `export const work = (x) => x.y.z;\n${
      inlineMap("src/off.ts", "// debug: off\n")
    }`,
    "node_modules/pkg/index.js": "export const work = (x) => x.y.z;",
    "main.mjs": `
for (const file of ["off.ts", "on.ts", "made/deep/a.ts", "made.ts", "bundled.js", "on.ts?v=2", "node_modules/pkg/index.js"]) {
  const { work } = await import("./" + file);
  try { work({}) } catch (error) { console.log(file, framesOf(error).length) }
}`,
  });
  assertEquals(await folder.run("main.mjs", { exclude: ["made/**"] }), [
    ...["off.ts 0", "on.ts 1", "made/deep/a.ts 0", "made.ts 1"],
    ...["bundled.js 1", "on.ts?v=2 1", "node_modules/pkg/index.js 0"],
  ]);
});

/** The line with the map of a file that was made from another one. */
function inlineMap(source: string, content: string): string {
  const map = { version: 3, sources: [source], sourcesContent: [content] };
  return `//# sourceMappingURL=data:application/json;base64,${
    btoa(JSON.stringify({ ...map, names: [], mappings: "AAAA" }))
  }`;
}

Deno.test("installHook() leaves TypeScript as it is that is turned off, without reading it again", async () => {
  await using folder = new AppFolder({
    "off.ts":
      `// debug: off\nimport type { X } from "./x.ts";\nexport function work(x: X) { return x.y.z }`,
    "x.ts": "export type X = { y: { z: number } };",
    "main.mjs": `
      const { readTextFileSync } = Deno;
      Deno.readTextFileSync = (path) => {
        if (String(path).endsWith(".ts")) throw new Error("It is read again");
        return readTextFileSync(path);
      };
      const { work } = await import("./off.ts");
      try { work({}) } catch (error) { console.log(error.name, framesOf(error).length) }`,
  });
  assertEquals(await folder.run("main.mjs"), ["TypeError 0"]);
});

Deno.test("installHook() leaves files as they are that acorn cannot parse", async () => {
  await using folder = new AppFolder({
    "parser.mjs":
      `export { parse } from "npm:acorn@^8"; export const version = "1";`,
    "broken.mjs":
      `let count = 0; export const version = "2"; export function parse() { if (count++ > 0) throw new SyntaxError("x"); throw new TypeError("a defect") }`,
    "main.mjs":
      `const fail = (x) => x.y.z; try { fail({}) } catch (error) { console.log(error.name, framesOf(error).length) }`,
  });
  const parser = (name: string) => ({
    acornUrl: `file://${folder.path}/${name}`,
  });
  assertEquals(await folder.run("main.mjs", parser("parser.mjs")), [
    "TypeError 1",
  ]);
  assertEquals(await folder.run("main.mjs", parser("broken.mjs")), [
    "TypeError 0",
  ]);
});

Deno.test("installHook() loads 200 modules as without it", async () => {
  const names = Array.from({ length: 200 }, (_, index) => `m${index}`);
  const files = names.map((name, index) => [
    `lib/${name}.ts`,
    `${
      index > 0
        ? `import { last } from "./m${index - 1}.ts";`
        : "const last: string[] = [];"
    }
export type Made = string;
export const ${name} = (text: Made): Made => { const made = [text, "${name}"]; return made.join("-") };
${index > 0 ? "export { last };" : "export { last };"}
last.push(${name}("x"));`,
  ]);
  await using folder = new AppFolder({
    ...Object.fromEntries(files),
    "main.ts":
      `import { last } from "./lib/m199.ts"; console.log(last.join());`,
  });
  const plain = await folder.runPlain("main.ts");
  assertEquals(await folder.run("main.ts"), plain);
  assertEquals(await folder.run("main.ts"), plain);
});

Deno.test("installHook() works beside hooks of the app", async () => {
  await using folder = new AppFolder({
    "page.vue": "<p>text</p>",
    "plain.js":
      "export const kind = 'plain'; export const fail = (x) => x.y.z;",
    "main.mjs": `
import { registerHooks } from "node:module";
registerHooks({ load(url, context, next) {
  if (url.endsWith(".vue")) { const { source } = next(url, { ...context, format: "vue" }); return { format: "module", source: "export default " + JSON.stringify(String(source)), shortCircuit: true } }
  const loaded = next(url, context);
  return url.endsWith("plain.js") ? { ...loaded, source: String(loaded.source).replace("'plain'", "'changed'") } : loaded;
} });
console.log((await import("./page.vue")).default, typeof (await import("node:os")).cpus);
const { kind, fail } = await import("./plain.js");
try { fail({}) } catch (error) { console.log(kind, framesOf(error).length) }`,
  });
  assertEquals(await folder.run("main.mjs"), [
    "<p>text</p> function",
    "changed 1",
  ]);
});

Deno.test("installHook() leaves parts of TypeScript as they are that are turned off", async () => {
  await using folder = new AppFolder({
    "main.ts": `
interface Part { y: { z: number } }
const fails: ((x: Part) => number)[] = [];
// debug: off
function off(x: Part): number { return x.y.z }
/** Says what it does. */
// debug: off
const arrow = (x: Part): number => x.y.z;
class Svc<T extends Part> {
  /* debug: off */
  static find<T extends Part>(x: T): number { return x.y.z }
  static get<T extends Part>(x: T): number { return x.y.z }
}
fails.push(off, arrow, Svc.find, Svc.get);
for (const fail of fails) {
  try { fail({} as Part) } catch (error) {
    console.log(framesOf(error).map(({ functionName }) => functionName).join())
  }
}`,
  });
  assertEquals(await folder.run("main.ts"), ["", "", "", "Svc.get"]);
});

Deno.test("installHook() keeps source maps only where Deno has none", async () => {
  await using folder = new AppFolder({
    "imported.ts": "export const fail = (x: { y: { z: 1 } }) => x.y.z;",
    "required.ts": `interface Part {
        y: { z: 1 };
      }
      export const fail = (x: Part) => x.y.z;`,
    "main.mjs": `
import { createRequire, registerHooks } from "node:module";
registerHooks({
  load(url, context, next) {
    const isRequired = url.endsWith("required.ts");
    // Another hook knows that it is an ES module.
    const loaded = next(url, isRequired ? { format: "module" } : {});
    if (!/\\.ts$/.test(url)) return loaded;
    console.log(loaded.source.includes("catch"), loaded.source.includes("sourceMappingURL"));
    return { ...loaded, shortCircuit: true };
  },
});
for (const part of [
  await import("./imported" + ".ts"),
  createRequire(import.meta.url)("./required.ts"),
]) try { part.fail({}) } catch (error) { console.log(framesOf(error)[0].start.line, /:(\\d+):\\d+\\)?$/m.exec(error.stack)[1]) }`,
  });
  assertEquals(await folder.run("main.mjs"), [
    "true false",
    "true true",
    "1 1",
    "4 4",
  ]);
});

Deno.test("installHook() keeps instrumented files where only their owner reads them", async () => {
  await using folder = new AppFolder({
    "main.mjs":
      `const fail = (x) => x.y.z; try { fail({}) } catch (error) { console.log(framesOf(error)[0]?.functionName) }`,
  });
  const cache = `${folder.path}/.cache`;
  assertEquals(await folder.run("main.mjs"), ["fail"]);
  const [entry, ...others] = await Array.fromAsync(Deno.readDir(cache));
  assertEquals(others, []);
  const path = `${cache}/${entry?.name}`;
  if (Deno.build.os !== "windows") {
    assertEquals((await Deno.stat(cache)).mode! & 0o777, 0o700);
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  }
  const text = await Deno.readTextFile(path);
  // It is used: what is changed in it shows.
  await Deno.writeTextFile(path, text.replaceAll('"fail"', '"kept"'));
  assertEquals(await folder.run("main.mjs"), ["kept"]);
  // It is not used when it is not whole, or from another version.
  await Deno.writeTextFile(path, text.slice(0, -5));
  assertEquals(await folder.run("main.mjs"), ["fail"]);
  await Deno.writeTextFile(
    path,
    text.replace(/^\/\/ \S+/, "// 0-0").replaceAll('"fail"', '"old"'),
  );
  assertEquals(await folder.run("main.mjs"), ["fail"]);
});

/** A parser after which what is written at the end of `fail` is no code. */
const DAMAGING_PARSER = `
import * as acorn from "npm:acorn@^8";
export const version = "damaging";
export function parse(text, options) {
  const program = acorn.parse(text, options);
  for (const { declaration } of program.body) {
    if (declaration?.id?.name === "fail") declaration.body.end -= 3;
  }
  return program;
}`;

const FAILING = "export function fail(x) { return x.y.z; }";
const SOUND = "export function sound(x) { return x.y.z; }";

/** Prints how many frames a function of a module has. */
const COUNT_FRAMES = `
export function countFrames(fn) {
  try { fn({}) } catch (error) { console.log(error.name, framesOf(error).length) }
}`;

Deno.test("installHook() leaves a file as it is if what it makes of it is no code", async () => {
  await using folder = new AppFolder({
    "parser.mjs": DAMAGING_PARSER,
    "count.mjs": `// debug: off\n${COUNT_FRAMES}`,
    "fail.mjs": FAILING,
    "sound.mjs": SOUND,
    "main.mjs": `
      import { countFrames } from "./count.mjs";
      import { fail } from "./fail.mjs";
      import { sound } from "./sound.mjs";
      countFrames(fail);
      countFrames(sound);`,
  });
  const acornUrl = toFileUrl(`${folder.path}/parser.mjs`).href;
  for (let start = 0; start < 2; start++) {
    assertEquals(await folder.run("main.mjs", { acornUrl }), [
      "TypeError 0",
      "TypeError 1",
    ]);
  }
});

Deno.test("installHook() leaves it to V8 to tell of a file that is compiled ahead, and keeps it later", async () => {
  const url = new URL(
    "../../../reloader/_compiled_modules.ts",
    import.meta.url,
  );
  await using folder = new AppFolder({
    "parser.mjs": DAMAGING_PARSER,
    "count.mjs": `// debug: off\n${COUNT_FRAMES}`,
    "fail.mjs": FAILING,
    "unused.mjs": FAILING,
    "sound.mjs": SOUND,
    "main.mjs": `// debug: off
      import { CompiledModules } from "${url}";
      import { countFrames } from "./count.mjs";
      const { now } = Date;
      // What was written a moment ago is not compiled ahead.
      Date.now = () => now() + 3600_000;
      const urlOf = (name) => new URL(name, import.meta.url);
      const names = ["fail.mjs", "unused.mjs", "sound.mjs"];
      const modules = new CompiledModules(new Set());
      await modules.compile(names.map((name) => urlOf(name).pathname));
      await modules.renew();
      await modules.run(urlOf("fail.mjs").href);
      await modules.run(urlOf("sound.mjs").href);
      countFrames((await import("./fail.mjs")).fail);
      countFrames((await import("./sound.mjs")).sound);
      Deno.mkdirSync(import.meta.dirname + "/.cache", { recursive: true, mode: 0o700 });
      const kept = () => [...Deno.readDirSync(import.meta.dirname + "/.cache")].length;
      // The modules that are off, "fail" as it is, and "sound".
      while (kept() < 4) await new Promise((resolve) => setTimeout(resolve, 10));
      await new Promise((resolve) => setTimeout(resolve, 150));
      console.log(kept());`,
  });
  const acornUrl = toFileUrl(`${folder.path}/parser.mjs`).href;
  for (let start = 0; start < 2; start++) {
    assertEquals(await folder.run("main.mjs", { acornUrl }), [
      "TypeError 0",
      "TypeError 1",
      "4",
    ]);
  }
});

Deno.test("installHook() instruments a file again when it has changed", async () => {
  const source = (name: string) =>
    `const ${name} = (x) => x.y.z; try { ${name}({}) } catch (error) { console.log(framesOf(error)[0]?.functionName) }`;
  await using folder = new AppFolder({ "main.mjs": source("first") });
  assertEquals(await folder.run("main.mjs"), ["first"]);
  folder.write({ "main.mjs": source("other") });
  assertEquals(await folder.run("main.mjs"), ["other"]);
  const names = await Array.fromAsync(Deno.readDir(`${folder.path}/.cache`));
  assertEquals(names.length, 1);
});

Deno.test("installHook() goes without a cache that cannot be written", async () => {
  await using folder = new AppFolder({
    "file": "",
    "main.mjs":
      `const fail = (x) => x.y.z; try { fail({}) } catch (error) { console.log(framesOf(error).length) }`,
  });
  const cacheDir = `${folder.path}/file/cache`;
  assertEquals(await folder.run("main.mjs", { cacheDir }), ["1"]);
});

Deno.test({
  name: "installHook() runs nothing from a cache that others can write to",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = new AppFolder({
      "main.mjs":
        `const fail = (x) => x.y.z; try { fail({}) } catch (error) { console.log(framesOf(error)[0]?.functionName) }`,
    });
    const cache = `${folder.path}/.cache`;
    assertEquals(await folder.run("main.mjs"), ["fail"]);
    const [entry] = await Array.fromAsync(Deno.readDir(cache));
    const path = `${cache}/${entry?.name}`;
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replaceAll('"fail"', '"evil"'));
    for (const mode of [0o777, 0o720, 0o702]) {
      await Deno.chmod(cache, mode);
      assertEquals(await folder.run("main.mjs"), ["fail"]);
    }
  },
});

Deno.test("installHook() asks for no permission", async () => {
  await using folder = new AppFolder({
    "main.mjs":
      `// about debug: the app\nconst fail = (x) => x.y.z; try { fail({}) } catch (error) { console.log(framesOf(error).length) }`,
  });
  const flags = ["--no-prompt", "--no-remote"];
  assertEquals(await folder.run("main.mjs", {}, flags), ["1"]);
  const names = (await Array.fromAsync(Deno.readDir(folder.path)))
    .map(({ name }) => name);
  assert(!names.includes(".cache"), `${names}`);
});

Deno.test("installHook() is idempotent and refuses what is no parser", async () => {
  const url = new URL(
    "../../../middleware/debugger/instrument/install_hook.ts",
    import.meta.url,
  );
  await using folder = new AppFolder({
    "main.mjs": `
import { installHook, isHookInstalled } from "${url}";
const limit = Error.stackTraceLimit;
for (const acornUrl of ["data:text/javascript,export const version = 1", "data:text/javascript,export const parse = (t) => ({ type: 'Program', body: [], start: 0, end: 0 })"]) {
  try { await installHook({ root: import.meta.dirname, acornUrl }) } catch (error) { console.log(error.name, error.message) }
  console.log(isHookInstalled(), Error.stackTraceLimit !== limit);
}
await installHook({ root: "/does/not/exist", acornUrl: "data:," });
`,
  });
  const [refusal = "", before, after, ...rest] = await folder.runPlain(
    "main.mjs",
  );
  assertStringIncludes(refusal, "TypeError Cannot parse with");
  assertEquals([before, after, rest], ["false false", "true true", []]);
});
