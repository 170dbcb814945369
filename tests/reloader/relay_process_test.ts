import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path/from-file-url";
import { makeFolder, servedAt, startDevserve } from "../_devserve.ts";
import { type ChildProcess, startProcess } from "../_process.ts";
import { rawConnect, rawRequest } from "../_raw_http.ts";

const CONFIG = fromFileUrl(new URL("../../deno.json", import.meta.url));
const unixOnly = { ignore: Deno.build.os === "windows" };

/** An app that says its version and its client, and has a WebSocket. */
function app(version: number): string {
  return `export default (request: Request, info: Deno.ServeHandlerInfo) => {
  if (request.headers.has("upgrade")) {
    return Deno.upgradeWebSocket(request).response;
  }
  return Response.json({ version: ${version}, remoteAddr: info.remoteAddr });
};
`;
}

function saveApp(folder: { path: string }, version: number): void {
  Deno.writeTextFileSync(`${folder.path}/app.ts`, app(version));
}

/** Waits until a version is live, from the first one on. */
async function live(child: ChildProcess, version: number): Promise<void> {
  await child.waitFor(new RegExp(`\\(generation ${version}\\)`), "stderr");
}

function request(port: number, more = ""): string {
  return `GET / HTTP/1.1\r\nHost: localhost:${port}\r\n${more}\r\n`;
}

/** Makes requests until told to stop, and counts those that are answered well. */
function keepAsking(port: number, isNewEachTime: boolean) {
  const versions: number[] = [];
  const failures: string[] = [];
  let isOver = false;

  async function ask(): Promise<void> {
    let connection = await rawConnect(port);
    while (!isOver) {
      await connection.send(
        request(port, isNewEachTime ? "Connection: close\r\n" : ""),
      );
      const { status, fields, body, isComplete } = await connection
        .readResponse();
      if (status !== 200 || !isComplete) {
        failures.push(`${status} ${body}`);
      } else {
        versions.push(JSON.parse(body).version);
      }
      const isClosing = fields.some(([name, value]) =>
        name === "connection" && value === "close"
      );
      if (isNewEachTime || isClosing || status !== 200) {
        connection.close();
        connection = await rawConnect(port);
      }
    }
    connection.close();
  }

  const asking = ask();
  return {
    versions,
    failures,
    async stop() {
      isOver = true;
      await asking;
    },
  };
}

Deno.test("devserve --relay serves the new code, and tells it of the client", async () => {
  using folder = makeFolder({ "app.ts": app(1) });
  await using child = startDevserve(["app.ts", "-p", "0", "--relay"], {
    cwd: folder.path,
  });
  const port = Number(new URL(await servedAt(child)).port);
  for (const version of [1, 2]) {
    for (const hostname of ["127.0.0.1", "::1"]) {
      const { body } = await rawRequest(
        { hostname, port },
        request(port, "Connection: close\r\n"),
      );
      const answer = JSON.parse(body);
      assertEquals(answer.version, version);
      assertEquals(answer.remoteAddr.hostname, hostname);
    }
    saveApp(folder, 2);
    await live(child, 2);
  }
  assertEquals((await child.stop("SIGINT")).code, 130);
});

Deno.test("devserve --relay fails no request over ten reloads", async () => {
  using folder = makeFolder({ "app.ts": app(1) });
  await using child = startDevserve(
    ["app.ts", "-p", "0", "--relay"],
    { cwd: folder.path },
  );
  const port = Number(new URL(await servedAt(child)).port);
  const clients = [true, true, false, false]
    .map((isNewEachTime) => keepAsking(port, isNewEachTime));
  for (let version = 2; version <= 11; version++) {
    saveApp(folder, version);
    await live(child, version);
  }
  // The last one has to answer, too.
  const { body } = await rawRequest(
    port,
    request(port, "Connection: close\r\n"),
  );
  assertEquals(JSON.parse(body).version, 11);
  await Promise.all(clients.map((client) => client.stop()));
  for (const { versions, failures } of clients) {
    assertEquals(failures, []);
    assert(versions.length >= 11, `only ${versions.length} requests`);
    assert(
      new Set(versions).size > 5,
      `only ${new Set(versions).size} versions`,
    );
  }
});

