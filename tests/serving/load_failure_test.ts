import { assertEquals, assertStringIncludes } from "@std/assert";
import { loadFailure } from "../../serving/_load_failure.ts";
import { makeFolder, servedAt } from "../_devserve.ts";
import { type ChildProcess, startProcess } from "../_process.ts";
import { fetchUntil, save } from "../reloader/_reload.ts";

const DEVSERVE = new URL("../../mod.ts", import.meta.url).href;

const MAIN = `
  import { runSimple } from "${DEVSERVE}";
  import { text } from "./text.ts";
  await runSimple("localhost", 0, () => new Response(text()), {
    useReloader: true,
  });`;

const TEXT = `export const text = () => "one";`;

interface Program extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly url: string;
  /** Saves `text.ts` and returns what is served in place of the app. */
  saveBroken(text: string): Promise<string>;
  save(name: string, text: string): Promise<void>;
}

/** Runs a program that serves with `runSimple` and a reloader. */
async function run(files: Record<string, string> = {}): Promise<Program> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(
    makeFolder({ "main.ts": MAIN, "text.ts": TEXT, ...files }),
  );
  const child = stack.use(
    startProcess([Deno.execPath(), "run", "-A", "main.ts"], {
      cwd: folder.path,
      env: { NO_COLOR: "1" },
    }),
  );
  const url = await servedAt(child);
  await fetchUntil(url, "one");
  const saveIn = (name: string, text: string) =>
    save(`${folder.path}/${name}`, text);
  const resources = stack.move();
  return {
    child,
    url,
    save: saveIn,
    async saveBroken(text) {
      await saveIn("text.ts", text);
      await child.waitFor(/Serving this error/, "stderr");
      for (;;) {
        const response = await fetch(url);
        const page = await response.text();
        // The old generation answers the last requests on its connections.
        if (response.status === 500) return page;
        assertEquals(page, "one");
      }
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

Deno.test("runSimple() shows a syntax error of a later save", async () => {
  await using program = await run();
  const page = await program.saveBroken(`export const text = = "two";`);
  assertStringIncludes(page, "Expression expected");
  assertStringIncludes(page, `> 1 | export const text = = "two";`);
  assertStringIncludes(page, "at text.ts:1:21");
  await program.save("text.ts", TEXT.replace("one", "two"));
  await fetchUntil(program.url, "two");
});

Deno.test("runSimple() shows a missing import of a later save", async () => {
  await using program = await run();
  const page = await program.saveBroken(
    `import { word } from "./gone.ts"; export const text = () => word;`,
  );
  assertStringIncludes(page, "gone.ts");
  assertStringIncludes(page, "at text.ts:1:22");
  await program.save("gone.ts", `export const word = "two";`);
  await fetchUntil(program.url, "two");
});

Deno.test("runSimple() shows an import of a later save that is no dependency", async () => {
  const debugged = MAIN.replace("useReloader", "useDebugger: true, $&");
  for (const main of [MAIN, debugged]) {
    await using program = await run({ "main.ts": main });
    const page = await program.saveBroken(
      `import { word } from "nonsuch"; export const text = () => word;`,
    );
    assertStringIncludes(page, "deno add npm:nonsuch");
    assertStringIncludes(page, "at text.ts:1:22");
  }
});

Deno.test("runSimple() shows a missing export of a later save", async () => {
  await using program = await run();
  const page = await program.saveBroken(`export const other = 1;`);
  assertStringIncludes(page, "does not provide an export named 'text'");
  assertStringIncludes(page, "at main.ts:3:");
  await program.save("text.ts", TEXT.replace("one", "two"));
  await fetchUntil(program.url, "two");
});

Deno.test("runSimple() shows what a later save throws", async () => {
  await using program = await run();
  const page = await program.saveBroken(
    `throw new Error("no database"); export const text = () => "two";`,
  );
  assertStringIncludes(page, "Error: no database");
  assertStringIncludes(page, "at text.ts:1:7");
  assertStringIncludes(program.child.stderr, "Error: no database");
  await program.save("text.ts", TEXT.replace("one", "two"));
  await fetchUntil(program.url, "two");
});

Deno.test("runSimple() tells when a later save ends the process", async () => {
  await using program = await run();
  const page = await program.saveBroken(
    `Deno.exit(4); export const text = () => "two";`,
  );
  assertStringIncludes(page, "ended its process with code 4");
  await program.save("text.ts", TEXT.replace("one", "two"));
  await fetchUntil(program.url, "two");
});

Deno.test("runSimple() survives an error that comes once it serves", async () => {
  await using program = await run();
  await program.save(
    "text.ts",
    `export const text = () => {
      setTimeout(() => Promise.reject(new Error("late")));
      return "two";
    };`,
  );
  await fetchUntil(program.url, "two");
  await program.child.waitFor(/Error: late/, "stderr");
  assertEquals(await (await fetch(program.url)).text(), "two");
});

Deno.test("loadFailure() loads a program without running it", async () => {
  using folder = makeFolder({
    "main.ts": `Deno.writeTextFileSync(import.meta.dirname + "/ran", "");
      await 1;`,
    "broken.ts": `import "./main.ts"; import "./empty.ts"; const = 1;`,
    "empty.ts": "",
  });
  const base = `file://${folder.path}/`;
  assertEquals(await loadFailure(`${base}main.ts`), undefined);
  const failure = await loadFailure(`${base}broken.ts`);
  assertStringIncludes(failure?.title ?? "", "Unexpected token");
  assertStringIncludes(failure?.text ?? "", "broken.ts:1:");
  const files = await Array.fromAsync(Deno.readDir(folder.path));
  assertEquals(files.some(({ name }) => name === "ran"), false);
});
