import {
  assertEquals,
  assertGreater,
  assertInstanceOf,
  assertLess,
  assertRejects,
} from "@std/assert";
import { fromFileUrl } from "@std/path/from-file-url";
import { streamFile } from "../../middleware/shared_data/_stream_file.ts";
import { startProcess } from "../_process.ts";
import { encodeRequest, requestFile } from "./_request_file.ts";
import { type SharedTree, shareTree } from "./_shared_tree.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** Makes a file of the given size that takes no space on the disk. */
async function makeSparse(tree: SharedTree, size: number): Promise<string> {
  const path = `${tree.root}/sparse.bin`;
  await Deno.writeFile(path, new Uint8Array());
  await Deno.truncate(path, size);
  return path;
}

/** Asks for the sparse file and waits until the response has begun. */
async function beginDownload(port: number): Promise<Download> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(encodeRequest("/static/sparse.bin"));
  const received = await connection.read(new Uint8Array(1024)) ?? 0;
  assertGreater(received, 0);
  return { connection, received };
}

interface Download {
  connection: Deno.Conn;
  received: number;
}

/** Reads to the end and tells how many bytes came in all, with the head. */
async function finishDownload(
  { connection, received }: Download,
  onChunk: (received: number) => Promise<void> | void = () => {},
): Promise<number> {
  const buffer = new Uint8Array(MIB);
  for (;;) {
    const count = await connection.read(buffer);
    if (count === null) break;
    received += count;
    await onChunk(received);
  }
  connection.close();
  return received;
}

/** Whether that is a file of the given size and a head of usual length. */
function assertReceived(received: number, size: number): void {
  assertGreater(received, size + 100);
  assertLess(received, size + 1000);
}

Deno.test("sharedData() streams 2 GiB in bounded memory", async () => {
  await using tree = await shareTree({}, null);
  const size = 2 * GIB;
  await makeSparse(tree, size);
  const script = fromFileUrl(
    import.meta.resolve("../testdata/shared_data/serve.ts"),
  );
  await using server = startProcess([
    Deno.execPath(),
    "run",
    "--allow-net",
    `--allow-read=${tree.root}`,
    script,
    tree.root,
  ]);
  const port = Number((await server.waitFor(/port=(\d+)\n/))[1]);
  const memory = async (): Promise<number> =>
    Number((await requestFile(port, "/memory")).body);
  await requestFile(port, "/static/sparse.bin", { Range: "bytes=0-0" });
  const before = await memory();
  let peak = before;

  let checkpoint = 0;
  const download = await beginDownload(port);
  const received = await finishDownload(download, async (received) => {
    if (received < checkpoint) return;
    checkpoint += 256 * MIB;
    peak = Math.max(peak, await memory());
  });
  assertReceived(received, size);
  assertLess(peak - before, 200 * MIB);
});

Deno.test("sharedData() seeks beyond 4 GiB", async () => {
  await using tree = await shareTree({});
  const path = await makeSparse(tree, 5 * GIB);
  using file = await Deno.open(path, { write: true });
  await file.seek(-3, Deno.SeekMode.End);
  await file.write(new TextEncoder().encode("end"));
  for (const range of ["bytes=-3", `bytes=${5 * GIB - 3}-`]) {
    const { body, headers } = await tree.request("/static/sparse.bin", {
      Range: range,
    });
    assertEquals(body, "end");
    assertEquals(
      headers.get("content-range"),
      `bytes ${5 * GIB - 3}-${5 * GIB - 1}/${5 * GIB}`,
    );
  }
  const head = await tree.request("/static/sparse.bin", {}, "HEAD");
  assertEquals(head.headers.get("content-length"), String(5 * GIB));
});

Deno.test("sharedData() closes the file when the client disconnects", async () => {
  await using tree = await shareTree({});
  await makeSparse(tree, GIB);
  for (let i = 0; i < 20; i++) {
    const { connection } = await beginDownload(tree.port);
    connection.close();
  }
});

Deno.test("sharedData() closes the file when it sends no body", async () => {
  await using tree = await shareTree(
    { "a.txt": "A", "a.txt.br": "B", "b.key": "", "empty": "" },
    { precompressed: true, disallow: ["*.key"] },
  );
  await Deno.symlink("b.key", `${tree.root}/alias`);
  const requests: [string, Record<string, string>, string, number][] = [
    ["a.txt", {}, "HEAD", 200],
    ["a.txt", { "Accept-Encoding": "br" }, "HEAD", 200],
    ["a.txt", { "If-None-Match": "*" }, "GET", 304],
    ["a.txt", { "If-Match": '"x"' }, "GET", 412],
    ["a.txt", { "Range": "bytes=5-" }, "GET", 416],
    ["a.txt", {}, "POST", 405],
    ["empty", {}, "GET", 200],
    ["alias", {}, "GET", 404],
  ];
  for (const [name, headers, method, expected] of requests) {
    for (let i = 0; i < 10; i++) {
      const { status } = await tree.request(`/static/${name}`, headers, method);
      assertEquals(status, expected, name);
    }
  }
});

Deno.test("sharedData() breaks off when the file becomes shorter", async () => {
  await using tree = await shareTree({});
  const path = await makeSparse(tree, GIB);
  const download = await beginDownload(tree.port);
  await Deno.truncate(path, MIB);
  assertLess(await finishDownload(download), GIB);
  assertEquals(tree.errors.length, 1);
  assertInstanceOf(tree.errors[0], Deno.errors.UnexpectedEof);
});

Deno.test("sharedData() sends what it announced when the file grows", async () => {
  await using tree = await shareTree({});
  const size = 64 * MIB;
  const path = await makeSparse(tree, size);
  const download = await beginDownload(tree.port);
  await Deno.truncate(path, 2 * size);
  assertReceived(await finishDownload(download), size);
});

Deno.test("streamFile() reads nothing before it is asked to", async () => {
  const path = await Deno.makeTempFile();
  await Deno.truncate(path, MIB);
  const file = await Deno.open(path);
  const reader = streamFile(file, MIB).getReader();
  // All that a stream does by itself is done before the next timer.
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(await file.seek(0, Deno.SeekMode.Current), 0);
  assertEquals((await reader.read()).value?.length, 65536);
  assertEquals(await file.seek(0, Deno.SeekMode.Current), 65536);
  await reader.cancel();
  await Deno.remove(path);
});

Deno.test("streamFile() ends after the given number of bytes", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "0123456789");
  const file = await Deno.open(path);
  await file.seek(2, Deno.SeekMode.Start);
  assertEquals(await new Response(streamFile(file, 5)).text(), "23456");
  await Deno.remove(path);
});

Deno.test("streamFile() closes the file when it is canceled during a read", async () => {
  const path = await Deno.makeTempFile();
  await Deno.truncate(path, MIB);
  const reader = streamFile(await Deno.open(path), MIB).getReader();
  const pending = reader.read();
  await reader.cancel();
  assertEquals((await pending).done, true);
  await Deno.remove(path);
});

Deno.test("streamFile() fails when a read fails", async () => {
  const path = await Deno.makeTempFile();
  const file = await Deno.open(path, { write: true });
  const reader = streamFile(file, 5).getReader();
  await assertRejects(() => reader.read(), Error);
  await Deno.remove(path);
});