Deno.test("devserve --relay closes WebSockets with 1012 when it reloads", async () => {
  using folder = makeFolder({ "app.ts": app(1) });
  await using child = startDevserve(["app.ts", "-p", "0", "--relay"], {
    cwd: folder.path,
  });
  const url = await servedAt(child);
  const socket = new WebSocket(url.replace("http", "ws"));
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  await new Promise((resolve) => socket.onopen = resolve);
  saveApp(folder, 2);
  assertEquals((await closed).code, 1012);
});

Deno.test("devserve --relay lets a request wait while a generation that has died is replaced", async () => {
  using folder = makeFolder({
    "app.ts": `export default (request: Request) => {
  if (request.url.endsWith("/die")) Deno.kill(Deno.pid, "SIGKILL");
  return new Response("alive");
};
`,
  });
  await using child = startDevserve(["app.ts", "-p", "0", "--relay"], {
    cwd: folder.path,
  });
  const port = Number(new URL(await servedAt(child)).port);
  const close = "Connection: close\r\n";
  const dying = await rawConnect(port);
  await dying.send(request(port, close).replace("GET /", "GET /die"));
  assertEquals(await dying.readToEnd(), "");
  dying.close();
  assertEquals((await rawRequest(port, request(port, close))).body, "alive");
  await child.waitFor(/was ended by SIGKILL while it served/, "stderr");
});

Deno.test("devserve --relay serves the error of an app that cannot be loaded", async () => {
  using folder = makeFolder({ "app.ts": "export default 1 +;\n" });
  await using child = startDevserve(["app.ts", "-p", "0", "--relay"], {
    cwd: folder.path,
  });
  const port = Number(new URL(await servedAt(child)).port);
  const { status } = await rawRequest(
    port,
    request(port, "Connection: close\r\n"),
  );
  assert(status >= 500, `the status is ${status}`);
  saveApp(folder, 2);
  await live(child, 2);
  const { body } = await rawRequest(
    port,
    request(port, "Connection: close\r\n"),
  );
  assertEquals(JSON.parse(body).version, 2);
});

Deno.test(
  "devserve --relay serves on a Unix socket and removes it",
  unixOnly,
  async () => {
    using folder = makeFolder({ "app.ts": app(1) });
    const path = `${folder.path}/s`;
    await using child = startDevserve(
      ["app.ts", "-b", `unix://${path}?mode=600`, "--relay"],
      { cwd: folder.path },
    );
    await child.waitFor(/Socket\s+unix:/, "stderr");
    for (const version of [1, 2]) {
      const { body } = await rawRequest(
        { path },
        request(0, "Connection: close\r\n"),
      );
      const answer = JSON.parse(body);
      assertEquals(answer.version, version);
      assertEquals(answer.remoteAddr, { transport: "unix", path });
      saveApp(folder, 2);
      await live(child, 2);
    }
    assertEquals((await child.stop("SIGTERM")).code, 143);
    assertMatch(
      String(await Deno.lstat(path).catch((error) => error)),
      /NotFound/,
    );
  },
);

Deno.test("runSimple() relays with the option", async () => {
  const serving = new URL("../../mod.ts", import.meta.url).href;
  const main = (version: number) =>
    `import { runSimple } from "${serving}";
await runSimple("localhost", 0, (_request, { remoteAddr }) =>
  Response.json({ version: ${version}, remoteAddr }), { useReloader: true, relay: true });
`;
  using folder = makeFolder({ "main.ts": main(1) });
  const file = `${folder.path}/main.ts`;
  await using child = startProcess(
    [Deno.execPath(), "run", "-A", "--no-check", "--config", CONFIG, file],
    { cwd: folder.path, env: { NO_COLOR: "1" } },
  );
  const port = Number(new URL(await servedAt(child)).port);
  for (const version of [1, 2]) {
    const { body } = await rawRequest(
      port,
      request(port, "Connection: close\r\n"),
    );
    const answer = JSON.parse(body);
    assertEquals(answer.version, version);
    assertEquals(answer.remoteAddr.hostname, "127.0.0.1");
    await Deno.writeTextFile(file, main(2));
    await live(child, 2);
  }
  assertEquals((await child.stop("SIGINT")).code, 130);
});
