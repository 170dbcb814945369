// What the console server means to its process.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type ChildProcess, startProcess } from "../../_process.ts";
import { rawRequest } from "../../_raw_http.ts";
import { type OpenedConsole, sendCommand } from "./_debugged.ts";
import { readFakePage } from "./_fake_parts.ts";

const SCRIPT = new URL(
  "../../testdata/debugger/serve_debugged.ts",
  import.meta.url,
).pathname;

function start(
  permissions: readonly string[] = ["--allow-net=127.0.0.1"],
  port = 0,
): ChildProcess {
  const flags = ["--no-check", ...permissions];
  return startProcess(
    [Deno.execPath(), "run", ...flags, SCRIPT, String(port)],
    { env: { NO_COLOR: "1" } },
  );
}

async function open(port: string, path = "/"): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { accept: "text/html" },
  });
  return await response.text();
}

/** Opens the console of an error. */
async function openConsole(port: string): Promise<OpenedConsole> {
  const { report, options } = readFakePage(await open(port));
  const url = new URL(options.console!.url);
  const page = readFakePage(await (await fetch(url)).text());
  return {
    port: Number(url.port),
    origin: url.origin,
    base: url.pathname.slice(0, url.pathname.lastIndexOf("/")),
    id: report!.id,
    token: page.options.console!.token!,
    page,
  };
}

Deno.test("ConsoleServer.start() does not keep the process alive", async () => {
  await using child = start();
  const [, port = ""] = await child.waitFor(/port (\d+)/);
  const console = await openConsole(port);
  // Code that never ends does not hold it up either.
  const hanging = sendCommand(console, {
    body: { report: console.id, frame: 0, code: "new Promise(() => {})" },
  });
  assertEquals((await sendCommand(console)).status, 200);
  await open(port, "/shutdown");
  assertEquals((await child.finished()).code, 0);
  assertEquals((await hanging).isComplete, false);
});

Deno.test("ConsoleServer.start() asks for no permission", async () => {
  // The port of the app is permitted, a random one is not.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port: free } = listener.addr;
  listener.close();
  await using child = start([`--allow-net=127.0.0.1:${free}`], free);
  const [, port = ""] = await child.waitFor(/port (\d+)/);
  const { report, options } = readFakePage(await open(port));
  assertEquals(options.console, undefined);
  assertStringIncludes(report?.notice ?? "", "--allow-net=127.0.0.1");
  assertStringIncludes(report?.error.title ?? "", "boom");
});

Deno.test("ConsoleServer.start() listens nowhere else, whatever the environment says", async () => {
  // It leads the first server of a process to another address.
  const script = `
    const { ConsoleServer } = await import(Deno.args[0]);
    const server = new ConsoleServer(async () => new Response(), () => {});
    const origin = server.start();
    const after = await Deno.connect({ hostname: "127.0.0.1", port: 1 * Deno.args[1] })
      .then((connection) => connection.close(), () => "refused");
    console.log(JSON.stringify({ origin: origin ?? null, after }));
    await server[Symbol.asyncDispose]();
  `;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const module = new URL(
    "../../../middleware/debugger/_console_server.ts",
    import.meta.url,
  ).href;
  await using child = startProcess(
    [Deno.execPath(), "eval", "--no-check", script, module, String(port)],
    { env: { DENO_SERVE_ADDRESS: `tcp:0.0.0.0:${port}`, NO_COLOR: "1" } },
  );
  assertEquals((await child.finished()).code, 0, child.stderr);
  const { origin, after } = JSON.parse(child.stdout);
  assertEquals(after, "refused");
  assert(origin === null || !origin.endsWith(`:${port}`), origin);
});

Deno.test("printError() lets nobody command the terminal", async () => {
  await using child = start();
  const [, port = ""] = await child.waitFor(/port (\d+)/);
  await rawRequest(
    Number(port),
    `GET /\x9b31m HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
  );
  await rawRequest(
    Number(port),
    `GET /evil HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
  );
  await child.waitFor(/evil[^]*See \/__devserve/, "stderr");
  // deno-lint-ignore no-control-regex -- they must not be there
  assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(child.stderr), child.stderr);
  assertStringIncludes(child.stderr, "\\x1b[31mevil");
});
