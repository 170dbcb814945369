/**
 * The other processes of the streaming test: `upstream` sends and takes as many
 * bytes as it is told, `proxy` stands before it and knows how large it has been.
 */
import { httpProxy } from "../../middleware/http_proxy/http_proxy.ts";

const BLOCK = 1024 * 1024;

if (import.meta.main) {
  const [role = "", target = ""] = Deno.args;
  if (role === "proxy") serveProxy(target);
  else await serveUpstream();
}

/** Answers `/size` with its largest size, in bytes, and begins anew. */
function serveProxy(target: string): void {
  let largest = 0;
  const measure = () => {
    largest = Math.max(largest, Deno.memoryUsage().rss);
  };
  setInterval(measure, 20);
  const options = { hostname: "127.0.0.1", port: 0, onListen: announce };
  Deno.serve(
    options,
    httpProxy(() => {
      measure();
      const response = new Response(`${largest}`);
      largest = 0;
      return response;
    }, { "/stream": target }),
  );
}

async function serveUpstream(): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  announce(listener.addr as Deno.NetAddr);
  for await (const connection of listener) {
    await answer(connection);
    connection.close();
  }
}

function announce({ port }: { port: number }): void {
  // deno-lint-ignore no-console -- how the test learns the port
  console.log(`port ${port}`);
}

/** Sends blocks, or counts the bytes of a body and those of blocks that are right. */
async function answer(connection: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(BLOCK);
  const count = await connection.read(buffer) ?? 0;
  const text = new TextDecoder().decode(buffer.subarray(0, count));
  const end = text.indexOf("\r\n\r\n") + 4;
  const [, blocks] = /^GET \S+\?(\d+)/.exec(text) ?? [];
  if (blocks !== undefined) {
    const size = Number(blocks) * BLOCK;
    await send(
      connection,
      `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`,
    );
    for (let i = 0; i < Number(blocks); i++) await sendBlock(connection, i);
    return;
  }
  const size = Number(/content-length: (\d+)/i.exec(text)?.[1]);
  const right = await countRight(connection, size, buffer, end, count);
  await send(connection, `HTTP/1.1 200 OK\r\n\r\n${right}`);
}

/** Sends a block whose first byte is its number. */
export async function sendBlock(
  connection: Deno.Conn,
  number: number,
): Promise<void> {
  const block = new Uint8Array(BLOCK);
  block[0] = number & 0xff;
  await sendBytes(connection, block);
}

/** Reads that many bytes, and counts the blocks that begin as they should. */
export async function countRight(
  connection: Deno.Conn,
  size: number,
  buffer: Uint8Array<ArrayBuffer> = new Uint8Array(BLOCK),
  start = 0,
  end = 0,
): Promise<number> {
  let right = 0;
  for (let at = 0; at < size;) {
    const next = Math.ceil(at / BLOCK) * BLOCK;
    const length = end - start;
    if (
      next < at + length && buffer[start + next - at] === (next / BLOCK & 0xff)
    ) {
      right++;
    }
    at += length;
    if (at >= size) break;
    const count = await connection.read(buffer);
    if (count === null) break;
    [start, end] = [0, count];
  }
  return right;
}

/** Sends text. */
export async function send(connection: Deno.Conn, text: string): Promise<void> {
  await sendBytes(connection, new TextEncoder().encode(text));
}

async function sendBytes(
  connection: Deno.Conn,
  bytes: Uint8Array,
): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    rest = rest.subarray(await connection.write(rest));
  }
}
