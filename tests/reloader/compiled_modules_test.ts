import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { registerHooks } from "node:module";
import { toFileUrl } from "@std/path/to-file-url";
import {
  CompiledModules,
  OutdatedError,
} from "../../reloader/_compiled_modules.ts";

// The first hook leaves something under way for good.
registerHooks({ load: (url, context, next) => next(url, context) })
  .deregister();

/** An app that notes what of it is run, in a folder of its own. */
class CompiledApp implements AsyncDisposable {
  readonly path: string;
  readonly modules = new CompiledModules(new Set());
  readonly #runs: string[] = [];

  constructor(files: Record<string, string>) {
    const folder = Deno.makeTempDirSync({ prefix: "devserve-test-" });
    this.path = Deno.realPathSync(folder);
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    Reflect.set(globalThis, "compiledRuns", this.#runs);
  }

  get runs(): string {
    return this.#runs.join(" ");
  }

  url(name: string): string {
    return toFileUrl(`${this.path}/${name}`).href;
  }

  write(name: string, text: string): void {
    const path = `${this.path}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    const note = `compiledRuns.push("${name.replace(/\.\w+$/, "")}");`;
    const isCode = /\.[cm]?[jt]sx?$/.test(name);
    Deno.writeTextFileSync(path, isCode ? `${text}\n${note}` : text);
  }

  /** Compiles files ahead, as if they had been written some time before. */
  async compile(...names: string[]): Promise<void> {
    using _later = later();
    await this.modules.compile(names.map((name) => `${this.path}/${name}`));
  }

  /** Runs and imports a module as a generation does. */
  async run(name: string): Promise<Record<string, unknown>> {
    await this.modules.renew();
    await this.modules.run(this.url(name));
    return await import(this.url(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    Reflect.deleteProperty(globalThis, "compiledRuns");
    await Deno.remove(this.path, { recursive: true });
  }
}

/** Sets the clock forward, as what was written a moment ago may change unseen. */
function later(): Disposable {
  const { now } = Date;
  Date.now = () => now() + 3600_000;
  return { [Symbol.dispose]: () => void (Date.now = now) };
}

Deno.test("compile() runs nothing, run() all of it once, in the order of imports", async () => {
  await using app = new CompiledApp({
    "main.ts": `
      import { a } from "./a.ts";
      import { b } from "./b.ts";
      export const url: string = import.meta.url;
      export const isMain = import.meta.main;
      export const sum: number = a + b();`,
    "a.ts": `import { b } from "./b.ts"; export const a = b() + 1;`,
    // Imported in a circle.
    "b.ts": `import { c } from "./c.ts"; export const b = () => c;`,
    "c.ts": `import * as b from "./b.ts"; export const c = b ? 1 : 0;`,
  });
  await app.compile("main.ts", "a.ts", "b.ts", "c.ts");
  assertEquals(app.runs, "");
  await app.modules.renew();
  assertEquals(app.runs, "");
  await app.modules.run(app.url("main.ts"));
  assertEquals(app.runs, "c b a main");
  const { url, isMain, sum } = await import(app.url("main.ts"));
  assertEquals([url, isMain, sum], [app.url("main.ts"), false, 3]);
  assertEquals(app.runs, "c b a main");
});

Deno.test("run() runs what files are by then, however they were changed", async () => {
  const names = ["written", "replaced", "restored", "touched", "same"];
  await using app = new CompiledApp({
    ...Object.fromEntries(
      names.map((name) => [`${name}.ts`, `export const ${name} = "old";`]),
    ),
    "main.ts": `${
      names.map((name) => `import { ${name} } from "./${name}.ts";`).join("\n")
    } export default { ${names} };`,
  });
  await app.compile("main.ts", ...names.map((name) => `${name}.ts`));
  for (const name of ["written", "restored"]) {
    const path = `${app.path}/${name}.ts`;
    const { atime, mtime } = await Deno.stat(path);
    app.write(`${name}.ts`, `export const ${name} = "new";`);
    if (name === "restored") await Deno.utime(path, atime!, mtime!);
  }
  // As `mv` does with an older file.
  app.write("other.ts", `export const replaced = "new";`);
  await Deno.utime(`${app.path}/other.ts`, 1, 1);
  await Deno.rename(`${app.path}/other.ts`, `${app.path}/replaced.ts`);
  await Deno.utime(`${app.path}/touched.ts`, new Date(), new Date());
  assertEquals((await app.run("main.ts")).default, {
    written: "new",
    replaced: "new",
    restored: "new",
    touched: "old",
    same: "old",
  });
});

Deno.test("compile() compiles ahead what is settled, so that run() only looks at it", async () => {
  const files = {
    "main.mjs": `import { late } from "./late.mjs"; export default late;`,
    "late.mjs": "export const late = 1;",
  };
  await using app = new CompiledApp(files);
  await app.compile("main.mjs", "late.mjs");
  {
    using _later = later();
    using loads = countLoads(app.url(""));
    assertEquals((await app.run("main.mjs")).default, 1);
    assertEquals(loads.count, 0);
  }
  await using fresh = new CompiledApp(files);
  await fresh.modules.compile(
    Object.keys(files).map((name) => `${fresh.path}/${name}`),
  );
  using loads = countLoads(fresh.url(""));
  assertEquals((await fresh.run("main.mjs")).default, 1);
  assertEquals(loads.count, 2);
});

/** Counts what is loaded of a folder from now on. */
function countLoads(folder: string) {
  const counted = { count: 0, [Symbol.dispose]: () => hooks.deregister() };
  const hooks = registerHooks({
    load(url, context, nextLoad) {
      if (url.startsWith(folder)) counted.count++;
      return nextLoad(url, context);
    },
  });
  return counted;
}

Deno.test("compile() does nothing without permission to read all files", async () => {
  await using app = new CompiledApp({ "main.ts": "export default 1;" });
  const { querySync } = Deno.permissions;
  // As under `--allow-read=<folder>`.
  Deno.permissions.querySync = (descriptor) =>
    Object.create(querySync.call(Deno.permissions, descriptor), {
      state: { value: "prompt" },
    });
  try {
    await app.compile("main.ts");
  } finally {
    Reflect.deleteProperty(Deno.permissions, "querySync");
  }
  await app.modules.renew();
  await app.modules.run(app.url("main.ts"));
  assertEquals(app.runs, "");
});

Deno.test("run() leaves to Deno what waits at its top level, without old code", async () => {
  await using app = new CompiledApp({
    "main.ts":
      `import { slow } from "./slow.ts"; import { quick } from "./quick.ts";
      export default slow + quick;`,
    "slow.ts": `export const slow = await Promise.resolve("old");`,
    "quick.ts": `export const quick = "old";`,
  });
  await app.compile("main.ts", "slow.ts", "quick.ts");
  app.write("slow.ts", `export const slow = await Promise.resolve("new");`);
  await app.modules.renew();
  await app.modules.run(app.url("main.ts"));
  assertEquals(app.runs, "");
  const { default: text } = await import(app.url("main.ts"));
  assertEquals(text, "newold");
  assertEquals(app.runs, "quick slow main");
});

Deno.test("run() leaves to Deno what it finds to be imported only then", async () => {
  await using app = new CompiledApp({
    "main.ts": `import { a } from "./a.ts"; export default a;`,
    "a.ts": `export const a = "old";`,
  });
  await app.compile("main.ts", "a.ts");
  app.write(
    "added.ts",
    `import { a } from "./a.ts"; export const b = a + "b";`,
  );
  app.write("a.ts", `export const a = "new";`);
  app.write("main.ts", `import { b } from "./added.ts"; export default b;`);
  assertEquals((await app.run("main.ts")).default, "newb");
  assertEquals(app.runs, "a added main");
});

Deno.test("run() has JSON and text as they are by then", async () => {
  await using app = new CompiledApp({
    "main.ts": `
      import data from "./data.json" with { type: "json" };
      import { text } from "./inner.ts";
      export default data.value + text;`,
    "inner.ts": `
      import value from "./text.txt" with { type: "text" };
      export const text = value;`,
    "data.json": `{ "value": "old" }`,
    "text.txt": "old",
  });
  await app.compile("main.ts", "inner.ts", "data.json", "text.txt");
  app.write("data.json", `{ "value": "new" }`);
  app.write("text.txt", " text");
  await app.modules.renew();
  await app.modules.run(app.url("main.ts"));
  assertEquals(app.runs, "inner main");
  const { default: text } = await import(app.url("main.ts"));
  assertEquals(text, "new text");
});

Deno.test("run() passes on what is thrown, which is thrown once", async () => {
  await using app = new CompiledApp({
    "main.ts": `import "./thrown.ts"; export default 1;`,
    "thrown.ts": `
      interface Lines { of: types }
      type types = string;
      compiledRuns.push("thrown");
      export const error: Error & Partial<Lines> = new TypeError("no");
      Reflect.set(globalThis, "thrownError", error);
      throw error;`,
  });
  await app.compile("main.ts", "thrown.ts");
  const error = await assertRejects(() => app.run("main.ts"), TypeError, "no");
  assertEquals(error, Reflect.get(globalThis, "thrownError"));
  assert(error === Reflect.get(globalThis, "thrownError"));
  assertStringIncludes(error.stack ?? "", `${app.url("thrown.ts")}:5:`);
  assertEquals(app.runs, "thrown");
  Reflect.deleteProperty(globalThis, "thrownError");
});

Deno.test("run() has nothing of devserve on the stack of what it runs", async () => {
  await using app = new CompiledApp({
    "main.ts": "export const { stack } = new Error();",
  });
  await app.compile("main.ts");
  const { stack } = await app.run("main.ts");
  const lines = String(stack).split("\n").slice(1);
  assertStringIncludes(lines[0]!, app.url("main.ts"));
  assertEquals(lines.slice(1).filter((line) => !/node:module/.test(line)), []);
});

Deno.test("run() has told as ever what is wrong with what is going to change", async (t) => {
  const cases: Record<string, [(path: string) => Promise<void>, RegExp]> = {
    "a missing file": [(path) => Deno.remove(path), /Module not found/],
    "wrong syntax": [
      (path) => Deno.writeTextFile(path, "export const a = ;"),
      /Expression expected/,
    ],
    "a missing export": [
      (path) => Deno.writeTextFile(path, "export const b = 1;"),
      /does not provide an export named 'a'/,
    ],
  };
  for (const [name, [change, expected]] of Object.entries(cases)) {
    await t.step(name, async () => {
      await using app = new CompiledApp({
        "main.ts": `import { a } from "./a.ts"; export default a;`,
        "a.ts": `export const a = "old";`,
      });
      const paths = ["main.ts", "a.ts"].map((name) => `${app.path}/${name}`);
      using _later = later();
      await app.modules.compile(paths, paths.slice(1));
      await change(paths[1]!);
      const error = await assertRejects(() => app.run("main.ts"), Error);
      assertMatch(error.message, expected);
      assertEquals(app.runs, "");
    });
  }
});

Deno.test("renew() throws if the old code would run in place of the new", async (t) => {
  const changes = {
    "nothing": undefined,
    "wrong syntax": "export const a = ;",
    "syntax that only V8 finds wrong": "export const a = /(/;",
    "a package that is not loaded":
      `import "some-package"; export const a = 1;`,
  };
  for (const [name, text] of Object.entries(changes)) {
    await t.step(name, async () => {
      await using app = new CompiledApp({
        "main.ts": `import { a } from "./a.ts"; export default a;`,
        "a.ts": `export const a = "old";`,
      });
      await app.compile("main.ts", "a.ts");
      if (text === undefined) await Deno.remove(`${app.path}/a.ts`);
      else app.write("a.ts", text);
      await assertRejects(() => app.run("main.ts"), OutdatedError, "a.ts");
      assertEquals(app.runs, "");
    });
  }
});

Deno.test("compile() leaves out what may be no ES module", async () => {
  await using app = new CompiledApp({
    "main.mts": `
      import common from "./common.cjs";
      import inner from "./inner/index.cjs";
      import sure from "./inner/sure.mjs";
      import type from "./inner/type.js";
      import { createRequire } from "node:module";
      createRequire(import.meta.url)("./inner/script.js");
      export default [common, inner, sure, type];`,
    "common.cjs": "module.exports = 1;",
    "inner/package.json": `{ "type": "commonjs" }`,
    "inner/type.js": "export default typeof require;",
    "inner/script.js": "if (typeof require !== 'function') throw 0;",
    "inner/index.cjs": `module.exports = typeof require;`,
    "inner/sure.mjs": "export default typeof require;",
  });
  await app.compile(
    "main.mts",
    "common.cjs",
    "inner/package.json",
    "inner/index.cjs",
    "inner/sure.mjs",
    "inner/type.js",
    "inner/script.js",
  );
  assertEquals(app.runs, "");
  assertEquals((await app.run("main.mts")).default, [
    1,
    "function",
    "undefined",
    "undefined",
  ]);
  assertEquals(
    app.runs,
    "common inner/index inner/sure inner/type inner/script main",
  );
});

Deno.test("compile() tells by the code what a file of a package of CommonJS is", async () => {
  await using app = new CompiledApp({
    "package.json": `{ "type": "commonjs" }`,
    "module.js": "export default 1;",
    "script.js": "globalThis.compiledScript = 1;",
    "tool.js": "#!/usr/bin/env node\nglobalThis.compiledTool = 1;",
    "main.mjs": "",
  });
  await app.compile("module.js", "script.js", "tool.js", "main.mjs");
  await app.run("main.mjs");
  // What is compiled is not loaded again.
  using loads = countLoads(app.url(""));
  await import(app.url("module.js"));
  assertEquals(loads.count, 0);
  await import(app.url("script.js"));
  assertEquals(loads.count, 1);
  await import(app.url("tool.js"));
  assertEquals(loads.count, 2);
});

Deno.test("compile() leaves out what can be CommonJS where no package says so", async () => {
  await using app = new CompiledApp({
    "script.js": "globalThis.compiledScript = 1;",
    "main.ts": "export default 1;",
  });
  await app.compile("script.js", "main.ts");
  await app.run("main.ts");
  using loads = countLoads(app.url(""));
  await import(app.url("main.ts"));
  assertEquals(loads.count, 0);
  await import(app.url("script.js"));
  assertEquals(loads.count, 1);
});

Deno.test("compile() loads modules of the runtime before it links what imports them", async () => {
  await using app = new CompiledApp({
    "main.ts": `
      import { Worker } from "node:worker_threads";
      import http2 from "node:http2";
      import repl from "repl";
      export default [typeof Worker, typeof http2, typeof repl];`,
  });
  await app.compile("main.ts");
  assertEquals((await app.run("main.ts")).default, [
    "function",
    "object",
    "object",
  ]);
});

Deno.test("run() does not run what is imported later, which is the same module then", async () => {
  await using app = new CompiledApp({
    "main.ts": `
      import { state } from "./state.ts";
      export const later = () => import("./later.ts");
      export const other = () => import("./later.ts?other");
      export { state };`,
    "later.ts":
      `import { state } from "./state.ts"; state.push("later"); export { state };`,
    "state.ts": "export const state: string[] = [];",
  });
  await app.compile("main.ts", "later.ts", "state.ts");
  const { state, later, other } = await app.run("main.ts") as {
    state: string[];
    later(): Promise<{ state: string[] }>;
    other(): Promise<{ state: string[] }>;
  };
  assertEquals(app.runs, "state main");
  assert((await later()).state === state);
  assert((await later()).state === state);
  assert((await other()).state === state);
  assertEquals(app.runs, "state main later later");
  assertEquals(state, ["later", "later"]);
});

Deno.test("run() leaves files to Deno that are reached through a link", async () => {
  await using app = new CompiledApp({
    "real/main.ts": `import { a } from "./a.ts"; export default a;`,
    "real/a.ts": "export const a = import.meta.url;",
  });
  await Deno.symlink(`${app.path}/real`, `${app.path}/link`);
  await app.compile("link/main.ts", "link/a.ts");
  assertEquals([...app.modules.importsOf(app.url("link/main.ts"))], []);
  assertEquals((await app.run("link/main.ts")).default, app.url("link/a.ts"));
});

Deno.test("importsOf() tells what a compiled module imports", async () => {
  await using app = new CompiledApp({
    "main.ts": `
      import type { T } from "./types.ts";
      import data from "./data.json" with { type: "json" };
      import fs from "node:fs";
      import "./a.ts";
      export default [data, fs] as T;`,
    "types.ts": "export type T = unknown[];",
    "data.json": "[]",
    "a.ts": "",
  });
  await app.compile("main.ts", "a.ts");
  await app.run("main.ts");
  assertEquals(
    Array.from(app.modules.importsOf(app.url("main.ts")), ({ url }) => url),
    [app.url("data.json"), "node:fs", app.url("a.ts")],
  );
  assertEquals([...app.modules.importsOf(app.url("types.ts"))], []);
});

Deno.test("renew() ends what is compiled meanwhile", async () => {
  const names = Array.from({ length: 300 }, (_, index) => `m${index}.ts`);
  await using app = new CompiledApp({
    ...Object.fromEntries(
      names.map((name) => [name, `export const f = () => "${name}".length;`]),
    ),
    "main.ts": `import { f } from "./m299.ts"; export default f();`,
  });
  using loads = countLoads(app.url(""));
  const compiling = app.compile("main.ts", ...names);
  assertEquals((await app.run("main.ts")).default, 7);
  await compiling;
  assertEquals(app.runs, "m299 main");
  // Each once.
  assertEquals(loads.count, 301);
});

Deno.test("renew() waits for a module that waits for one of the runtime", async () => {
  await using app = new CompiledApp({
    "main.ts": `import "node:dgram"; export default 1;`,
  });
  using loads = countLoads(app.url("main.ts"));
  const compiling = app.compile("main.ts");
  while (loads.count === 0) await Promise.resolve();
  await app.run("main.ts");
  await compiling;
  assertEquals(app.runs, "main");
});

Deno.test("anticipate() compiles what renew() has not to compile again then", async () => {
  await using app = new CompiledApp({
    "main.ts": `import { a } from "./a.ts"; export default a;`,
    "a.ts": `export const a = "old";`,
  });
  await app.compile("main.ts", "a.ts");
  app.write("a.ts", `export const a = "new";`);
  using loads = countLoads(app.url("a.ts"));
  app.modules.anticipate(`${app.path}/a.ts`);
  assertEquals(loads.count, 1);
  // Nothing is run by that.
  assertEquals(app.runs, "");
  assertEquals((await app.run("main.ts")).default, "new");
  assertEquals(loads.count, 1);
  assertEquals(app.runs, "a main");
});

Deno.test("anticipate() may be wrong about what a file is going to be", async (t) => {
  const whole = `export const a = "whole";`;
  const cases: Record<string, [before: string | undefined, after: string]> = {
    "it was being written": [`export const a = "half";`, whole],
    "it was just emptied": ["", whole],
    "it was wrong": [`export const a = "who`, whole],
    "it was gone": [undefined, whole],
    "it imported what is not there": [`export { a } from "./none.ts";`, whole],
    "it imported a package": [`export { a } from "some-package";`, whole],
    "it imported the runtime": [
      `import "node:dgram"; export const a = 1;`,
      whole,
    ],
    "it is going to import the runtime": [
      whole,
      `import "node:tty"; ${whole}`,
    ],
    "it is going to be the same": [whole, whole],
  };
  for (const [name, [before, after]] of Object.entries(cases)) {
    await t.step(name, async () => {
      await using app = new CompiledApp({
        "main.ts": `import { a } from "./a.ts"; export default a;`,
        "a.ts": `export const a = "old";`,
      });
      const path = `${app.path}/a.ts`;
      {
        using _later = later();
        await app.modules.compile([`${app.path}/main.ts`, path], [path]);
      }
      if (before === undefined) await Deno.remove(path);
      else if (before === "") await Deno.writeTextFile(path, "");
      else app.write("a.ts", before);
      app.modules.anticipate(path);
      // Twice, as events come.
      app.modules.anticipate(path);
      app.write("a.ts", after);
      assertEquals((await app.run("main.ts")).default, "whole");
      assertEquals(app.runs, "a main");
    });
  }
});

