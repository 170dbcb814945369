import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { AddressLocks } from "../../serving/_address_locks.ts";
import { makeFolder, startDevserve } from "../_devserve.ts";
import type { ChildProcess } from "../_process.ts";

const options = { ignore: Deno.build.os !== "linux" };

const SLOW_APP = `
await new Promise((resolve) => setTimeout(resolve, 1000));
export default () => new Response(Deno.cwd());
`;

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function address(hostname: string, port: number): Deno.NetAddr {
  return { transport: "tcp", hostname, port };
}

/** Starts the same app twice at once, and returns who serves and who does not. */
async function startTwice(
  folder: string,
  args: readonly string[],
): Promise<[served: ChildProcess, refused: ChildProcess]> {
  const children = [1, 2].map(() =>
    startDevserve(["app.ts", ...args], { cwd: folder })
  );
  const ended = children.map((child) => child.status.then(() => child));
  const refused = await Promise.race(ended);
  const served = children.find((child) => child !== refused)!;
  await served.waitFor(/Press Ctrl-C/, "stderr");
  return [served, refused];
}

Deno.test(
  "devserve refuses a port for which another one is still loading its app",
  options,
  async () => {
    using folder = makeFolder({ "app.ts": SLOW_APP });
    const port = freePort();
    const [served, refused] = await startTwice(folder.path, ["-p", `${port}`]);
    await using _served = served;
    assertEquals((await refused.finished()).code, 1);
    assertStringIncludes(
      refused.stderr,
      `Cannot listen on 127.0.0.1:${port}: the address is in use`,
    );
    const response = await fetch(`http://127.0.0.1:${port}`);
    assertEquals(await response.text(), await Deno.realPath(folder.path));
  },
);

Deno.test(
  "devserve refuses a Unix socket for which another one is still loading its app",
  options,
  async () => {
    using folder = makeFolder({ "app.ts": SLOW_APP });
    const [served, refused] = await startTwice(folder.path, [
      "-b",
      "unix://socket",
    ]);
    await using _served = served;
    assertEquals((await refused.finished()).code, 1);
    assertStringIncludes(refused.stderr, `Cannot listen on "unix://socket"`);
  },
);

Deno.test(
  "AddressLocks lets one have an address until it is disposed",
  options,
  () => {
    const port = freePort();
    using locks = new AddressLocks();
    using others = new AddressLocks();
    assert(locks.takeTcp(address("127.0.0.1", port)));
    assert(locks.takeTcp(address("127.0.0.1", port)));
    assert(!others.takeTcp(address("127.0.0.1", port)));
    locks[Symbol.dispose]();
    assert(others.takeTcp(address("127.0.0.1", port)));
  },
);

Deno.test(
  "AddressLocks takes all interfaces of a port or one of them",
  options,
  () => {
    const port = freePort();
    using one = new AddressLocks();
    using another = new AddressLocks();
    using all = new AddressLocks();
    assert(one.takeTcp(address("127.0.0.1", port)));
    assert(another.takeTcp(address("::1", port)));
    assert(!all.takeTcp(address("0.0.0.0", port)));
    one[Symbol.dispose]();
    another[Symbol.dispose]();
    assert(all.takeTcp(address("0.0.0.0", port)));
    assert(!one.takeTcp(address("127.0.0.1", port)));
  },
);

Deno.test("AddressLocks leaves no file behind", options, () => {
  const port = freePort();
  using locks = new AddressLocks();
  locks.takeTcp(address("127.0.0.1", port));
  const left = () =>
    [...Deno.readDirSync("/tmp")].filter(({ name }) =>
      name.startsWith(`devserve-${port}`)
    );
  assertEquals(left().length, Deno.env.has("TMPDIR") ? 0 : 2);
  locks[Symbol.dispose]();
  assertEquals(left(), []);
});
