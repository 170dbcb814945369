import { assertEquals, assertFalse } from "@std/assert";
import { makeFolder, servedAt, startDevserve } from "../_devserve.ts";
import { fetchUntil, save } from "../reloader/_reload.ts";

/** What is in a folder that another one is the root of. */
function fill(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = `${folder}/${name}`;
    Deno.mkdirSync(path.replace(/\/[^/]*$/, ""), { recursive: true });
    Deno.writeTextFileSync(path, text);
  }
}

const APP = `
  import { word } from "words";
  export default () => new Response(word);`;

/** Serves static files and an app that uses its own config, through a reload. */
async function checkStatic(
  files: Record<string, string>,
  app = "app.ts",
): Promise<void> {
  using folder = makeFolder({ "page.html": "<p>static" });
  fill(folder.path, files);
  const lock = `${folder.path}/deno.lock`;
  await using child = startDevserve(
    [app, "-p", "0", "--static", "/files=."],
    { cwd: folder.path },
  );
  const url = await servedAt(child);
  assertEquals(await (await fetch(url)).text(), "one");
  const page = await fetch(`${url}files/page.html`);
  assertEquals(await page.text(), "<p>static", child.stderr);
  assertEquals(page.headers.get("content-type"), "text/html; charset=UTF-8");
  const words = app.replace("app.ts", "words.ts");
  await save(`${folder.path}/${words}`, `export const word = "two";`);
  await fetchUntil(url, "two");
  const again = await fetch(`${url}files/page.html`);
  assertEquals(await again.text(), "<p>static", child.stderr);
  await child.stop();
  const locked = await Deno.readTextFile(lock).catch(() => "");
  assertFalse(locked.includes("deno-std"), locked);
}

const WORDS = `export const word = "one";`;

Deno.test("devserve --static works with imports in the app's config", async () => {
  await checkStatic({
    "deno.json": `{ "imports": { "words": "./words.ts" } }`,
    "app.ts": APP,
    "words.ts": WORDS,
  });
});

Deno.test("devserve --static works with another import map of @std", async () => {
  await checkStatic({
    "deno.json": `{ "importMap": "maps/all.json" }`,
    "maps/all.json": `{
      "imports": { "words": "../wrong.ts", "@std/path/join": "../wrong.ts" },
      "scopes": { "../": { "words": "../words.ts" } }
    }`,
    "app.ts": APP,
    "words.ts": WORDS,
    "wrong.ts": "throw new Error('wrong');",
  });
});

Deno.test("devserve --static works with a package.json", async () => {
  await checkStatic({
    "deno.json": `{ "imports": { "words": "./words.ts" } }`,
    "package.json": `{ "type": "module" }`,
    "app.ts": APP,
    "words.ts": WORDS,
  });
});

Deno.test("devserve --static works without a config of the app", async () => {
  await checkStatic({
    "app.ts": APP.replace('"words"', '"./words.ts"'),
    "words.ts": WORDS,
  });
});

Deno.test("devserve --static works with node_modules of the app", async () => {
  await checkStatic({
    "deno.json": `{ "nodeModulesDir": "manual" }`,
    "package.json": `{ "dependencies": { "words": "1" } }`,
    "node_modules/words/package.json":
      `{ "name": "words", "version": "1.0.0", "main": "main.js" }`,
    "node_modules/words/main.js":
      `exports.word = require("../../words.ts").word`,
    "app.ts": APP,
    "words.ts": WORDS,
  });
});

Deno.test("devserve --static works with a frozen lockfile", async () => {
  await checkStatic({
    "deno.json":
      `{ "imports": { "words": "./words.ts" }, "lock": { "frozen": true } }`,
    "deno.lock": `{ "version": "5" }`,
    "app.ts": APP,
    "words.ts": WORDS,
  });
});

Deno.test("devserve --static works in a member of a workspace", async () => {
  await checkStatic({
    "deno.json": `{ "workspace": ["./web", "./lib"] }`,
    "web/deno.json": `{ "imports": { "words": "./words.ts" } }`,
    "web/app.ts": `
      import { word } from "words";
      import { same } from "@our/lib";
      export default () => new Response(same(word));`,
    "web/words.ts": WORDS,
    "lib/deno.json": `{ "name": "@our/lib", "version": "1.0.0",
      "exports": "./mod.ts", "imports": { "inner": "./inner.ts" } }`,
    "lib/mod.ts": `export { same } from "inner";`,
    "lib/inner.ts": `export const same = (value) => value;`,
  }, "web/app.ts");
});
