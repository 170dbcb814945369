import { assertEquals } from "@std/assert";
import { isCached } from "../../reloader/_packages.ts";
import { servedAt, startDevserve } from "../_devserve.ts";
import { fetchUntil, save } from "./_reload.ts";

/** Long enough for the next process to load the packages ahead. */
const AHEAD_MS = 600;

function wait(ms = AHEAD_MS): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Serves an app with packages in `node_modules`, which note that they run. */
async function serve(files: Record<string, string>, args: string[] = []) {
  const path = await Deno.realPath(
    await Deno.makeTempDir({ prefix: "devserve-test-" }),
  );
  const all: Record<string, string> = {
    "package.json": `{
      "type": "module",
      "dependencies": {
        "sync": "*", "deep": "*", "async": "*", "it": "*", "other": "*", "broken": "*"
      }
    }`,
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    const file = `${path}/${name}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, text.replaceAll("ROOT", path));
  }
  const child = startDevserve(["app.ts", "-p", "0", ...args], { cwd: path });
  return {
    child,
    path,
    url: await servedAt(child),
    save: (name: string, text: string) => save(`${path}/${name}`, text),
    log: () => Deno.readTextFile(`${path}/log.txt`).catch(() => ""),
    async [Symbol.asyncDispose]() {
      await child[Symbol.asyncDispose]();
      await Deno.remove(path, { recursive: true });
    },
  };
}

/** The files of a package. */
function installed(name: string, code: string): Record<string, string> {
  return {
    [`node_modules/${name}/package.json`]:
      `{ "name": "${name}", "version": "1.0.0", "type": "module", "exports": "./index.js" }`,
    [`node_modules/${name}/index.js`]: code,
  };
}

const NOTE = (text: string) =>
  `Deno.writeTextFileSync("ROOT/log.txt", ${text} + "\\n", { append: true });`;

function app(version: number): string {
  return `import "./setup.ts";
    import { name } from "sync";
    import { late } from "async";
    export default () => new Response([name, late, ${version}].join(" "));`;
}

Deno.test("isCached() tells packages in Deno's cache from folders of that name", () => {
  for (
    const [place, expected] of [
      ["registry.npmjs.org/hono/4.1.0/a.js", true],
      ["registry.npmjs.org/@std/path/1.0.0/a.js", true],
      ["localhost_4873/hono/4.1.0/a.js", true],
      ["127.0.0.1_4873/hono/4.1.0/a.js", true],
      ["sites/shop/1.0.0/lib.ts", false],
      ["registry.npmjs.org/hono/a.js", false],
    ] as const
  ) {
    assertEquals(isCached(`file:///srv/npm/${place}`), expected, place);
  }
});

Deno.test("devserve runs packages when the app does, and in its order, whatever it has loaded ahead", async () => {
  await using served = await serve({
    "app.ts": app(0),
    "setup.ts": `globalThis.setup = "set up"; ${NOTE('"setup"')}`,
    ...installed(
      "sync",
      `import "deep"; export const name = globalThis.setup; ${NOTE('"sync"')}`,
    ),
    ...installed("deep", NOTE('"deep " + globalThis.setup')),
    ...installed(
      "async",
      `export const late = await Promise.resolve("late"); ${NOTE('"async"')}`,
    ),
  });
  await fetchUntil(served.url, "set up late 0");
  for (let version = 1; version <= 3; version++) {
    await wait();
    await served.save("app.ts", app(version));
    await fetchUntil(served.url, `set up late ${version}`);
  }
  await wait();
  const once = "setup\ndeep set up\nsync\nasync\n";
  assertEquals(await served.log(), once.repeat(4));
});

Deno.test("devserve runs an app that has a package.json alone as Deno does", async () => {
  await using served = await serve({
    "package.json": `{
      "type": "module",
      "dependencies": { "it": "*" },
      "imports": { "#lib": "./lib.ts" }
    }`,
    "app.ts": `import { name } from "it";
      import { lib } from "#lib";
      export default () => new Response(name + lib);`,
    "lib.ts": `export const lib = "0";`,
    "public/file.txt": "static",
    ...installed("it", `export const name = "a";`),
  }, ["--static", "/static=public"]);
  await fetchUntil(served.url, "a0");
  await served.save("lib.ts", `export const lib = "1";`);
  await fetchUntil(served.url, "a1");
  assertEquals(
    await (await fetch(`${served.url}static/file.txt`)).text(),
    "static",
  );
});

