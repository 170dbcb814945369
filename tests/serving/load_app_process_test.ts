import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { startProcess } from "../_process.ts";
import { withFiles } from "./_load_fixtures.ts";

const SERVING = new URL("../../serving/", import.meta.url).href;

/** A program that loads an app, and prints what came of it. */
const LOADER = `
  import { loadApp } from "${SERVING}load_app.ts";
  import { formatError } from "${SERVING}format_error.ts";
  loadApp(Deno.args[0], { catchServe: true }).then(
    ({ name }) => console.log(name),
    (error) => console.log(formatError(error)),
  ).finally(() => Deno.exit());
`;

/** Loads under a configuration that knows nothing of devserve's imports. */
async function load(
  files: Record<string, string>,
  importString: string,
): Promise<string> {
  let output = "";
  const all = {
    ...files,
    "loader.ts": LOADER,
    "deno.json": '{ "imports": { "#lib/": "./lib/" } }',
  };
  await withFiles(all, async (cwd) => {
    await using child = startProcess(
      [Deno.execPath(), "run", "-A", join(cwd, "loader.ts"), importString],
      { cwd, env: { NO_COLOR: "1" } },
    );
    await child.finished();
    output = child.stdout.trimEnd();
  });
  return output;
}

Deno.test("loadApp() loads an app under its own import map, not devserve's", async () => {
  const files = {
    "app.ts": 'export { app } from "#lib/app.ts";',
    "lib/app.ts": "export const app = () => new Response();",
  };
  assertEquals(await load(files, "app.ts"), "app");
  assertEquals(
    await load(files, "ap"),
    'Cannot load an app from "ap": file does not exist, but "app.ts" does',
  );
});

Deno.test("loadApp() takes what a module serves that waits for ever", async () => {
  const app = "Deno.serve(() => new Response());\nawait new Promise(() => {});";
  assertEquals(await load({ "app.ts": app }, "app.ts"), "Deno.serve");
});

Deno.test("formatError() shows none of devserve's frames", async () => {
  const files = {
    "app.ts": 'import "#lib/db.ts";\nexport default () => new Response();',
    "lib/db.ts": 'await null;\nthrow new Error("refused");',
  };
  assertEquals((await load(files, "app.ts")).split("\n"), [
    "Error: refused",
    "    1 | await null;",
    '  > 2 | throw new Error("refused");',
    "      |       ^",
    `    at ${join("lib", "db.ts")}:2:7`,
  ]);
});

Deno.test("formatError() shows the hint of Deno to a bare import", async () => {
  assertEquals(
    (await load({ "app.ts": 'import "x";' }, "app.ts")).split("\n"),
    [
      'Import "x" not a dependency and not in import map from "app.ts"',
      "  hint: If you want to use the npm package, try running `deno add npm:x`",
      '  > 1 | import "x";',
      "      |        ^",
      "    at app.ts:1:8",
    ],
  );
});

Deno.test("formatError() shows the import of an npm package that is not found", async () => {
  const app = 'import "npm:hono@99";';
  assertEquals((await load({ "app.ts": app }, "app.ts")).split("\n"), [
    "Could not find npm package 'hono' matching '99'.",
    '  > 1 | import "npm:hono@99";',
    "      |        ^",
    "    at app.ts:1:8",
  ]);
});
