import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { runWithReloader } from "../../reloader/mod.ts";
import { makeFolder } from "../_devserve.ts";
import { type ChildProcess, startProcess } from "../_process.ts";
import { save } from "./_reload.ts";

const RELOADER = new URL("../../reloader/mod.ts", import.meta.url).href;
const UNIX = { ignore: Deno.build.os === "windows" };

/** The text of a program that runs this function with a reloader. */
function mainText(main: string, options = "{}"): string {
  return `import { runWithReloader } from "${RELOADER}";
    const aborted = (signal: AbortSignal) =>
      new Promise((done) => signal.addEventListener("abort", done));
    await runWithReloader(${main}, ${options});
    console.log("returned");`;
}

function run(folder: { path: string }): ChildProcess {
  return startProcess([Deno.execPath(), "run", "-A", "main.ts"], {
    cwd: folder.path,
    env: { NO_COLOR: "1" },
  });
}

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(
    `runWithReloader() sets the exit code ${code} after ${signal}`,
    UNIX,
    async () => {
      using folder = makeFolder({
        "main.ts": mainText(`async (signal) => {
        console.log("begin");
        await aborted(signal);
        console.log("end");
      }`),
      });
      await using child = run(folder);
      await child.waitFor(/begin/);
      assertEquals((await child.stop(signal)).code, code);
      assertStringIncludes(child.stdout, "end");
      assertStringIncludes(child.stdout, "returned");
    },
  );
}

Deno.test(
  "runWithReloader() ends all at once at the second signal",
  UNIX,
  async () => {
    using folder = makeFolder({
      "main.ts": mainText(`async (signal) => {
      console.log("begin");
      await aborted(signal);
      console.log("aborted");
      await new Promise(() => setInterval(() => {}, 60_000));
    }`),
    });
    await using child = run(folder);
    await child.waitFor(/begin/);
    Deno.kill(child.pid, "SIGINT");
    await child.waitFor(/aborted/);
    await child.waitFor(/once more to stop at once/, "stderr");
    Deno.kill(child.pid, "SIGINT");
    assertEquals((await child.finished()).code, 130);
  },
);

Deno.test("runWithReloader() runs main anew at SIGHUP", UNIX, async () => {
  using folder = makeFolder({
    "main.ts": mainText(
      `async (signal) => {
        console.log("begin");
        await aborted(signal);
      }`,
      `{ onReload: () => console.log("reloaded") }`,
    ),
  });
  await using child = run(folder);
  await child.waitFor(/begin/);
  Deno.kill(child.pid, "SIGHUP");
  await child.waitFor(/reloaded/);
  assertEquals((await child.stop("SIGINT")).code, 130);
});

Deno.test("runWithReloader() returns when main has ended at once", async () => {
  using folder = makeFolder({ "main.ts": mainText(`() => {}`) });
  await using child = run(folder);
  assertEquals((await child.finished()).code, 0);
  // In both processes.
  assertEquals(child.stdout.match(/returned/g)?.length, 2);
});

Deno.test("runWithReloader() says that it waits when main ends its process again and again", async () => {
  using folder = makeFolder({
    "exit.ts": `export const exit = () => Deno.exit(3);`,
    "main.ts": `import { exit } from "./exit.ts";
      ${
      mainText(
        `async (signal) => {
          console.log("begin");
          setTimeout(exit, 20);
          await aborted(signal);
        }`,
        `{ onReload: (paths) => console.log("reload", paths.length) }`,
      )
    }`,
  });
  await using child = run(folder);
  await child.waitFor(/Waiting until a file changes/, "stderr");
  assertEquals(
    child.stderr.match(/ended its process with code 3/g)?.length,
    3,
  );
  // Nothing has been started the third time.
  assertEquals(child.stdout.match(/begin/g)?.length, 3);
  assertEquals(child.stdout.match(/reload/g)?.length, 2);
  await save(
    `${folder.path}/exit.ts`,
    `export const exit = () => console.log("stayed");`,
  );
  await child.waitFor(/stayed/);
  await child.stop("SIGINT");
});

Deno.test("runWithReloader() says what is wrong with an option", async () => {
  const main = () => {};
  await assertRejects(
    () => runWithReloader("main" as never),
    TypeError,
    'Cannot run the program: expected a function, got "main"',
  );
  await assertRejects(
    () => runWithReloader(main, { gracePeriod: -1 }),
    RangeError,
    'Cannot use option "gracePeriod": expected a number of seconds from 0 to 86400, got -1',
  );
  await assertRejects(
    () => runWithReloader(main, { extraFile: [] } as never),
    TypeError,
    'Cannot use option "extraFile": expected one of ',
  );
});
