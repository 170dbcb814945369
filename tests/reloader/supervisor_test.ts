import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { MAIN, makeFolder, servedAt, startDevserve } from "../_devserve.ts";
import { startProcess } from "../_process.ts";
import { rawRequest } from "../_raw_http.ts";
import { fetchStatus, fetchUntil, save } from "./_reload.ts";
import { serveFolder } from "./_serve_folder.ts";

function answering(text: string): string {
  return `export default () => new Response("${text}");`;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!await isSo()) await new Promise((done) => setTimeout(done, 5));
}

Deno.test("devserve serves why an env file cannot be read until it can", async () => {
  await using app = await serveFolder({
    "app.ts": `export default () => new Response(Deno.env.get("NAME"));`,
    ".env": "NAME=one",
  }, ["--env-file", ".env"]);
  await fetchUntil(app.url, "one");
  await Deno.remove(`${app.path}/.env`);
  assertMatch(await fetchStatus(app.url, 500), /Cannot read the env file/);
  await Deno.writeFile(`${app.path}/.env`, Uint8Array.of(0x4e, 0x3d, 0xff));
  await app.child.waitFor(/Cannot read the env file[^]+Cannot read/, "stderr");
  await app.save(".env", "NAME=two");
  await fetchUntil(app.url, "two");
});

Deno.test("devserve lives on when Deno is gone, and reloads when it is back", async () => {
  using folder = makeFolder({ "app.ts": answering("one") });
  const deno = `${folder.path}/deno`;
  const put = () =>
    Deno.link(Deno.execPath(), deno)
      .catch(() => Deno.copyFile(Deno.execPath(), deno));
  await put();
  await using child = startProcess(
    [deno, "run", "-A", MAIN, "app.ts", "-p", "0"],
    { cwd: folder.path, env: { NO_COLOR: "1" } },
  );
  const url = await servedAt(child);
  await fetchUntil(url, "one");
  await Deno.remove(deno);
  // The first one may find a process that was started before.
  for (let i = 1; i <= 50 && !/Serving on as/.test(child.stderr); i++) {
    await save(`${folder.path}/app.ts`, answering(`lost ${i}`));
    await new Promise((done) => setTimeout(done, 300));
  }
  assertMatch(child.stderr, /Serving on as before/);
  assertMatch(await (await fetch(url)).text(), /^(?:one|lost \d+)$/);
  await put();
  await save(`${folder.path}/app.ts`, answering("two"));
  await fetchUntil(url, "two");
});

Deno.test("devserve reloads when its folder was removed and is there again", async () => {
  await using app = await serveFolder({ "app.ts": answering("one") });
  await fetchUntil(app.url, "one");
  await Deno.remove(app.path, { recursive: true });
  await app.child.waitFor(/Serving/, "stderr");
  await Deno.mkdir(app.path);
  await app.save("app.ts", answering("two"));
  await fetchUntil(app.url, "two");
});

Deno.test("devserve goes on with a load when what serves ends meanwhile", async () => {
  await using app = await serveFolder({
    "app.ts": `export default () => setTimeout(() => Deno.exit(0)) &&
      new Response("one");`,
  });
  await app.save(
    "app.ts",
    `${MARKING}
     for (let isOver = false; !isOver;) {
       await new Promise((done) => setTimeout(done, 5));
       isOver = await Deno.stat("go").then(() => true, () => false);
     }
     ${answering("two")}`,
  );
  await until(() => exists(`${app.path}/begun`));
  await (await fetch(app.url)).text();
  await app.child.waitFor(/ended its process with code 0/, "stderr");
  await app.save("go", "");
  await waitForAnswer(app.url, "two");
  await app.child.waitFor(/app\.ts changed: live/, "stderr");
  for (let i = 0; i < 10; i++) {
    const headers = { connection: "close" };
    assertEquals(await (await fetch(app.url, { headers })).text(), "two");
  }
});