Deno.test("anticipate() lets renew() throw if its code would run in place of the new", async () => {
  await using app = new CompiledApp({
    "main.ts": `import { a } from "./a.ts"; export default a;`,
    "a.ts": `export const a = "old";`,
  });
  const path = `${app.path}/a.ts`;
  await app.modules.compile([`${app.path}/main.ts`, path], [path]);
  app.modules.anticipate(path);
  app.write("a.ts", "export const a = ;");
  await assertRejects(() => app.run("main.ts"), OutdatedError, "a.ts");
  assertEquals(app.runs, "");
});

Deno.test("anticipate() leaves alone what is not known, and all once the app is to run", async () => {
  await using app = new CompiledApp({
    "main.ts": `export default 1;`,
    "other.ts": "export const other = 1;",
  });
  using loads = countLoads(app.url(""));
  // Nothing has been compiled.
  app.modules.anticipate(`${app.path}/main.ts`);
  assertEquals(loads.count, 0);
  await app.compile("main.ts");
  assertEquals(loads.count, 1);
  app.modules.anticipate(`${app.path}/other.ts`);
  app.modules.anticipate(`${app.path}/none.ts`);
  await app.run("main.ts");
  app.modules.anticipate(`${app.path}/main.ts`);
  assertEquals(loads.count, 2);
  assertEquals(app.runs, "main");
});
