import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl } from "@std/path/from-file-url";
import { type DevServer, runSimple } from "../../mod.ts";
import { startProcess } from "../_process.ts";
import { rawConnect, rawRequest } from "../_raw_http.ts";
import { tool } from "../_tool.ts";
import { LogRecorder } from "./_log_recorder.ts";

const APP = fromFileUrl(
  new URL("../testdata/run_simple_app.ts", import.meta.url),
);
const unixOnly = { ignore: Deno.build.os === "windows" };

/** The command that runs the app of these tests. */
function command(
  hostname: string,
  options: object,
): [string, ...string[]] {
  return [
    Deno.execPath(),
    "run",
    "-A",
    "--no-check",
    APP,
    hostname,
    JSON.stringify(options),
  ];
}

/** Starts the app in a process of its own and waits until it listens. */
async function start(
  hostname = "127.0.0.1",
  options: object = {},
  env: Record<string, string> = {},
) {
  const child = startProcess(command(hostname, options), { env });
  const [, port] = await child.waitFor(/listening (\S+)/);
  return {
    child,
    port: Number(port),
    get: (path: string) =>
      rawRequest(
        Number(port),
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      ),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

Deno.test("runSimple() says where it listens and how to stop it", async () => {
  await using app = await start("localhost");
  assertEquals((await app.get("/")).body, "hello");
  await app.child.stop();
  const [first, second, third, fourth, ...rest] = app.child.stderr.split("\n");
  assertEquals(first, "devserve 0.1.0 for development, not for production");
  assertEquals(second, `  Local    http://localhost:${app.port}/`);
  assertEquals(third, "  Press Ctrl-C to stop");
  assertMatch(fourth!, /^\d\d:\d\d:\d\d 200 GET \/ 5 B \d+(\.\d)? ms$/);
  assertEquals(rest, [""]);
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(
    `runSimple() ends with ${code} after ${signal}`,
    unixOnly,
    async () => {
      await using app = await start();
      await app.get("/");
      using _idle = await rawConnect(app.port);
      const status = await app.child.stop(signal);
      assertEquals([status.code, status.signal], [code, null]);
      // It returned, so that what comes after it in the program could run.
      assertMatch(app.child.stdout, /\nover\n$/);
    },
  );

  Deno.test(
    `runSimple() leaves at once at the second ${signal}`,
    unixOnly,
    async () => {
      const directory = await Deno.makeTempDir();
      const path = `${directory}/s`;
      await using app = await start(`unix://${path}`, { gracePeriod: 600 });
      using connection = await rawConnect({ path });
      await connection.send("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n");
      await app.child.waitFor(/hanging/);
      Deno.kill(app.child.pid, signal);
      await app.child.waitFor(/once more to stop at once/, "stderr");
      Deno.kill(app.child.pid, signal);
      const status = await app.child.finished();
      assertEquals([status.code, status.signal], [code, null]);
      assertNotMatch(app.child.stdout, /over/);
      await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound);
      await Deno.remove(directory);
    },
  );
}

Deno.test(
  "runSimple() is not held up by event streams and WebSockets",
  unixOnly,
  async () => {
    await using app = await start("127.0.0.1", { gracePeriod: 600 });
    using events = await rawConnect(app.port);
    await events.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await events.readThrough("data: 1");
    using socket = await rawConnect(app.port);
    await socket.send(
      "GET /socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n" +
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await socket.readThrough("\r\n\r\n");
    const status = await app.child.stop("SIGINT");
    assertEquals(status.code, 130);
  },
);

Deno.test(
  "runSimple() answers 503 and ends when the grace period is over",
  unixOnly,
  async () => {
    await using app = await start("127.0.0.1", { gracePeriod: 0.01 });
    const answer = app.get("/hang");
    await app.child.waitFor(/hanging/);
    const status = await app.child.stop("SIGTERM");
    assertEquals(status.code, 143);
    assertEquals((await answer).status, 503);
    assertMatch(app.child.stderr, /Stopping; once more to stop at once\n/);
    assertMatch(app.child.stderr, / 503 GET \/hang /);
  },
);

Deno.test(
  "runSimple() is not kept alive by clients that stall",
  unixOnly,
  async () => {
    await using app = await start("127.0.0.1", { gracePeriod: 0.01 });
    using upload = await rawConnect(app.port);
    await upload.send(
      "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\npart",
    );
    using download = await rawConnect(app.port);
    await download.send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await download.readThrough("\r\n\r\n");
    const status = await app.child.stop("SIGINT");
    assertEquals([status.code, status.signal], [130, null]);
    assertMatch(app.child.stdout, /\nover\n$/);
    assertMatch(app.child.stderr, /Left connections open/);
  },
);

Deno.test("runSimple() ends with 0 when the signal is aborted by a handler", async () => {
  await using app = await start();
  assertEquals((await app.get("/stop")).body, "stopping");
  assertEquals((await app.child.finished()).code, 0);
  assertMatch(app.child.stdout, /\nover\n$/);
  assertMatch(app.child.stderr, / 200 GET \/stop /);
});

Deno.test("runSimple() logs stray errors and lives on", async () => {
  await using app = await start();
  for (const path of ["/reject", "/timer", "/report", "/fail"]) {
    await app.get(path);
    assertEquals((await app.get("/")).body, "hello");
  }
  await app.child.waitFor(/thrown by a timer/, "stderr");
  await app.child.waitFor(/undefined/, "stderr");
  const { stderr } = app.child;
  assertMatch(
    stderr,
    /Rejected promise that nobody awaits: Error: nobody awaits this\n[^]*\n\s+at .*run_simple_app\.ts/,
  );
  assertMatch(
    stderr,
    /Error outside of a request: Error: thrown by a timer\n[^]*\n\s+at .*run_simple_app\.ts/,
  );
  assertMatch(stderr, /Error outside of a request: undefined was thrown/);
  assertMatch(stderr, /Error in GET \/fail: Error: thrown by the app/);
});

Deno.test("runSimple() ends with the first error when errors pass through", async () => {
  for (
    const [path, message] of [
      ["/fail", "thrown by the app"],
      ["/reject", "nobody awaits this"],
      ["/timer", "thrown by a timer"],
    ]
  ) {
    await using app = await start("127.0.0.1", { passthroughErrors: true });
    await app.get(path!);
    assertEquals((await app.child.finished()).code, 1);
    assertStringIncludes(app.child.stdout, `rejected Error: ${message}`);
  }
});

Deno.test(
  "runSimple() goes on when nobody reads the log any more",
  unixOnly,
  async () => {
    for (const log of ["dev", "json"]) {
      const child = new Deno.Command(Deno.execPath(), {
        args: command("127.0.0.1", { log }).slice(1),
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      await child.stderr.cancel();
      const reader = child.stdout.pipeThrough(new TextDecoderStream())
        .getReader();
      const port = Number((await reader.read()).value!.split(" ")[1]);
      for (const path of ["/", "/fail", "/", "/reject", "/"]) {
        const { status } = await rawRequest(
          port,
          `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
        );
        assertEquals(status, path === "/fail" ? 500 : 200);
      }
      child.kill("SIGTERM");
      assertEquals((await child.status).code, 143);
      await reader.cancel();
    }
  },
);

Deno.test("runSimple() writes no colors to a pipe", async () => {
  await using app = await start("127.0.0.1", {}, { FORCE_COLOR: "" });
  for (const path of ["/", "/fail"]) await app.get(path);
  await app.child.stop();
  // deno-lint-ignore no-control-regex -- these are looked for
  assertNotMatch(app.child.stderr, /\x1b/);
});

const script = tool("script");
const onTerminal = {
  ignore: script.ignore || Deno.build.os !== "linux",
};

Deno.test(
  "runSimple() writes colors to a terminal, but not with NO_COLOR",
  onTerminal,
  async () => {
    for (const noColor of ["", "1"]) {
      const quoted = command("127.0.0.1", {}).map((word) => `'${word}'`);
      await using child = startProcess(
        [script.path, "-qefc", quoted.join(" "), "/dev/null"],
        { env: { NO_COLOR: noColor } },
      );
      const [, port] = await child.waitFor(/listening (\S+)/);
      await rawRequest(
        Number(port),
        "GET /fail HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
      );
      await child.waitFor(/GET \/fail \d+ B/);
      await rawRequest(
        Number(port),
        "GET /stop HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
      );
      await child.finished();
      if (noColor === "") {
        assertStringIncludes(child.stdout, "\x1b[1mdevserve 0.1.0\x1b[0m");
        assertStringIncludes(child.stdout, "\x1b[35m500\x1b[0m GET /fail");
        // The stack of an error in red would hide what it is about.
        assertMatch(
          child.stdout,
          // deno-lint-ignore no-control-regex -- these are looked for
          /\x1b\[31mError in GET \/fail: \x1b\[31mError: thrown by the app\x1b/,
        );
      } else {
        // deno-lint-ignore no-control-regex -- these are looked for
        assertNotMatch(child.stdout, /\x1b/);
        assertMatch(child.stdout, / 500 GET \/fail /);
      }
    }
  },
);

/** Runs in this process and stops itself. */
async function runHere(
  use: (server: DevServer) => Promise<void> | void,
  options: Parameters<typeof runSimple>[3] = {},
): Promise<LogRecorder> {
  const recorder = new LogRecorder();
  let used: Promise<void> | undefined;
  await runSimple("127.0.0.1", 0, () => new Response("hello"), {
    log: recorder.log,
    onListen: (server) => {
      used = (async () => {
        await use(server);
        await server.shutdown();
      })();
    },
    ...options,
  });
  await used;
  return recorder;
}

Deno.test("runSimple() resolves after shutdown()", async () => {
  const recorder = await runHere(async ({ url }) => {
    assertEquals(await (await fetch(url)).text(), "hello");
  });
  assertEquals(recorder.access.length, 1);
  assertMatch(recorder.texts("info")[0]!, /^devserve 0\.1\.0 /);
});

Deno.test("runSimple() ends at once when the signal is aborted already", async () => {
  let server: DevServer | undefined;
  await runHere(() => {}, {
    signal: AbortSignal.abort(),
    onListen: (started) => server = started,
  });
  assert(server !== undefined);
  await assertRejects(() => rawConnect(server!.port!));
});

Deno.test("runSimple() ends when the signal is aborted", async () => {
  const stop = new AbortController();
  await runHere(() => {}, {
    signal: stop.signal,
    onListen: () => setTimeout(() => stop.abort(), 1),
  });
});

Deno.test("runSimple() calls onListen of the app for each address", async () => {
  const addrs: Deno.Addr[] = [];
  const stop = new AbortController();
  let expected: Deno.Addr[] = [];
  await runSimple("localhost", 0, {
    fetch: () => new Response(),
    onListen: (addr) => void addrs.push(addr),
  }, {
    log: () => {},
    signal: stop.signal,
    onListen: (server) => {
      expected = server.addrs;
      stop.abort();
    },
  });
  assertEquals(addrs, expected);
});

Deno.test("runSimple() rejects and listens no more when onListen throws", async () => {
  const error = new Error("onListen");
  let server: DevServer | undefined;
  const outcome = await runHere(() => {}, {
    onListen: (started) => {
      server = started;
      throw error;
    },
  }).catch((reason) => reason);
  assertStrictEquals(outcome, error);
  await assertRejects(() => rawConnect(server!.port!));
});

Deno.test("runSimple() leaves no listeners of signals and errors behind", async () => {
  // The sanitizers of the test runner would find the signals.
  await runHere(() => {});
  const events: string[] = [];
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    events.push(event.message);
  };
  globalThis.addEventListener("error", onError);
  reportError(new Error("after the end"));
  globalThis.removeEventListener("error", onError);
  assertMatch(events.join(), /after the end/);
});

Deno.test("runSimple() can run several at a time", async () => {
  const stop = new AbortController();
  const ports = new Set<number>();
  const run = () =>
    runSimple("127.0.0.1", 0, () => new Response(), {
      log: () => {},
      signal: stop.signal,
      onListen: ({ port }) => {
        ports.add(port!);
        if (ports.size === 3) stop.abort();
      },
    });
  await Promise.all([run(), run(), run()]);
  assertEquals(ports.size, 3);
});