Deno.test("devserve serves a save that comes with the last crash", async () => {
  const crashing = "setTimeout(() => Deno.exit(3), 30);\n";
  for (let round = 1; round <= 3; round++) {
    await using app = await serveFolder({
      "app.ts": `${crashing}${answering("one")}`,
    });
    await app.child.waitFor(
      /(?:ended its process with code 3[^]*?){3}/,
      "stderr",
    );
    await app.save("app.ts", answering("two"));
    await waitForAnswer(app.url, "two");
    await app.child.waitFor(/live in/, "stderr");
    assertEquals(await (await fetch(app.url)).text(), "two");
  }
});

/** Leaves a file in the folder that says that code is run. */
const MARKING = `Deno.writeTextFileSync("begun", "");\n`;

for (
  const hanging of [
    "for (;;);",
    "await new Promise((r) => setTimeout(r, 6e5));",
  ]
) {
  Deno.test(`devserve heals when its first load hangs in ${hanging}`, async () => {
    using folder = makeFolder({
      "app.ts": `import "./dep.ts";\n${answering("well")}`,
      "dep.ts": `${MARKING}${hanging}`,
    });
    await using child = startDevserve(["app.ts", "-p", "0"], {
      cwd: folder.path,
    });
    await until(() => exists(`${folder.path}/begun`));
    await save(`${folder.path}/dep.ts`, "");
    await fetchUntil(await servedAt(child), "well");
  });

  Deno.test(`devserve heals when a load hangs in a new import: ${hanging}`, async () => {
    await using app = await serveFolder({ "app.ts": answering("one") });
    await app.save("dep.ts", `${MARKING}${hanging}`);
    await app.save("app.ts", `import "./dep.ts";\n${answering("well")}`);
    await until(() => exists(`${app.path}/begun`));
    assertEquals(await (await fetch(app.url)).text(), "one");
    await app.save("dep.ts", "");
    await fetchUntil(app.url, "well");
  });
}

Deno.test("devserve serves that its app has a broken config, and heals", async () => {
  await using app = await serveFolder({
    "app.ts": answering("one"),
    "deno.json": "{}",
  });
  await app.save("deno.json", "{ broken");
  const text = await fetchStatus(app.url, 500);
  assertStringIncludes(text, "ended its process with code 1");
  // A process that were started now would say it again.
  await new Promise((done) => setTimeout(done, 500));
  assertEquals(app.child.stderr.match(/error: .*config file/g)?.length, 1);
  await app.save("deno.json", "{}");
  await fetchUntil(app.url, "one");
});

Deno.test("devserve loses no connection to code that another save follows", async () => {
  // It listens, and is too busy to say so.
  const busy = (text: string) => `
    export default {
      fetch: () => new Response("${text}"),
      onListen() {
        Deno.writeTextFileSync("listening", "${text}");
        for (const end = performance.now() + 60; performance.now() < end;);
      },
    };`;
  await using app = await serveFolder({ "app.ts": answering("0") });
  const port = Number(new URL(app.url).port);
  const marker = `${app.path}/listening`;
  let isOver = false;
  const answers = (async () => {
    const bodies = new Set<string>();
    while (!isOver) {
      const request =
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      const { body, isComplete } = await rawRequest(port, request);
      bodies.add(isComplete && body !== "" ? "answer" : "none");
    }
    return bodies;
  })();
  for (let round = 1; round <= 5; round++) {
    await app.save("app.ts", busy(`${round}`));
    await until(async () =>
      await Deno.readTextFile(marker).catch(() => "") === `${round}`
    );
    await app.save("app.ts", answering(`then ${round}`));
    await waitForAnswer(app.url, `then ${round}`);
    // The next round begins with a process on standby.
    await new Promise((done) => setTimeout(done, 300));
  }
  isOver = true;
  assertEquals(await answers, new Set(["answer"]));
});

/** Like `fetchUntil`, where there may be nobody who answers for a while. */
async function waitForAnswer(url: string, text: string): Promise<void> {
  await until(async () => {
    try {
      return await (await fetch(url)).text() === text;
    } catch {
      return false;
    }
  });
}
