import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { VERSION } from "../../serving/_version.ts";
import { MAIN, makeFolder, servedAt, startDevserve } from "../_devserve.ts";
import { startProcess } from "../_process.ts";
import { tool } from "../_tool.ts";

const HELLO = `export default () => new Response("hello");`;
const curl = tool("curl");
const isWindows = Deno.build.os === "windows";

async function run(
  args: string[],
  options: Parameters<typeof startDevserve>[1] = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  await using child = startDevserve(args, options);
  const { code } = await child.finished();
  return { code, stdout: child.stdout, stderr: child.stderr };
}

Deno.test("commandLine() serves the app and logs requests", async () => {
  using folder = makeFolder({ "app.ts": HELLO });
  await using child = startDevserve(["app.ts", "-p", "0"], {
    cwd: folder.path,
  });
  const url = await servedAt(child);
  assertEquals(await (await fetch(url)).text(), "hello");
  await child.waitFor(/\d\d:\d\d:\d\d 200 GET \/ 5 B [\d.]+ ms/, "stderr");
  assertEquals(child.stdout, "");
});

Deno.test("commandLine() exits with 130 after SIGINT", {
  ignore: isWindows,
}, async () => {
  using folder = makeFolder({ "app.ts": HELLO });
  await using child = startDevserve(["app.ts", "-p", "0"], {
    cwd: folder.path,
  });
  await servedAt(child);
  assertEquals((await child.stop("SIGINT")).code, 130);
});

Deno.test("commandLine() exits with 143 after SIGTERM", {
  ignore: isWindows,
}, async () => {
  using folder = makeFolder({ "app.ts": HELLO });
  await using child = startDevserve(["app.ts", "-p", "0"], {
    cwd: folder.path,
  });
  await servedAt(child);
  assertEquals((await child.stop("SIGTERM")).code, 143);
});

Deno.test("commandLine() leaves at once at the second signal", {
  ignore: isWindows,
}, async () => {
  using folder = makeFolder({
    "app.ts": `export default () => new Promise(() => {});`,
  });
  const args = ["app.ts", "-p", "0", "--grace", "3600"];
  await using child = startDevserve(args, { cwd: folder.path });
  const response = fetch(await servedAt(child)).catch(() => "broken off");
  // There is no line in the log before the end, so ask the server again.
  await fetch(await servedAt(child), { signal: AbortSignal.timeout(300) })
    .catch(() => {});
  Deno.kill(child.pid, "SIGINT");
  await child.waitFor(/once more to stop at once/, "stderr");
  assertEquals((await child.stop("SIGINT")).code, 130);
  assertEquals(await response, "broken off");
});

Deno.test("commandLine() listens on TCP, IPv6 and a Unix socket together", {
  ignore: curl.ignore || isWindows,
}, async () => {
  using folder = makeFolder({
    "app.ts": `export default (_, { localAddr }) =>
      new Response(localAddr.hostname ?? localAddr.transport);`,
  });
  const args = ["-b", "127.0.0.1:0", "-b", "[::1]:0", "-b"];
  await using child = startDevserve(
    ["app.ts", ...args, "unix://app.sock?mode=600"],
    { cwd: folder.path },
  );
  await child.waitFor(/Socket\s+unix:\/\/app.sock\n/, "stderr");
  const urls = [...child.stderr.matchAll(/Local\s+(\S+)/g)].map((m) => m[1]!);
  assertEquals(await (await fetch(urls[0]!)).text(), "127.0.0.1");
  assertEquals(await (await fetch(urls[1]!)).text(), "::1");
  const socket = `${folder.path}/app.sock`;
  assertEquals((await Deno.stat(socket)).mode! & 0o777, 0o600);
  await using client = startProcess([
    curl.path,
    "-sS",
    "--unix-socket",
    socket,
    "http://anything/",
  ]);
  await client.finished();
  assertEquals(client.stdout, "unix");
  await child.stop();
  await assertRejects(() => Deno.lstat(socket), Deno.errors.NotFound);
});

