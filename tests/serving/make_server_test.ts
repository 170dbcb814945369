import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { fromFileUrl } from "@std/path/from-file-url";
import { type Handler, makeServer } from "../../mod.ts";
import { startProcess } from "../_process.ts";
import { rawConnect, rawRequest } from "../_raw_http.ts";

const MOD = new URL("../../mod.ts", import.meta.url).href;
const CONFIG = fromFileUrl(new URL("../../deno.json", import.meta.url));
const REQUEST =
  "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

const hello: Handler = () => new Response("hello");

/** Whether the machine has IPv6 at all. */
function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

const ipv6 = { ignore: !hasIpv6() };

/** Whether the address takes connections. */
async function isOpen(hostname: string, port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname, port })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    // It was about to be closed; by now it is.
    if (error instanceof Deno.errors.ConnectionReset) {
      return await isOpen(hostname, port);
    }
    throw error;
  }
}

async function bodyOf(hostname: string, port: number): Promise<string> {
  return (await rawRequest({ hostname, port }, REQUEST)).body;
}

/** Occupies a port on 127.0.0.1 until disposed. */
function occupy(hostname = "127.0.0.1") {
  const listener = Deno.listen({ hostname, port: 0 });
  return {
    port: listener.addr.port,
    [Symbol.dispose]: () => listener.close(),
  };
}

Deno.test(
  "makeServer() serves localhost on both loopbacks with one port",
  ipv6,
  async () => {
    for (const hostname of ["localhost", "LOCALHOST", "localhost."]) {
      await using server = makeServer(hostname, 0, hello, { log: false });
      const [one, two, ...others] = server.addrs as Deno.NetAddr[];
      assertEquals([one?.hostname, two?.hostname], ["127.0.0.1", "::1"]);
      assertEquals(others, []);
      assert(server.port! > 0);
      assertEquals([one?.port, two?.port], [server.port, server.port]);
      for (const host of ["127.0.0.1", "[::1]", "localhost"]) {
        const response = await fetch(`http://${host}:${server.port}/`);
        assertEquals(await response.text(), "hello");
      }
    }
  },
);

Deno.test(
  "makeServer() takes names below localhost for loopbacks",
  ipv6,
  async () => {
    await using server = makeServer("app.localhost", 0, hello, { log: false });
    assertEquals(server.url, `http://app.localhost:${server.port}/`);
    for (const hostname of ["127.0.0.1", "::1"]) {
      const response = await rawRequest(
        { hostname, port: server.port! },
        "GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: close\r\n\r\n",
      );
      assertEquals(response.body, "hello");
    }
  },
);

Deno.test("makeServer() serves IPv4 alone", async () => {
  await using server = makeServer("127.0.0.1", 0, hello, { log: false });
  assertEquals(server.addrs.length, 1);
  assertEquals(server.url, `http://127.0.0.1:${server.port}/`);
  assertEquals(await bodyOf("127.0.0.1", server.port!), "hello");
  if (!ipv6.ignore) assertEquals(await isOpen("::1", server.port!), false);
});

Deno.test("makeServer() serves IPv6 alone", ipv6, async () => {
  for (const hostname of ["::1", "[::1]", "0:0:0:0:0:0:0:1"]) {
    await using server = makeServer(hostname, 0, hello, { log: false });
    assertEquals(server.addrs.length, 1);
    assert(URL.canParse(server.url));
    assertEquals(await (await fetch(server.url)).text(), "hello");
    assertEquals(await isOpen("127.0.0.1", server.port!), false);
  }
});

Deno.test("makeServer() serves all interfaces", async () => {
  await using server = makeServer("0.0.0.0", 0, hello, { log: false });
  assertEquals(server.url, `http://127.0.0.1:${server.port}/`);
  assertEquals(await bodyOf("127.0.0.1", server.port!), "hello");
});

Deno.test("makeServer() serves all interfaces of IPv6", ipv6, async () => {
  await using server = makeServer("::", 0, hello, { log: false });
  assertEquals(server.url, `http://[::1]:${server.port}/`);
  assertEquals(await bodyOf("::1", server.port!), "hello");
});

