import { assert, assertEquals } from "@std/assert";
import { type ChildProcess, startProcess } from "../_process.ts";
import { countRight, send, sendBlock } from "./_proxy_stream_main.ts";

const MAIN = new URL("_proxy_stream_main.ts", import.meta.url).href;

/** One GiB, in blocks of one MiB. */
const BLOCKS = 1024;

/** How much the proxy may grow, in bytes. What it has let go of counts, too. */
const LIMIT = 192 * 1024 * 1024;

function start(...args: string[]): ChildProcess {
  return startProcess([Deno.execPath(), "run", "-A", MAIN, ...args]);
}

async function portOf(child: ChildProcess): Promise<number> {
  return Number((await child.waitFor(/port (\d+)/))[1]);
}

/** Lets `use` have a connection. */
async function connected<T>(
  port: number,
  use: (connection: Deno.Conn) => Promise<T>,
): Promise<T> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  return await use(connection);
}

Deno.test("httpProxy() passes on a GiB either way in bounded memory", async () => {
  await using upstream = start("upstream");
  await using proxy = start(
    "proxy",
    `http://127.0.0.1:${await portOf(upstream)}`,
  );
  const port = await portOf(proxy);
  const size = async () =>
    Number(await (await fetch(`http://127.0.0.1:${port}/size`)).text());

  // What a first request loads counts as being there before.
  await (await fetch(`http://127.0.0.1:${port}/stream?1`)).arrayBuffer();
  await size();
  const before = await size();

  const down = await connected(port, async (connection) => {
    await send(
      connection,
      `GET /stream?${BLOCKS} HTTP/1.1\r\nHost: h\r\n\r\n`,
    );
    const buffer = new Uint8Array(1024 * 1024);
    const count = await connection.read(buffer) ?? 0;
    const head = new TextDecoder("latin1").decode(buffer.subarray(0, count));
    const start = head.indexOf("\r\n\r\n") + 4;
    assert(start > 3, head.slice(0, 500));
    return await countRight(
      connection,
      BLOCKS * 1024 * 1024,
      buffer,
      start,
      count,
    );
  });
  assertEquals(down, BLOCKS);
  const afterDown = await size();

  const up = await connected(port, async (connection) => {
    await send(
      connection,
      `PUT /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: ${
        BLOCKS * 1024 * 1024
      }\r\n\r\n`,
    );
    for (let i = 0; i < BLOCKS; i++) await sendBlock(connection, i);
    return await new Response(connection.readable).text();
  });
  assert(up.includes(`${BLOCKS}`), up);
  const afterUp = await size();

  const growth = { down: afterDown - before, up: afterUp - before };
  assert(
    growth.down < LIMIT && growth.up < LIMIT,
    `The proxy has grown by ${JSON.stringify(growth)} bytes`,
  );
});