Deno.test("commandLine() calls a factory with its arguments", async () => {
  using folder = makeFolder({
    "app.ts": `export const createApp = (...args: unknown[]) => () =>
      Response.json(args);`,
  });
  await using child = startDevserve(
    ["app.ts:createApp('dev', {port: 1})", "-p", "0"],
    { cwd: folder.path },
  );
  const response = await fetch(await servedAt(child));
  assertEquals(await response.json(), ["dev", { port: 1 }]);
});

Deno.test("commandLine() serves what a module gives to Deno.serve", async () => {
  using folder = makeFolder({
    "app.ts": `await Deno.serve({ port: 1 }, () => new Response("own"))
      .finished;`,
  });
  await using child = startDevserve(["app.ts", "-p", "0"], {
    cwd: folder.path,
  });
  assertEquals(await (await fetch(await servedAt(child))).text(), "own");
});

Deno.test("commandLine() serves what a module gives to runSimple()", async () => {
  const url = new URL("../../mod.ts", import.meta.url);
  using folder = makeFolder({
    "app.ts": `import { runSimple } from "${url}";
      await runSimple("localhost", 1, () => new Response("own"));`,
  });
  await using child = startDevserve(["app.ts", "-p", "0"], {
    cwd: folder.path,
  });
  assertEquals(await (await fetch(await servedAt(child))).text(), "own");
});

Deno.test("commandLine() gives the app its arguments and variables", async () => {
  using folder = makeFolder({
    "app.ts": `export default () =>
      Response.json([Deno.args, Deno.env.get("ONE"), Deno.env.get("TWO")]);`,
    "a.env": "ONE=a\nTWO=a\n",
    "b.env": "TWO=b\n",
  });
  await using child = startDevserve(
    ["-p0", "--env-file=a.env", "--env-file", "b.env", "app.ts", "--", "-x"],
    { cwd: folder.path },
  );
  const response = await fetch(await servedAt(child));
  assertEquals(await response.json(), [["-x"], "a", "b"]);
});

for (const flags of [[], ["--no-reload"]]) {
  const how = flags.join("") || "the reloader";
  Deno.test(`commandLine() gives the app a process.argv of its own with ${how}`, async () => {
    using folder = makeFolder({
      "app.ts": `
        import { argv } from "node:process";
        import { parseArgs } from "node:util";
        const { values } = parseArgs({ options: { name: { type: "string" } } });
        export default () => Response.json([values, argv]);`,
    });
    await using child = startDevserve(
      ["-p", "0", ...flags, "app.ts", "--", "--name", "x"],
      { cwd: folder.path },
    );
    const response = await fetch(await servedAt(child));
    assertEquals(await response.json(), [{ name: "x" }, [
      Deno.execPath(),
      await Deno.realPath(`${folder.path}/app.ts`),
      "--name",
      "x",
    ]]);
  });
}

for (const flags of [["-q"], ["--log", "none", "--no-reload"]]) {
  const how = flags.join(" ");
  Deno.test(`commandLine() tells the PIN with ${how} when it is needed`, async () => {
    using folder = makeFolder({
      "app.ts": `export default {
          onListen: ({ port }: Deno.NetAddr) => console.log("port", port),
          fetch: () => { throw new Error("broken"); },
        };`,
    });
    await using child = startDevserve(
      ["app.ts", "-b", "127.0.0.1:0", ...flags],
      {
        cwd: folder.path,
        env: { DEVSERVE_DEBUG_PIN: "123-456-789" },
      },
    );
    const [, port] = await child.waitFor(/port (\d+)/);
    assertEquals(child.stderr, "");
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      headers: { accept: "text/html" },
    });
    await response.body?.cancel();
    await child.waitFor(/The PIN .*: 123-456-789/, "stderr");
  });
}

Deno.test("commandLine() finds the app when none is named", async () => {
  using folder = makeFolder({ "main.ts": HELLO });
  await using child = startDevserve(["-p", "0"], { cwd: folder.path });
  assertEquals(await (await fetch(await servedAt(child))).text(), "hello");
});