Deno.test("makeServer() serves several addresses at once", ipv6, async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/s`;
  await using server = makeServer(
    [`unix://${path}`, "127.0.0.1", "[::1]:0", "localhost"],
    0,
    hello,
    { log: false },
  );
  assertEquals(
    server.addrs.map(({ transport }) => transport),
    ["unix", "tcp", "tcp", "tcp", "tcp"],
  );
  assertEquals(server.urls.length, 4);
  assertEquals(server.urls[0], `unix://${path}`);
  assertMatch(server.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  assertEquals(server.url, server.urls[1]);
  for (const addr of server.addrs) {
    const address = addr.transport === "unix" ? { path } : addr as Deno.NetAddr;
    assertEquals((await rawRequest(address, REQUEST)).body, "hello");
  }
  await server.shutdown();
  await Deno.remove(directory);
});

Deno.test(
  "makeServer() tells the app which address took a request",
  ipv6,
  async () => {
    const app: Handler = (_request, { localAddr }) => Response.json(localAddr);
    await using server = makeServer("localhost", 0, app, { log: false });
    for (const hostname of ["127.0.0.1", "::1"]) {
      assertEquals(
        JSON.parse(await bodyOf(hostname, server.port!)),
        { transport: "tcp", hostname, port: server.port },
      );
    }
  },
);

Deno.test("makeServer() names the address and the process when a port is in use", () => {
  using taken = occupy();
  const error = assertThrows(
    () => makeServer("127.0.0.1", taken.port, hello),
    Deno.errors.AddrInUse,
    `Cannot listen on 127.0.0.1:${taken.port}: the address is in use`,
  );
  assertStringIncludes(error.message, "choose another port");
  if (Deno.build.os === "linux") {
    assertStringIncludes(error.message, `(process ${Deno.pid})`);
  }
});

Deno.test("makeServer() names the process of somebody else that holds a port", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using holder = startProcess([
    Deno.execPath(),
    "eval",
    `console.log(Deno.listen({ hostname: "127.0.0.1", port: 0 }).addr.port);
     setInterval(() => {}, 1000);`,
  ]);
  const [line] = await holder.waitFor(/\d+/);
  assertThrows(
    () => makeServer("127.0.0.1", Number(line), hello),
    Deno.errors.AddrInUse,
    `(process ${holder.pid})`,
  );
});

Deno.test(
  "makeServer() fails for localhost when one loopback is in use",
  ipv6,
  async () => {
    for (const [taken, other] of [["127.0.0.1", "::1"], ["::1", "127.0.0.1"]]) {
      using listener = occupy(taken!);
      const shown = taken!.includes(":") ? `[${taken}]` : taken;
      assertThrows(
        () => makeServer("localhost", listener.port, hello),
        Deno.errors.AddrInUse,
        `Cannot listen on ${shown}:${listener.port}`,
      );
      assertEquals(await isOpen(other!, listener.port), false);
    }
  },
);

Deno.test("makeServer() listens on nothing when one address cannot be had", async () => {
  using taken = occupy();
  const directory = await Deno.makeTempDir();
  const path = `${directory}/s`;
  const free = occupy();
  free[Symbol.dispose]();
  for (
    const hosts of [
      [`unix://${path}`, `127.0.0.1:${free.port}`, "127.0.0.1"],
      [`127.0.0.1:${free.port}`, "127.0.0.1", `unix://${path}`],
    ]
  ) {
    assertThrows(
      () => makeServer(hosts, taken.port, hello),
      Deno.errors.AddrInUse,
      `Cannot listen on 127.0.0.1:${taken.port}`,
    );
    // At once: the process may end because of this.
    await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound);
    assertEquals(await isOpen("127.0.0.1", free.port), false);
  }
  // And it can be had by the next one.
  await using server = makeServer(
    [`unix://${path}`, "127.0.0.1"],
    free.port,
    hello,
    { log: false },
  );
  assertEquals((await rawRequest({ path }, REQUEST)).body, "hello");
  await server.shutdown();
  await Deno.remove(directory);
});

Deno.test("makeServer() names the address that does not exist", () => {
  assertThrows(
    () => makeServer("192.0.2.1", 0, hello),
    Deno.errors.AddrNotAvailable,
    "Cannot listen on 192.0.2.1:0: ",
  );
  assertThrows(
    () => makeServer("no-such-host.invalid", 0, hello),
    Error,
    "Cannot listen on no-such-host.invalid:0: ",
  );
});

