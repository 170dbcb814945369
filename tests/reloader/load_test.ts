import { assert, assertEquals } from "@std/assert";
import { makeFolder, servedAt, startDevserve } from "../_devserve.ts";
import { testSsl } from "../_test_ssl.ts";
import { fetchUntil, save } from "./_reload.ts";

const RELOADS = 50;

/** An app whose answers carry a version, and that has requests of all kinds. */
function appOf(version: number): string {
  return `
    const VERSION = ${version};
    export default async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/slow") {
        await new Promise((done) => setTimeout(done, 300));
      } else if (pathname === "/upload") {
        const bytes = await request.arrayBuffer();
        return new Response(String(bytes.byteLength));
      } else if (pathname === "/events") {
        const body = new ReadableStream({
          start: (c) => c.enqueue(new TextEncoder().encode("data: x\\n\\n")),
        });
        return new Response(body, {
          headers: { "content-type": "text/event-stream" },
        });
      }
      return new Response("v" + VERSION);
    };`;
}

/** Repeats a request until it is told to stop; whatever fails is noted. */
async function repeat(
  failures: string[],
  isOver: () => boolean,
  attempt: (client: Deno.HttpClient) => Promise<string | undefined>,
  { keepAlive, caCerts }: { keepAlive: boolean; caCerts: string[] },
): Promise<number> {
  let count = 0;
  let client = Deno.createHttpClient({ caCerts });
  while (!isOver()) {
    if (!keepAlive) {
      client.close();
      client = Deno.createHttpClient({ poolMaxIdlePerHost: 0, caCerts });
    }
    try {
      const problem = await attempt(client);
      if (problem !== undefined) failures.push(problem);
    } catch (error) {
      failures.push(String((error as Error).cause ?? error));
    }
    count++;
    // A client that never pauses leaves no processor to the server.
    await new Promise((done) => setTimeout(done, 2));
  }
  client.close();
  return count;
}

const MODES = [[], ["--cert", "adhoc"], ["--relay"]];

for (const mode of Deno.build.os === "linux" ? MODES : MODES.slice(0, 2)) {
  Deno.test(`devserve ${mode.join(" ")} fails no request in ${RELOADS} reloads under load`, async () => {
    using folder = makeFolder({ "app.ts": appOf(0) });
    using ssl = mode[0] === "--cert" ? testSsl() : undefined;
    const caCerts = ssl ? [await Deno.readTextFile(ssl.caFile)] : [];
    await using child = startDevserve(["app.ts", "-p", "0", ...mode], {
      cwd: folder.path,
      env: ssl ? { DEVSERVE_CA_DIR: ssl.directory } : {},
    });
    const url = await servedAt(child);
    const failures: string[] = [];
    let isOver = false;
    const over = () => isOver;

    const get = (path: string) => async (client: Deno.HttpClient) => {
      const response = await fetch(url + path, { client });
      const text = await response.text();
      return response.ok && /^v\d+$/.test(text)
        ? undefined
        : `${path}: ${response.status} ${text}`;
    };
    const body = new Uint8Array(300_000);
    const upload = async (client: Deno.HttpClient) => {
      const response = await fetch(`${url}upload`, {
        client,
        method: "POST",
        body,
      });
      const text = await response.text();
      return text === "300000" ? undefined : `upload: ${text}`;
    };
    const events = async (client: Deno.HttpClient) => {
      const text = await (await fetch(`${url}events`, { client })).text();
      return /^(?:data: x\n\n|v\d+)$/.test(text)
        ? undefined
        : `events: ${text}`;
    };

    using watcher = Deno.createHttpClient({ caCerts });
    const loops = [
      repeat(failures, over, get(""), { keepAlive: true, caCerts }),
      repeat(failures, over, get(""), { keepAlive: true, caCerts }),
      repeat(failures, over, get(""), { keepAlive: false, caCerts }),
      repeat(failures, over, get(""), { keepAlive: false, caCerts }),
      repeat(failures, over, get("slow"), { keepAlive: true, caCerts }),
      repeat(failures, over, upload, { keepAlive: true, caCerts }),
      repeat(failures, over, events, { keepAlive: false, caCerts }),
    ];
    for (let version = 1; version <= RELOADS; version++) {
      await save(`${folder.path}/app.ts`, appOf(version));
      await fetchUntil(url, `v${version}`, { client: watcher });
    }
    isOver = true;
    // The last event stream lasts as long as its generation.
    const [...counts] = await Promise.all([
      ...loops,
      save(`${folder.path}/app.ts`, appOf(RELOADS + 1)).then(() => 0),
    ]);
    assertEquals(failures, []);
    assert(counts.slice(0, -1).every((count) => count > 0));
  });
}