Deno.test("commandLine() takes settings from the environment", async () => {
  using folder = makeFolder({ "app.ts": HELLO, "file.txt": "file" });
  await using child = startDevserve(["app.ts"], {
    cwd: folder.path,
    env: {
      DEVSERVE_BIND: "127.0.0.1:0 [::1]:0",
      DEVSERVE_STATIC: "/files=.",
      DEVSERVE_LOG: "json",
      DEVSERVE_OPEN: "0",
    },
  });
  const url = (await child.waitFor(/http:\/\/127\S+?(?=")/, "stderr"))[0];
  assertEquals(await (await fetch(`${url}files/file.txt`)).text(), "file");
  assertMatch(child.stderr, /"text":"Local http:/);
  const [line] = await child.waitFor(/{"kind":"access".*}/, "stderr");
  assertEquals(JSON.parse(line).status, 200);
});

Deno.test("commandLine() moves from the default port to the next free one", async () => {
  using folder = makeFolder({ "app.ts": HELLO });
  using _busy = occupy(8000);
  await using child = startDevserve(["app.ts"], { cwd: folder.path });
  await child.waitFor(/Port 8000 is in use/, "stderr");
  const url = await servedAt(child);
  assert(Number(new URL(url).port) > 8000);
  assertEquals(await (await fetch(url)).text(), "hello");
});

Deno.test("commandLine() fails when the port that was asked for is in use", async () => {
  using folder = makeFolder({ "app.ts": HELLO });
  using busy = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, stderr } = await run(["app.ts", "-p", `${busy.addr.port}`], {
    cwd: folder.path,
  });
  assertEquals(code, 1);
  assertStringIncludes(
    stderr,
    `Cannot listen on 127.0.0.1:${busy.addr.port}: the address is in use`,
  );
  assertStringIncludes(stderr, "choose another port");
});

Deno.test("commandLine() refuses hosts and says how to allow them", {
  ignore: curl.ignore,
}, async () => {
  using folder = makeFolder({ "app.ts": HELLO });
  const args = ["app.ts", "-p", "0", "--allowed-host", "good.test"];
  await using child = startDevserve(args, { cwd: folder.path });
  const url = await servedAt(child);
  const statusOf = async (host: string) => {
    await using client = startProcess([
      curl.path,
      ...["-sS", "-o", isWindows ? "NUL" : "/dev/null", "-w", "%{http_code}"],
      ...["-H", `Host: ${host}`, url],
    ]);
    await client.finished();
    return client.stdout;
  };
  assertEquals(await statusOf("good.test"), "200");
  assertEquals(await statusOf("evil.test"), "421");
  await child.waitFor(/--allowed-host evil\.test/, "stderr");
});

Deno.test("commandLine() opens the browser of the environment", {
  ignore: isWindows,
}, async () => {
  using folder = makeFolder({
    "app.ts": HELLO,
    "browser": `#!/bin/sh\necho "$1" > opened.tmp && mv opened.tmp opened\n`,
  });
  await Deno.chmod(`${folder.path}/browser`, 0o755);
  const watcher = Deno.watchFs(folder.path);
  await using child = startDevserve(["app.ts", "-p", "0", "--open"], {
    cwd: folder.path,
    env: { BROWSER: "./browser" },
  });
  const url = await servedAt(child);
  for await (const { paths } of watcher) {
    if (paths.some((path) => path.endsWith("/opened"))) break;
  }
  const opened = await Deno.readTextFile(`${folder.path}/opened`);
  assertEquals(opened.trim(), url);
});

Deno.test("commandLine() serves when it may not open a browser", async () => {
  using folder = makeFolder({ "app.ts": HELLO });
  const flags = ["--no-prompt", "--allow-net", "--allow-read"];
  await using child = startProcess([
    Deno.execPath(),
    "run",
    ...flags,
    MAIN,
    ...[`${folder.path}/app.ts`, "-p", "0", "--open"],
  ], { env: { NO_COLOR: "1" } });
  const url = await servedAt(child);
  await child.waitFor(/Cannot open a browser: Requires env access/, "stderr");
  assertEquals(await (await fetch(url)).text(), "hello");
});

for (
  const [flag, name] of [["--bind", "DEVSERVE_HOST"], [
    "--host",
    "DEVSERVE_BIND",
  ]] as const
) {
  Deno.test(`commandLine() prefers ${flag} to ${name}`, async () => {
    using folder = makeFolder({ "app.ts": HELLO });
    const args = ["app.ts", flag, "127.0.0.1", "-p", "0"];
    await using child = startDevserve(args, {
      cwd: folder.path,
      env: { [name]: "::1" },
    });
    assertMatch(await servedAt(child), /^http:\/\/127\.0\.0\.1:/);
  });
}

Deno.test("commandLine() prints nothing but problems when quiet", async () => {
  using folder = makeFolder({
    "app.ts": `export default () => { throw new Error("bad") };
      Deno.serve = Deno.serve;
      export const ready = () => {};
      console.log("loaded");`,
  });
  using free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  await using child = startDevserve(
    ["app.ts", "-q", "-b", `127.0.0.1:${port}`],
    { cwd: folder.path },
  );
  await child.waitFor(/loaded/);
  let response: Response | undefined;
  while (response === undefined) {
    response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
  }
  await response.body?.cancel();
  await child.waitFor(/Error in GET \/: Error: bad/, "stderr");
  assert(!/Local|GET \/ /.test(child.stderr.replace(/^Error in.*$/m, "")));
});

Deno.test("commandLine() prints help of at most 80 columns", async () => {
  const { code, stdout } = await run(["--help"]);
  assertEquals(code, 0);
  assertStringIncludes(stdout, "--bind ADDRESS");
  const tooLong = stdout.split("\n").filter((line) => line.length > 80);
  assertEquals(tooLong, []);
});

Deno.test("commandLine() prints its version", async () => {
  const { code, stdout } = await run(["--version"]);
  assertEquals(code, 0);
  assertEquals(stdout, `devserve ${VERSION}\n`);
});

const USAGE_ERRORS: [string[], string][] = [
  [["--prot", "1"], "did you mean --port?"],
  [["--reload"], "that is on unless --no-reload is given"],
  [["--relod"], "did you mean --no-reload? Without it, that is on"],
  [["-x"], 'Cannot use unknown option "-x"'],
  [["--port"], "Cannot use --port without a value: expected --port N"],
  [["--bind", "--open"], "Cannot use --bind without a value"],
  [["--port", "http"], "expected an integer from 0 to 65535"],
  [["--port", "65536"], "current value is 65536"],
  [["--bind", "a b:1"], 'Cannot parse bind address "a b:1"'],
  [["--bind", "unix:///x?mode=9"], "octal digits"],
  [["--bind", ":1", "--host", "a"], "Cannot use --host besides --bind"],
  [["--port", "1", "--port", "2"], "Cannot use --port more than once"],
  [["--log", "pretty"], "expected dev, common, combined, json or none"],
  [["--allowed-host", "http://a.test/"], "Cannot allow host"],
  [["--reloader", "magic"], "expected auto, watch, stat"],
  [["--poll=fast"], "expected a number of seconds from 0 to 86400"],
  [["--grace", "-1"], "--grace"],
  [["--poll=1e10"], "expected a number of seconds from 0 to 86400"],
  [["--grace", "3000000"], "expected a number of seconds from 0 to 86400"],
  [["--grace", "soon"], "expected a number of seconds from 0 to 86400"],
  [["--static", "public"], "expected /url=directory"],
  [["a.ts", "b.ts"], 'Cannot serve "b.ts" besides "a.ts"'],
  [["a.ts", "-p", ""], 'Cannot use -p "": expected -p N'],
  [["--port="], 'Cannot use --port "": expected --port N'],
  [["-p", "-1"], "Cannot use --port -1: expected an integer from 0 to 65535"],
  [["--quiet=no"], "Cannot use --quiet=no: expected --quiet without a value"],
  [["--no-reload=1"], "expected --no-reload without a value"],
  [["--proxy", "/api=foo"], 'Cannot proxy "/api": the target must be a URL'],
  [["-b", "localhost:8000", "-p", "9000"], "Cannot use --port 9000: each addr"],
  [["--cert", "adhok"], "did you mean devserve --cert adhoc?"],
  [["cret", "app.test"], 'Cannot serve "app.test" besides "cret"'],
  [
    ["cret"],
    'Cannot serve "cret": there is no such file; did you mean devserve',
  ],
];

const WRONG_VARIABLES: [name: string, value: string, message: string][] = [
  ["PORT", "abc", "Cannot use DEVSERVE_PORT=abc: expected an integer from 0"],
  ["QUIET", "maybe", "Cannot use DEVSERVE_QUIET=maybe: expected 1 or 0"],
  ["BIND", "http://x", 'bind address "http://x": expected host:port'],
  ["BIND", "http://x", "(in DEVSERVE_BIND)"],
  ["POLL", "fast", "Cannot use DEVSERVE_POLL=fast: expected a number of sec"],
];

for (const [name, value, message] of WRONG_VARIABLES) {
  Deno.test(`commandLine() exits with 2 on DEVSERVE_${name}=${value}, and says "${message}"`, async () => {
    const env = { [`DEVSERVE_${name}`]: value };
    const { code, stderr } = await run(["app.ts"], { env });
    assertStringIncludes(stderr, message);
    assertEquals(code, 2);
  });
}

Deno.test("commandLine() warns of variables that are misspelled", async () => {
  const { stderr } = await run(["missing.ts"], {
    env: {
      DEVSERVE_PROT: "9000",
      DEVSERVE_RELOAD: "0",
      DEVSERVE_CA_DIR: "/tmp",
      DEVSERVE_SOMETHING_ELSE: "1",
    },
  });
  assertEquals(stderr.split("\n").slice(0, 2), [
    "Ignored the variable DEVSERVE_PROT: did you mean DEVSERVE_PORT?",
    "Ignored the variable DEVSERVE_RELOAD: did you mean DEVSERVE_NO_RELOAD?",
  ]);
});

for (const [args, message] of USAGE_ERRORS) {
  Deno.test(`commandLine() exits with 2 on ${args.join(" ")}`, async () => {
    const { code, stderr } = await run(args);
    assertStringIncludes(stderr, message);
    assertEquals(code, 2);
    assertMatch(stderr.trimEnd(), /^[^\n]+$/);
  });
}

Deno.test("commandLine() exits with 1 when there is no such app", async () => {
  using folder = makeFolder({ "main.ts": HELLO });
  const { code, stderr } = await run(["maim.ts"], { cwd: folder.path });
  assertEquals(code, 1);
  assertStringIncludes(stderr, '"maim.ts"');
  assertStringIncludes(stderr, '"main.ts"');
});

Deno.test("commandLine() shows an error of loading from the user's file on", async () => {
  using folder = makeFolder({
    "app.ts": `import { fail } from "./dependency.ts";\nfail();\n`,
    "dependency.ts":
      `export function fail() {\n  throw new Error("no database");\n}\n`,
  });
  const { code, stderr } = await run(["app.ts", "--no-reload"], {
    cwd: folder.path,
  });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Error: no database");
  assertStringIncludes(stderr, "at fail (dependency.ts:2:9)");
  assertStringIncludes(stderr, "at app.ts:2:1");
  assert(!stderr.includes("serving/"));
  assert(!stderr.includes("ext:"));
});

Deno.test("commandLine() exits with 1 when a static folder does not exist", async () => {
  using folder = makeFolder({ "app.ts": HELLO });
  const { code, stderr } = await run(
    ["app.ts", "-p", "0", "--static", "/a=missing"],
    { cwd: folder.path },
  );
  assertEquals(code, 1);
  assertStringIncludes(stderr, "missing");
});

Deno.test("commandLine() exits with 1 when an env file does not exist", async () => {
  using folder = makeFolder({ "app.ts": HELLO });
  const { code, stderr } = await run(["app.ts", "--env-file", "missing.env"], {
    cwd: folder.path,
  });
  assertEquals(code, 1);
  assertStringIncludes(stderr, '"missing.env"');
});

Deno.test("commandLine() stops at an error of the app when asked to", async () => {
  using folder = makeFolder({
    "app.ts": `export default () => { throw new Error("bad") };`,
  });
  const args = ["app.ts", "-p", "0", "--passthrough-errors"];
  await using child = startDevserve(args, { cwd: folder.path });
  const response = await fetch(await servedAt(child));
  await response.body?.cancel();
  assertEquals((await child.finished()).code, 1);
  assertStringIncludes(child.stderr, "Stopped by the app: Error: bad");
});

/** Makes sure that a port is in use, whoever uses it. */
function occupy(port: number): Disposable {
  try {
    const listener = Deno.listen({ hostname: "127.0.0.1", port });
    return { [Symbol.dispose]: () => listener.close() };
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    return { [Symbol.dispose]: () => {} };
  }
}
