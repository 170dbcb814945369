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

Deno.test("runSimple() serves each app of a program at its own address", async () => {
  using folder = makeFolder({
    "main.ts": `
      import { runSimple } from "${DEVSERVE}";
      import { text } from "./text.ts";
      await Promise.all([
        runSimple("127.0.0.1", 0, () => new Response("other " + text), {
          onListen: ({ url }) => console.log("other at", url),
        }),
        runSimple("localhost", 0, () => new Response(text), {
          useReloader: true,
          onListen: ({ url }) => console.log("reloaded at", url),
        }),
      ]);
      console.log("done");`,
    "text.ts": `export const text = "one";`,
  });
  await using child = run(folder.path);
  const [, reloaded] = await child.waitFor(/reloaded at (\S+)/);
  const [, other] = await child.waitFor(/other at (\S+)/);
  await fetchUntil(reloaded!, "one");
  await save(`${folder.path}/text.ts`, `export const text = "two";`);
  await fetchUntil(reloaded!, "two");
  // Who does not ask to be reloaded is not.
  assertEquals(await (await fetch(other!)).text(), "other one");
  assertEquals((await child.stop("SIGINT")).code, 130);
  assertEquals(child.stdout.match(/other at/g)?.length, 1);
  assertStringIncludes(child.stdout, "done");
});

Deno.test("runSimple() refuses to reload a second app of a program", async () => {
  using folder = makeFolder({
    "main.ts": `
      import { runSimple } from "${DEVSERVE}";
      const serve = () => runSimple("localhost", 0, () => new Response(), {
        useReloader: true,
      });
      await Promise.all([serve(), serve()]);`,
  });
  await using child = run(folder.path);
  assertEquals((await child.finished()).code, 1);
  assertStringIncludes(
    child.stderr,
    'Cannot use option "useReloader" a second time',
  );
});

Deno.test("runSimple() serves within runWithReloader()", async () => {
  using folder = makeFolder({
    "main.ts": `
      import { runSimple } from "${DEVSERVE}";
      import { runWithReloader } from "${RELOADER}";
      await runWithReloader((signal) =>
        runSimple("localhost", 0, () => new Response("inner"), { signal }));`,
  });
  await using child = run(folder.path);
  assertEquals(await (await fetch(await servedAt(child))).text(), "inner");
  await child.stop("SIGINT");
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