Deno.test("devserve runs an app of CommonJS that has a package.json alone", async () => {
  const appOf = (version: number) =>
    `const { name } = require("./common.js");
    module.exports = { fetch: () => new Response(name + ${version}) };`;
  await using served = await serve({
    "package.json": `{ "type": "commonjs" }`,
    "app.js": appOf(0),
    "common.js": `module.exports = { name: "common" };`,
    "app.ts": `export { default } from "./app.js";`,
  });
  await fetchUntil(served.url, "common0");
  for (const version of [1, 2]) {
    await wait();
    await served.save("app.js", appOf(version));
    await fetchUntil(served.url, `common${version}`);
  }
});

Deno.test("devserve runs a package that was changed in node_modules, with the next save", async () => {
  const appOf = (version: number) =>
    `import { name } from "it";
    export default () => new Response(name + ${version});`;
  await using served = await serve({
    "app.ts": appOf(0),
    ...installed("it", `export { name } from "./name.js";`),
    "node_modules/it/name.js": `export const name = "a";`,
  });
  await fetchUntil(served.url, "a0");
  for (const [index, name] of ["b", "c", "d"].entries()) {
    await wait();
    // Nobody reloads for it.
    await served.save(
      "node_modules/it/name.js",
      `export const name = "${name}";`,
    );
    await wait(100);
    await served.save("app.ts", appOf(index + 1));
    await fetchUntil(served.url, `${name}${index + 1}`);
  }
});

Deno.test("devserve has the hooks of an app see each package that is loaded", async () => {
  const appOf = (version: number) =>
    `import "./hooks.ts";
    export default async () => {
      const { name } = await import("it");
      const { other } = await import("other");
      return new Response([name, other, ${version}].join(" "));
    };`;
  await using served = await serve({
    "app.ts": appOf(0),
    "hooks.ts": `import { registerHooks } from "node:module";
      registerHooks({
        load(url, context, nextLoad) {
          const loaded = nextLoad(url, context);
          return url.endsWith("/it/index.js")
            ? { format: "module", source: "export const name = 'hooked';", shortCircuit: true }
            : loaded;
        },
      });`,
    ...installed("it", `export const name = "plain";`),
    ...installed("other", `export const other = "other";`),
  });
  await fetchUntil(served.url, "hooked other 0");
  for (let version = 1; version <= 3; version++) {
    await wait();
    await served.save("app.ts", appOf(version));
    await fetchUntil(served.url, `hooked other ${version}`);
  }
});

Deno.test("devserve has hooks see all packages that an app has from now on", async () => {
  const appOf = (hooks: string, version: number) =>
    `${hooks}
    export default async () => {
      const { name } = await import("it");
      return new Response(name + ${version});
    };`;
  await using served = await serve({
    "app.ts": appOf("", 0),
    "hooks.ts": `import { registerHooks } from "node:module";
      registerHooks({
        load: (url, context, nextLoad) =>
          url.endsWith("/it/index.js")
            ? { format: "module", source: "export const name = 'hooked';", shortCircuit: true }
            : nextLoad(url, context),
      });`,
    ...installed("it", `export const name = "plain";`),
  });
  await fetchUntil(served.url, "plain0");
  await wait();
  await served.save("app.ts", appOf("", 1));
  await fetchUntil(served.url, "plain1");
  await wait();
  await served.save("app.ts", appOf('import "./hooks.ts";', 2));
  await fetchUntil(served.url, "hooked2");
});

Deno.test("devserve tells what is wrong with a package when the app imports it", async () => {
  const appOf = (version: number) =>
    `let text = "fine";
    try { await import("broken"); } catch (error) { text = error.name; }
    export default () => new Response(text + ${version});`;
  await using served = await serve({
    "app.ts": appOf(0),
    ...installed("broken", `throw new RangeError("broken");`),
  });
  await fetchUntil(served.url, "RangeError0");
  for (let version = 1; version <= 2; version++) {
    await wait();
    await served.save("app.ts", appOf(version));
    await fetchUntil(served.url, `RangeError${version}`);
  }
  assertEquals(served.child.stderr.includes("Uncaught"), false);
});
