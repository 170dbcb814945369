import { assertEquals } from "@std/assert";
import { makeFolder, servedAt, startDevserve } from "../_devserve.ts";
import { startProcess } from "../_process.ts";
import { fetchUntil, save } from "./_reload.ts";

/** Some of these are while the next process rehearses, in milliseconds. */
const DELAYS = [60, 90, 120, 150, 180, 210];

function app(version: number): string {
  return `export default () => new Response("${version}");`;
}

function main(version: number): string {
  return `import { runSimple } from "${new URL(
    "../../mod.ts",
    import.meta.url,
  )}";
    await runSimple("localhost", 0, () => new Response("${version}"), {
      useReloader: true,
    });`;
}

for (
  const [what, text, args] of [
    ["devserve", app, ["main.ts", "-p", "0"]],
    // The file is served by the file itself.
    ["runSimple()", main, undefined],
  ] as const
) {
  Deno.test(`${what} leaves no files behind when it is stopped soon after a reload`, async () => {
    using temporary = makeFolder({});
    for (const delay of DELAYS) {
      using folder = makeFolder({ "main.ts": text(1) });
      const env = { TMPDIR: temporary.path, NO_COLOR: "1" };
      const path = `${folder.path}/main.ts`;
      await using child = args === undefined
        ? startProcess([Deno.execPath(), "run", "-A", path], { env })
        : startDevserve(args, { cwd: folder.path, env });
      const url = await servedAt(child);
      await fetchUntil(url, "1");
      await save(path, text(2));
      await fetchUntil(url, "2");
      await new Promise((resolve) => setTimeout(resolve, delay));
      await child.stop();
      const left = await Array.fromAsync(Deno.readDir(temporary.path));
      assertEquals(left.map(({ name }) => name), []);
    }
  });
}
