import { assertEquals } from "@std/assert";
import { startProcess } from "../_process.ts";

// Imports nothing of `@std`, so it runs under an import map of its own.
const SOURCE = import.meta.resolve(
  "../../middleware/shared_data/_resolve_exports.ts",
);

const SCRIPT = `
import { resolveExports } from "${SOURCE}";
const exports = resolveExports({
  "/map": ["assets/", "img"],
  "/module": ["entry", "img"],
  "/file": ["entry", "img/a.svg"],
  "/own": new URL("./img/", import.meta.resolve("assets/")),
});
for (const { path, isDirectory } of exports) console.log(path, isDirectory);
`;

Deno.test("sharedData() resolves bare specifiers by the import map in use", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const imports = { "assets/": "./public/", "entry": "./public/entry.ts" };
  await Deno.mkdir(`${root}/public/img`, { recursive: true });
  await Deno.writeTextFile(`${root}/deno.json`, JSON.stringify({ imports }));
  await Deno.writeTextFile(`${root}/main.ts`, SCRIPT);
  await Deno.writeTextFile(`${root}/public/entry.ts`, "");
  await Deno.writeTextFile(`${root}/public/img/a.svg`, "");
  await using child = startProcess(
    [Deno.execPath(), "run", "-A", "main.ts"],
    { cwd: root },
  );
  assertEquals((await child.finished()).code, 0, child.stderr);
  assertEquals(child.stdout.split("\n"), [
    `${root}/public/img true`,
    `${root}/public/img true`,
    `${root}/public/img/a.svg false`,
    `${root}/public/img/ true`,
    "",
  ]);
  await Deno.remove(root, { recursive: true });
});
