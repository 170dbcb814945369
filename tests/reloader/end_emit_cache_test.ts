import { assertEquals } from "@std/assert";
import { makeFolder } from "../_devserve.ts";

const MODULE = new URL(
  "../../reloader/_end_emit_cache.ts",
  import.meta.url,
).href;

Deno.test("endEmitCache() has Deno keep nothing of what it transpiles from then on", async () => {
  using temporary = makeFolder({});
  using folder = makeFolder({
    "before.ts": "export const value: number = 1;",
    "after.ts": "export const value: number = 2;",
    "main.mjs": `
      import { endEmitCache } from "${MODULE}";
      const { value: before } = await import("./before.ts");
      await endEmitCache("${temporary.path}");
      const { value: after } = await import("./after.ts");
      console.log(before + after);`,
  });
  const cache = `${folder.path}/cache`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", "main.mjs"],
    cwd: folder.path,
    env: { DENO_DIR: cache, NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  assertEquals(decoder.decode(stderr), "");
  assertEquals(decoder.decode(stdout), "3\n");
  assertEquals(await emitted(cache, "before.ts"), true);
  assertEquals(await emitted(cache, "after.ts"), false);
  const left = await Array.fromAsync(Deno.readDir(temporary.path));
  assertEquals(left.map(({ name }) => name), []);
});

async function emitted(folder: string, name: string): Promise<boolean> {
  for await (const entry of Deno.readDir(folder)) {
    if (entry.name === `${name}.js`) return true;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory && await emitted(path, name)) return true;
  }
  return false;
}
