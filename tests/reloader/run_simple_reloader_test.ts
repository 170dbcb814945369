import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeFolder, servedAt } from "../_devserve.ts";
import { startProcess } from "../_process.ts";
import { fetchUntil, save } from "./_reload.ts";

const DEVSERVE = new URL("../../mod.ts", import.meta.url).href;
const RELOADER = new URL("../../reloader/mod.ts", import.meta.url).href;

function run(folder: string, ...args: string[]) {
  return startProcess([Deno.execPath(), "run", "-A", "main.ts", ...args], {
    cwd: folder,
    env: { NO_COLOR: "1" },
  });
}

Deno.test("runSimple() runs the main module anew with useReloader", async () => {
  using folder = makeFolder({
    "main.ts": `
      import { runSimple } from "${DEVSERVE}";
      import { text } from "./text.ts";
      await runSimple("localhost", 0, () =>
        Response.json([text, Deno.args, import.meta.main]), {
        useReloader: true,
      });
      console.log("done");`,
    "text.ts": `export const text = "one";`,
  });
  await using child = run(folder.path, "a", "b");
  const url = await servedAt(child);
  await fetchUntil(url, `["one",["a","b"],true]`);
  await save(`${folder.path}/text.ts`, `export const text = "two";`);
  await fetchUntil(url, `["two",["a","b"],true]`);
  await save(`${folder.path}/text.ts`, `export const text = = "two";`);
  await child.waitFor(/Serving this error/, "stderr");
  const failed = await fetch(url);
  assertEquals(failed.status, 500);
  await failed.body?.cancel();
  await save(`${folder.path}/text.ts`, `export const text = "three";`);
  await fetchUntil(url, `["three",["a","b"],true]`);
  assertEquals((await child.stop("SIGINT")).code, 130);
  assertStringIncludes(child.stdout, "done");
});

Deno.test("runSimple() stops for good when a generation stops itself", async () => {
  using folder = makeFolder({
    "main.ts": `
      import { runSimple } from "${DEVSERVE}";
      const done = new AbortController();
      await runSimple("localhost", 0, () => {
        done.abort();
        return new Response("bye");
      }, { useReloader: true, signal: done.signal });`,
  });
  await using child = run(folder.path);
  assertEquals(await (await fetch(await servedAt(child))).text(), "bye");
  assertEquals((await child.finished()).code, 0);
});

Deno.test("runWithReloader() runs main anew, one at a time", async () => {
  using folder = makeFolder({
    "main.ts": `
      import { runWithReloader } from "${RELOADER}";
      import { text } from "./text.ts";
      await runWithReloader(async (signal) => {
        console.log("begin", text);
        await new Promise((done) => signal.addEventListener("abort", done));
        console.log("end", text);
      }, { onReload: (paths) => console.log("reload", paths.length) });`,
    "text.ts": `export const text = "one";`,
  });
  await using child = run(folder.path);
  await child.waitFor(/begin one/);
  await save(`${folder.path}/text.ts`, `export const text = "two";`);
  await child.waitFor(/begin two/);
  await child.waitFor(/reload 1/);
  assertEquals(
    child.stdout.match(/(?:begin|end) \w+/g),
    ["begin one", "end one", "begin two"],
  );
  await child.stop("SIGINT");
  assertStringIncludes(child.stdout, "end two");
});
