import { assertEquals } from "@std/assert";
import { toFileUrl } from "@std/path/to-file-url";
import { linkPackages } from "../../reloader/_link_packages.ts";

/** Writes modules, each of which notes that it is run. */
async function makeModules(files: Record<string, string>) {
  const path = await Deno.realPath(await Deno.makeTempDir());
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(
      `${path}/${name}`,
      `(globalThis.linkedRuns ??= []).push("${name}");\n${text}`,
    );
  }
  Reflect.set(globalThis, "linkedRuns", []);
  return {
    url: (name: string) => toFileUrl(`${path}/${name}`).href,
    runs: (): string[] => Reflect.get(globalThis, "linkedRuns"),
    removeFiles: () => Deno.remove(path, { recursive: true }),
    [Symbol.dispose]: () => Reflect.deleteProperty(globalThis, "linkedRuns"),
  };
}

Deno.test("linkPackages() loads all that a package imports, and runs none of it", async () => {
  using modules = await makeModules({
    "main.mjs":
      `export { deep } from "./deep.mjs"; export { late } from "./late.mjs";`,
    "deep.mjs": `export const deep = "deep";`,
    "late.mjs": `export const late = await Promise.resolve("late");`,
  });
  await linkPackages([modules.url("main.mjs")], () => false);
  assertEquals(modules.runs(), []);
  // What is loaded needs no file any more.
  await modules.removeFiles();
  const { deep, late } = await import(modules.url("main.mjs"));
  assertEquals([deep, late], ["deep", "late"]);
  assertEquals(modules.runs(), ["deep.mjs", "late.mjs", "main.mjs"]);
});

Deno.test("linkPackages() leaves errors to who imports the package", async () => {
  using modules = await makeModules({
    "broken.mjs": "const = 1;",
    "fine.mjs": "export const fine = true;",
  });
  const urls = ["missing.mjs", "broken.mjs", "fine.mjs"].map(modules.url);
  await linkPackages(urls, () => false);
  await modules.removeFiles();
  assertEquals((await import(modules.url("fine.mjs"))).fine, true);
});

Deno.test("linkPackages() loads no more when somebody waits", async () => {
  using modules = await makeModules({
    "one.mjs": "export const one = 1;",
    "two.mjs": "export const two = 2;",
  });
  let asked = 0;
  await linkPackages(
    ["one.mjs", "two.mjs"].map(modules.url),
    () => ++asked === 2,
  );
  await modules.removeFiles();
  assertEquals((await import(modules.url("one.mjs"))).one, 1);
  const other = await import(modules.url("two.mjs")).catch(() => undefined);
  assertEquals(other, undefined);
});