Deno.test("makeServer() binds nothing when an argument or option is wrong", () => {
  const port = (value: unknown) => () =>
    void makeServer("127.0.0.1", value as number, hello);
  for (const value of ["8000", undefined, null, 1.5, NaN, Infinity, 80n]) {
    assertThrows(port(value), TypeError, "Cannot bind to port as it must be");
  }
  for (const value of [-1, 65536]) {
    assertThrows(port(value), RangeError, "from 0 to 65535");
  }
  const app = (value: unknown) => () =>
    void makeServer("127.0.0.1", 0, value as Handler);
  for (const value of [undefined, null, "app", {}, { fetch: 1 }]) {
    assertThrows(app(value), TypeError, "Cannot serve the app");
  }
  const host = (value: unknown) => () =>
    void makeServer(value as string, 0, hello);
  for (const value of [undefined, null, 1, [], [1], [undefined]]) {
    assertThrows(host(value), TypeError, "Cannot listen");
  }
  assertThrows(host("http://localhost"), SyntaxError, "Cannot parse bind");
  assertThrows(host(["localhost", ""]), SyntaxError, "Cannot parse bind");
  assertThrows(host("localhost:65536"), RangeError, "from 0 to 65535");
});

Deno.test("makeServer() serves an object with a fetch method", async () => {
  class App {
    #name = "object";
    fetch(): Response {
      return new Response(this.#name);
    }
  }
  await using server = makeServer("127.0.0.1", 0, new App(), { log: false });
  assertEquals(await (await fetch(server.url)).text(), "object");
});

Deno.test("makeServer() sees a fetch method that is replaced later", async () => {
  const app = { fetch: (): Response => new Response("one") };
  await using server = makeServer("127.0.0.1", 0, app, { log: false });
  assertEquals(await (await fetch(server.url)).text(), "one");
  app.fetch = () => new Response("two");
  assertEquals(await (await fetch(server.url)).text(), "two");
});

Deno.test("makeServer() needs no other permission than to listen", async () => {
  const code = `
    import { makeServer } from "${MOD}";
    const server = makeServer("localhost", 0, () => new Response("hello"));
    console.log(await (await server.fetch("/")).text());
    try {
      makeServer("127.0.0.1", server.port, () => new Response());
    } catch (error) {
      console.log(error.message);
    }
    await server.shutdown();
  `;
  const file = await Deno.makeTempFile({ suffix: ".js" });
  await Deno.writeTextFile(file, code);
  await using child = startProcess([
    Deno.execPath(),
    "run",
    "--no-prompt",
    `--config=${CONFIG}`,
    "--allow-net=127.0.0.1,[::1]",
    file,
  ]);
  const { code: exitCode } = await child.finished();
  await Deno.remove(file);
  assertEquals([exitCode, child.stderr.match(/error.*/i)?.[0]], [0, undefined]);
  assertMatch(child.stdout, /^hello\nCannot listen on .* is in use; stop/);
});

/** How many files this process has open, where that can be read. */
function openFiles(): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

Deno.test("makeServer() starts and stops a thousand times without a leak", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/s`;
  const rounds = async (count: number) => {
    for (let round = 0; round < count; round++) {
      await using server = makeServer(
        round % 10 === 0 ? [`unix://${path}`, "localhost"] : "localhost",
        0,
        hello,
        { log: false },
      );
      if (round % 20 !== 0) continue;
      assertEquals(await bodyOf("127.0.0.1", server.port!), "hello");
      assertEquals((await rawRequest({ path }, REQUEST)).body, "hello");
    }
  };
  // What is opened once and kept is open after these.
  await rounds(20);
  const before = openFiles();
  const { heapUsed } = Deno.memoryUsage();
  await rounds(1000);
  const after = openFiles();
  // No tight bound, as nothing says when the collector runs.
  assert(Deno.memoryUsage().heapUsed < heapUsed + 100 * 2 ** 20);
  if (before !== undefined && after !== undefined) {
    assert(after <= before + 5, `${before} open files became ${after}`);
  }
  assertEquals(await Array.fromAsync(Deno.readDir(directory)), []);
  await Deno.remove(directory);
});

/**
 * Listens, if need be a little later: tests of other files run in threads of this
 * process, and a child that one of them starts has all sockets until it execs.
 */
async function patiently<T>(listen: () => T): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return listen();
    } catch (error) {
      const isShared = error instanceof Deno.errors.AddrInUse && attempt < 100;
      if (!isShared) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

Deno.test("makeServer() can take the same port and path again at once", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/s`;
  let port = 0;
  for (let round = 0; round < 20; round++) {
    const server = await patiently(() =>
      makeServer([`unix://${path}`, "127.0.0.1"], port, hello, { log: false })
    );
    port = server.port!;
    assertEquals(await bodyOf("127.0.0.1", port), "hello");
    using idle = await rawConnect(port);
    await server.shutdown();
    assertEquals(await idle.readToEnd(), "");
  }
  await Deno.remove(directory);
});
