import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeFolder, servedAt, startDevserve } from "../_devserve.ts";
import { fetchUntil, save } from "./_reload.ts";

/** Serves by itself at its top level, and tidies up when that is over. */
function topLevel(text: string): string {
  return `const server = Deno.serve(() => new Response("${text}"));
    await server.finished;
    await new Promise((done) => setTimeout(done, 20));
    console.log("tidied up ${text}");`;
}

/** Does the same in a function that nobody waits for. */
function inFunction(text: string): string {
  return `async function main() { ${topLevel(text)} }
    main();`;
}

for (const [where, code] of Object.entries({ topLevel, inFunction })) {
  Deno.test(`devserve lets a module end what its own server was for: ${where}`, async () => {
    using folder = makeFolder({ "app.ts": code("one") });
    await using child = startDevserve(["app.ts", "-p", "0"], {
      cwd: folder.path,
    });
    const url = await servedAt(child);
    await fetchUntil(url, "one");
    await save(`${folder.path}/app.ts`, code("two"));
    await fetchUntil(url, "two");
    await child.waitFor(/tidied up one/);
    assertEquals((await child.stop("SIGINT")).code, 130);
    assertStringIncludes(child.stdout, "tidied up two");
  });
}

Deno.test("devserve says that it sees no Deno.serve that comes later", async () => {
  using folder = makeFolder({
    "app.ts": `async function main() {
        await new Promise((done) => setTimeout(done, 1));
        Deno.serve({ port: 0, onListen() {} }, () => new Response("late"));
      }
      main();`,
  });
  await using child = startDevserve(["app.ts", "-p", "0"], {
    cwd: folder.path,
  });
  await servedAt(child);
  assertStringIncludes(
    child.stderr,
    "it exports nothing, and did not call Deno.serve while it was loaded (a call that comes later is not seen: ",
  );
});
