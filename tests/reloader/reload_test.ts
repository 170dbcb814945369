import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl } from "@std/path/from-file-url";
import { makeFolder, servedAt, startDevserve } from "../_devserve.ts";
import {
  descendants,
  fetchUntil,
  generationOf,
  isAlive,
  save,
} from "./_reload.ts";
import { rawConnect } from "../_raw_http.ts";

const isLinux = Deno.build.os === "linux";

function answering(text: string): string {
  return `export default () => new Response("${text}");`;
}

async function serve(files: Record<string, string>, args: string[] = []) {
  const folder = makeFolder(files);
  const child = startDevserve(["app.ts", "-p", "0", ...args], {
    cwd: folder.path,
  });
  const url = await servedAt(child);
  return {
    child,
    url,
    path: folder.path,
    save: (name: string, text: string) => save(`${folder.path}/${name}`, text),
    async [Symbol.asyncDispose]() {
      await child[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

Deno.test("devserve serves the new code after a save", async () => {
  await using app = await serve({ "app.ts": answering("one") });
  assertEquals(await (await fetch(app.url)).text(), "one");
  await app.save("app.ts", answering("two"));
  const answers = await fetchUntil(app.url, "two");
  // Never anything but the old code or the new one.
  assertEquals(new Set(answers.slice(0, -1)).has("two"), false);
  for (const answer of answers) assert(["one", "two"].includes(answer));
  await app.child.waitFor(
    /app\.ts changed: live in [\d.]+ ms \(generation 2\)/,
    "stderr",
  );
});

Deno.test("devserve reloads for imports of every kind", async () => {
  await using app = await serve({
    "app.ts": `
      import { text } from "./static.ts";
      import data from "./data.json" with { type: "json" };
      const name = "computed";
      const { late } = await import("./" + name + ".ts");
      export default async () => {
        const { last } = await import("./last.ts");
        return new Response([text, data.text, late, last].join(" "));
      };`,
    "static.ts": `export { text } from "./deep.ts";`,
    "deep.ts": `export const text = "a1";`,
    "data.json": `{ "text": "b1" }`,
    "computed.ts": `export const late = "c1";`,
    "last.ts": `export const last = "d1";`,
  });
  await fetchUntil(app.url, "a1 b1 c1 d1");
  await app.save("deep.ts", `export const text = "a2";`);
  await fetchUntil(app.url, "a2 b1 c1 d1");
  await app.save("data.json", `{ "text": "b2" }`);
  await fetchUntil(app.url, "a2 b2 c1 d1");
  await app.save("computed.ts", `export const late = "c2";`);
  await fetchUntil(app.url, "a2 b2 c2 d1");
  await app.save("last.ts", `export const last = "d2";`);
  await fetchUntil(app.url, "a2 b2 c2 d2");
});

Deno.test("devserve shows an error until it is fixed", async () => {
  await using app = await serve({ "app.ts": answering("one") });
  await app.save("app.ts", `export default () => { = };`);
  await app.child.waitFor(/Serving this error/, "stderr");
  const text = await fetch(app.url);
  assertEquals(text.status, 500);
  assertStringIncludes(await text.text(), "at app.ts:1:24");
  const json = await fetch(app.url, {
    headers: { accept: "application/json" },
  });
  assertMatch((await json.json()).error.title, /Expression expected/);
  const html = await fetch(app.url, {
    headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" },
  });
  assertMatch(html.headers.get("content-type") ?? "", /^text\/html/);
  assertStringIncludes(await html.text(), "Expression expected</title>");
  await app.save("app.ts", answering("two"));
  await fetchUntil(app.url, "two");
});

Deno.test("devserve starts with an error and heals", async () => {
  using folder = makeFolder({ "app.ts": `throw new Error("no database");` });
  await using child = startDevserve(["app.ts", "-p", "0"], {
    cwd: folder.path,
  });
  const response = await fetch(await servedAt(child));
  assertEquals(response.status, 500);
  assertStringIncludes(await response.text(), "Error: no database");
  await save(`${folder.path}/app.ts`, answering("well"));
  await fetchUntil(await servedAt(child), "well");
});

Deno.test("devserve heals when a missing import appears", async () => {
  await using app = await serve({ "app.ts": answering("one") });
  await app.save(
    "app.ts",
    `import { text } from "./missing.ts";
     export default () => new Response(text);`,
  );
  await app.child.waitFor(/Serving this error/, "stderr");
  await app.save("missing.ts", `export const text = "found";`);
  await fetchUntil(app.url, "found");
});

Deno.test("devserve keeps the last good code with --keep", async () => {
  await using app = await serve({ "app.ts": answering("one") }, ["--keep"]);
  await app.save("app.ts", `export default () => { = };`);
  await app.child.waitFor(/Serving on as before/, "stderr");
  assertEquals(await (await fetch(app.url)).text(), "one");
  await app.save("app.ts", answering("two"));
  await fetchUntil(app.url, "two");
});

Deno.test("devserve lets requests finish on the old code", async () => {
  await using app = await serve({
    "app.ts": `export default async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname !== "/slow") return new Response("one");
      console.log("slow has begun");
      await new Promise((done) => setTimeout(done, 600));
      return new Response("one, slowly");
    };`,
  });
  const slow = fetch(`${app.url}slow`);
  await app.child.waitFor(/slow has begun/);
  await app.save("app.ts", answering("two"));
  await fetchUntil(app.url, "two");
  assertEquals(await (await slow).text(), "one, slowly");
});

Deno.test("devserve ends event streams and WebSockets of the old code", async () => {
  await using app = await serve({
    "app.ts": `export default (request) => {
      if (request.headers.has("upgrade")) {
        return Deno.upgradeWebSocket(request).response;
      }
      const body = new ReadableStream({
        start: (c) => c.enqueue(new TextEncoder().encode("data: 1\\n\\n")),
      });
      return new Response(body, {
        headers: { "content-type": "text/event-stream" },
      });
    };`,
  });
  const socket = new WebSocket(app.url.replace("http", "ws"));
  const closed = new Promise<CloseEvent>((done) => socket.onclose = done);
  await new Promise((done) => socket.onopen = done);
  const events = await fetch(app.url);
  await app.save("app.ts", answering("two"));
  assertEquals((await closed).code, 1012);
  // It ends cleanly: reading it to its end does not throw.
  assertEquals(await events.text(), "data: 1\n\n");
  await fetchUntil(app.url, "two");
});

Deno.test("devserve serves on when the app ends its process", async () => {
  await using app = await serve({
    "app.ts": `export default (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/exit") Deno.exit(0);
      if (pathname === "/crash") Deno.kill(Deno.pid, "SIGKILL");
      return new Response(String(Deno.pid));
    };`,
  });
  const first = await (await fetch(app.url)).text();
  await fetch(`${app.url}crash`).catch(() => {});
  await app.child.waitFor(/was ended by SIGKILL while it served/, "stderr");
  await generationOf(app.child, 2);
  assert(await (await fetch(app.url)).text() !== first);
  await fetch(`${app.url}exit`).catch(() => {});
  await app.child.waitFor(/ended its process with code 0/, "stderr");
  await app.child.waitFor(/Serving this error/, "stderr");
  await app.save("app.ts", answering("well"));
  await fetchUntil(app.url, "well");
});

Deno.test("devserve leaves no process behind when it is killed", {
  ignore: !isLinux,
}, async () => {
  await using app = await serve({
    "app.ts": `export default (request) => {
      if (new URL(request.url).pathname === "/block") {
        console.log("blocked");
        for (;;);
      }
      return new Response("one");
    };`,
  });
  fetch(`${app.url}block`).catch(() => {});
  await app.child.waitFor(/blocked/);
  const pids = await descendants(app.child.pid);
  assertEquals(pids.length >= 1, true);
  await app.child.stop("SIGKILL");
  for (const pid of pids) while (await isAlive(pid));
});

Deno.test("devserve has one process more than serve once it has reloaded", {
  ignore: !isLinux,
}, async () => {
  await using app = await serve({ "app.ts": answering("0") });
  for (let i = 1; i <= 5; i++) {
    await app.save("app.ts", answering(`${i}`));
    await fetchUntil(app.url, `${i}`);
  }
  // The old one has a moment to finish, the standby one to start.
  while ((await descendants(app.child.pid)).length !== 2);
});

Deno.test("devserve runs the app under its own config", async () => {
  using folder = makeFolder({
    "deno.json": `{ "imports": { "web": "npm:hono@^4" } }`,
    "app.ts": `import { Hono } from "web";
      const app = new Hono();
      app.get("/", (context) => context.text("hono"));
      export default app;`,
  });
  await using child = startDevserve([`${folder.path}/app.ts`, "-p", "0"]);
  assertEquals(await (await fetch(await servedAt(child))).text(), "hono");
});

Deno.test("devserve watches extra files, but not excluded ones", async () => {
  await using app = await serve({
    "app.ts": `export default async () =>
      new Response(await Deno.readTextFile("text.txt") + Deno.pid);`,
    "text.txt": "one ",
    "noise.txt": "",
  }, ["--extra-file", "*.txt", "--exclude", "noise.*"]);
  const first = await (await fetch(app.url)).text();
  await app.save("noise.txt", "noise");
  await app.save("text.txt", "two ");
  await generationOf(app.child, 2);
  // The old generation may answer on an old connection for a moment.
  let second = first;
  while (second.slice(4) === first.slice(4)) {
    second = await (await fetch(app.url)).text();
  }
  assertMatch(second, /^two /);
  assertStringIncludes(app.child.stderr, "text.txt changed");
  assert(!app.child.stderr.includes("noise.txt"));
});

Deno.test("devserve reloads for its env files", async () => {
  await using app = await serve({
    "app.ts": `export default () => new Response(Deno.env.get("WORD"));`,
    "word.env": "WORD=one",
  }, ["--env-file", "word.env"]);
  await fetchUntil(app.url, "one");
  await app.save("word.env", "WORD=two");
  await fetchUntil(app.url, "two");
});

Deno.test("devserve reloads on SIGHUP and when the app asks for it", {
  ignore: Deno.build.os === "windows",
}, async () => {
  const { href } = new URL("../../reloader/mod.ts", import.meta.url);
  await using app = await serve({
    "app.ts": `
      import { isRunningFromReloader, triggerReload } from "${href}";
      export default (request) => {
        if (new URL(request.url).pathname === "/reload") triggerReload();
        return new Response(String(isRunningFromReloader()));
      };`,
  });
  Deno.kill(app.child.pid, "SIGHUP");
  await generationOf(app.child, 2);
  assertEquals(await (await fetch(`${app.url}reload`)).text(), "true");
  await generationOf(app.child, 3);
});

Deno.test("devserve takes Unix sockets over", {
  ignore: Deno.build.os === "windows",
}, async () => {
  using folder = makeFolder({ "app.ts": answering("one") });
  const path = `${folder.path}/socket`;
  await using child = startDevserve(["app.ts", "-b", `unix://${path}`], {
    cwd: folder.path,
  });
  await child.waitFor(/Socket/, "stderr");
  using client = Deno.createHttpClient({ proxy: { transport: "unix", path } });
  const init = { client } as RequestInit;
  assertEquals(await (await fetch("http://app/", init)).text(), "one");
  await save(`${folder.path}/app.ts`, answering("two"));
  await fetchUntil("http://app/", "two", init);
});

Deno.test("devserve polls where it is told to", async () => {
  await using app = await serve({ "app.ts": answering("one") }, [
    "--poll=0.05",
  ]);
  await app.save("app.ts", answering("two"));
  await fetchUntil(app.url, "two");
});

Deno.test("devserve leaves no marks of its own in the environment", async () => {
  await using app = await serve({
    "app.ts": `export default () => {
      const names = Object.keys(Deno.env.toObject());
      return Response.json(names.filter((name) => /devserve/i.test(name)));
    };`,
  });
  assertEquals(await (await fetch(app.url)).json(), []);
});

Deno.test("devserve leaves standard input to the app", async () => {
  using folder = makeFolder({
    "app.ts": `
      const [line] = await Array.fromAsync(
        Deno.stdin.readable.pipeThrough(new TextDecoderStream()),
      );
      console.log("heard", line.trim());
      export default () => new Response("one");`,
  });
  const main = fromFileUrl(new URL("../../mod.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", main, "app.ts", "-p", "0"],
    cwd: folder.path,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("a line\n"));
  await writer.close();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, "heard a line\n");
  child.kill("SIGTERM");
  await child.status;
  await reader.cancel();
});

Deno.test("devserve gives up when the app ends three times in a row", async () => {
  await using app = await serve({
    "app.ts": `setTimeout(() => Deno.exit(3), 20);
      export default () => new Response("one");`,
  });
  await app.child.waitFor(/Serving this error/, "stderr");
  assertEquals(
    app.child.stderr.match(/with code 3 while it served/g)?.length,
    3,
  );
  const response = await fetch(app.url);
  assertEquals(response.status, 500);
  assertStringIncludes(await response.text(), "ended its process with code 3");
  await app.save("app.ts", answering("well"));
  await fetchUntil(app.url, "well");
});

Deno.test("devserve reloads for the module of a worker", async () => {
  await using app = await serve({
    "app.ts": `
      const worker = new Worker(new URL("./worker.ts", import.meta.url), {
        type: "module",
      });
      const text = await new Promise((done) =>
        worker.onmessage = ({ data }) => done(data));
      export default () => new Response(text);`,
    "worker.ts": `postMessage("one");`,
  });
  await fetchUntil(app.url, "one");
  await app.save("worker.ts", `postMessage("two");`);
  await fetchUntil(app.url, "two");
});

Deno.test("devserve does one more reload for changes during one", async () => {
  await using app = await serve({ "app.ts": answering("0") });
  for (let i = 1; i <= 20; i++) await app.save("app.ts", answering(`${i}`));
  await fetchUntil(app.url, "20");
});

Deno.test("devserve goes on watching and loading what a process has prepared", async () => {
  await using app = await serve({
    "app.ts": `import { one } from "./one.ts";
      import { two } from "./two.ts";
      export default () => new Response([one, two].join(" "));`,
    "one.ts": `export const one = "a0";`,
    "two.ts": `export const two = "b0";`,
  });
  await fetchUntil(app.url, "a0 b0");
  // What was written a moment ago is not prepared.
  await new Promise((resolve) => setTimeout(resolve, 3100));
  for (let round = 1; round <= 3; round++) {
    // So that the next process has time to prepare.
    await new Promise((resolve) => setTimeout(resolve, 400));
    await app.save("one.ts", `export const one = "a${round}";`);
    await fetchUntil(app.url, `a${round} b${round - 1}`);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await app.save("two.ts", `export const two = "b${round}";`);
    await fetchUntil(app.url, `a${round} b${round}`);
  }
});

Deno.test("devserve has a changed import map hold for the next code", async () => {
  const configOf = (name: string) =>
    JSON.stringify({ imports: { "#name": `./${name}.ts` } });
  using folder = makeFolder({
    "app.ts": `import { NAME } from "#name";
      export default () => new Response(NAME);`,
    "deno.json": configOf("one"),
    "one.ts": `export const NAME = "one";`,
    "two.ts": `export const NAME = "two";`,
  });
  await using child = startDevserve(["app.ts", "-p", "0"], {
    cwd: folder.path,
  });
  const url = await servedAt(child);
  await fetchUntil(url, "one");
  // The process that waits for its turn has read the config already.
  await save(`${folder.path}/one.ts`, `export const NAME = "one again";`);
  await fetchUntil(url, "one again");
  for (const [round, name] of ["two", "one again", "two"].entries()) {
    const config = configOf(name.split(" ")[0]!);
    await save(`${folder.path}/deno.json`, config);
    await generationOf(child, round + 3);
    await fetchUntil(url, name);
    // The live one and the one that waits; those before have to end first.
    while ((await descendants(child.pid)).length !== 2) {
      await new Promise((done) => setTimeout(done, 20));
    }
  }
});

Deno.test("devserve says that a save is live when nothing answers with the old code", async () => {
  // Too busy to be told at once that others serve.
  const busy = (text: string) => `
    setInterval(() => {
      for (const end = performance.now() + 40; performance.now() < end;);
    }, 50);
    ${answering(text)}`;
  await using app = await serve({ "app.ts": busy("1") });
  const port = Number(new URL(app.url).port);
  const request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (let generation = 2; generation <= 6; generation++) {
    using connections = new DisposableStack();
    const kept = [];
    for (let i = 0; i < 10; i++) {
      const connection = connections.use(await rawConnect(port));
      await connection.send(request);
      await connection.readResponse();
      kept.push(connection);
    }
    await app.save("app.ts", busy(`${generation}`));
    await generationOf(app.child, generation);
    const bodies = await Promise.all(kept.map(async (connection) => {
      await connection.send(request);
      return (await connection.readResponse()).body;
    }));
    assertEquals(bodies, kept.map(() => `${generation}`));
  }
});

Deno.test("devserve notices a change of what a request is just importing", async () => {
  await using app = await serve({
    "app.ts": `import { createRequire } from "node:module";
      const require = createRequire(import.meta.url);
      export default () => new Response(require("./slow.cjs"));`,
    "slow.cjs": `Deno.writeTextFileSync("loading", "");
      for (let isOver = false; !isOver;) {
        try { isOver = Deno.statSync("go").isFile; } catch {}
      }
      module.exports = "one";`,
  });
  const first = fetch(app.url);
  while (true) {
    try {
      await Deno.stat(`${app.path}/loading`);
      break;
    } catch {
      await new Promise((done) => setTimeout(done, 5));
    }
  }
  await app.save("slow.cjs", `module.exports = "two";`);
  // The event is long past when the import is told.
  await new Promise((done) => setTimeout(done, 300));
  await app.save("go", "");
  await (await first).text();
  await fetchUntil(app.url, "two");
});

Deno.test("devserve reloads for the config of another member of the workspace", async () => {
  const member = (name: string) =>
    JSON.stringify({ name: "@x/lib", exports: `./${name}.ts` });
  using folder = makeFolder({
    "deno.json": JSON.stringify({ workspace: ["./app", "./lib"] }),
  });
  for (
    const [name, text] of [
      ["app/deno.json", "{}"],
      [
        "app/app.ts",
        `import { NAME } from "@x/lib";
         export default () => new Response(NAME);`,
      ],
      ["lib/deno.json", member("one")],
      ["lib/one.ts", `export const NAME = "one";`],
      ["lib/two.ts", `export const NAME = "two";`],
    ] as const
  ) {
    await Deno.mkdir(`${folder.path}/${name.split("/")[0]}`).catch(() => {});
    await Deno.writeTextFile(`${folder.path}/${name}`, text);
  }
  await using child = startDevserve(["app/app.ts", "-p", "0"], {
    cwd: folder.path,
  });
  const url = await servedAt(child);
  await fetchUntil(url, "one");
  for (const name of ["two", "one"]) {
    await save(`${folder.path}/lib/deno.json`, member(name));
    await fetchUntil(url, name);
  }
});
