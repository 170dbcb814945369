import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path/from-file-url";
import { rawConnect, type RawConnection } from "../_raw_http.ts";
import { makeFolder, servedAt } from "../_devserve.ts";
import { startProcess } from "../_process.ts";
import { generationOf, isAlive, save } from "./_reload.ts";
import { serveFolder } from "./_serve_folder.ts";

const MAIN = fromFileUrl(new URL("../../mod.ts", import.meta.url));

const linuxOnly = { ignore: Deno.build.os !== "linux" };

/** Says its version, its process and what is sent to it. */
function app(version: number): string {
  return `export default async (request: Request) => {
  if (new URL(request.url).pathname === "/events") {
    const stream = new ReadableStream({
      start(c) { c.enqueue(new TextEncoder().encode("data: ${version}\\n\\n")); },
    });
    return new Response(stream, {
      headers: { "content-type": "text/event-stream" },
    });
  }
  return new Response(["v${version}", Deno.pid, await request.text()].join(" "));
};
`;
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
}

/** Begins a request whose body is as long as "first second". */
async function beginUpload(port: number): Promise<RawConnection> {
  const upload = await rawConnect(port);
  await upload.send(
    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\n\r\nfirst ",
  );
  return upload;
}

/** How many sockets of this machine listen on a port of IPv4. */
async function listeners(port: number): Promise<number> {
  const table = await Deno.readTextFile("/proc/net/tcp");
  const address = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").filter((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return local?.endsWith(address) && state === "0A";
  }).length;
}

async function gone(pid: number): Promise<void> {
  while (await isAlive(pid)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test(
  "devserve tells the app when a client leaves an old connection",
  linuxOnly,
  async () => {
    const streaming = `export default (request: Request) => {
  if (!request.url.endsWith("/stream")) return new Response("v1");
  request.signal.addEventListener("abort", () => console.log("left"));
  return new Response(new ReadableStream({
    start(c) { c.enqueue(new TextEncoder().encode("begun")); },
  }));
};
`;
    await using served = await serveFolder({ "app.ts": streaming });
    using kept = await rawConnect(Number(new URL(served.url).port));
    await kept.send(get("/"));
    await kept.readResponse();
    await served.save("app.ts", streaming.replace("v1", "v2"));
    await generationOf(served.child, 2);
    await kept.send(get("/stream"));
    await kept.readThrough("begun");
    kept.close();
    await served.child.waitFor(/left/);
  },
);

for (const args of [[], ["--relay"]]) {
  Deno.test(
    `${
      ["devserve", ...args].join(" ")
    } passes requests on from generation to generation while an upload goes on`,
    linuxOnly,
    async () => {
      await using served = await serveFolder({ "app.ts": app(1) }, args);
      const port = Number(new URL(served.url).port);
      using kept = await rawConnect(port);
      await kept.send(get("/"));
      assertStringIncludes((await kept.readResponse()).body, "v1");
      using upload = await beginUpload(port);
      await served.save("app.ts", app(2));
      await generationOf(served.child, 2);
      const [, pid] = (await (await fetch(served.url)).text()).split(" ");
      await served.save("app.ts", app(3));
      await generationOf(served.child, 3);
      await gone(Number(pid));
      await kept.send(get("/"));
      const { status, body } = await kept.readResponse();
      assertEquals([status, body.slice(0, 2)], [200, "v3"]);
      await upload.send("second");
      const uploaded = await upload.readResponse("POST");
      assertStringIncludes(uploaded.body, "v1");
      assertStringIncludes(uploaded.body, "first second");
      assertEquals(served.child.stderr.includes("Error"), false);
    },
  );
}

Deno.test(
  "devserve ends an event stream cleanly that came on an old connection",
  linuxOnly,
  async () => {
    await using served = await serveFolder({ "app.ts": app(1) });
    using kept = await rawConnect(Number(new URL(served.url).port));
    await kept.send(get("/"));
    await kept.readResponse();
    await served.save("app.ts", app(2));
    await generationOf(served.child, 2);
    await kept.send(get("/events"));
    const { body, isComplete } = await kept.readResponse();
    assertEquals(body, "data: 2\n\n");
    assert(isComplete);
  },
);

Deno.test(
  "devserve goes on taking a body that came on an old connection",
  linuxOnly,
  async () => {
    await using served = await serveFolder({ "app.ts": app(1) });
    const port = Number(new URL(served.url).port);
    using kept = await rawConnect(port);
    await kept.send(get("/"));
    const pid = Number((await kept.readResponse()).body.split(" ")[1]);
    await served.save("app.ts", app(2));
    await generationOf(served.child, 2);
    await kept.send(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\n\r\nfirst ",
    );
    // Its lame duck time is over when its listeners are closed.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert(await isAlive(pid));
    await kept.send("second");
    assertStringIncludes(
      (await kept.readResponse("POST")).body,
      "first second",
    );
  },
);

/** As many as take the numbers that a search for listeners begins with. */
const OPEN_FILES =
  `for (let i = 0; i < 300; i++) Deno.openSync("/dev/null");\n`;

Deno.test(
  "devserve has no listener more than one while an upload goes on",
  linuxOnly,
  async () => {
    await using served = await serveFolder({ "app.ts": OPEN_FILES + app(1) });
    const port = Number(new URL(served.url).port);
    using upload = await beginUpload(port);
    for (const version of [2, 3, 4]) {
      await served.save("app.ts", OPEN_FILES + app(version));
      await generationOf(served.child, version);
    }
    while (await listeners(port) > 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await upload.send("second");
    const { body } = await upload.readResponse("POST");
    assertStringIncludes(body, "first second");
  },
);

Deno.test(
  "devserve answers each new connection of an app with many open files",
  linuxOnly,
  async () => {
    await using served = await serveFolder({ "app.ts": OPEN_FILES + app(1) });
    const port = Number(new URL(served.url).port);
    using _upload = await beginUpload(port);
    let isOver = false;
    async function ask(): Promise<number[]> {
      const statuses: number[] = [];
      while (!isOver) {
        using connection = await rawConnect(port);
        await connection.send(
          get("/").replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"),
        );
        statuses.push((await connection.readResponse()).status);
      }
      return statuses;
    }
    const asking = [ask(), ask(), ask(), ask()];
    for (let version = 2; version <= 6; version++) {
      await served.save("app.ts", OPEN_FILES + app(version));
      await generationOf(served.child, version);
    }
    isOver = true;
    const statuses = (await Promise.all(asking)).flat();
    assertEquals(new Set(statuses), new Set([200]));
  },
);

Deno.test(
  "devserve ends an app in an endless loop that clients would wait for",
  linuxOnly,
  async () => {
    using folder = makeFolder({
      "app.ts": `export default (request: Request) => {
  if (request.url.endsWith("/loop")) for (;;);
  return new Response(String(Deno.pid));
};
`,
    });
    // Without --allow-ffi connections cannot be steered to the new code alone.
    await using child = startProcess([
      Deno.execPath(),
      "run",
      "--allow-read",
      "--allow-write",
      "--allow-net",
      "--allow-env",
      "--allow-run",
      "--allow-sys",
      MAIN,
      "app.ts",
      "-p",
      "0",
      "--grace",
      "3600",
    ], { cwd: folder.path, env: { NO_COLOR: "1" } });
    const url = await servedAt(child);
    // No connection is kept to the process that is about to be killed.
    const init = { headers: { connection: "close" } };
    const pid = Number(await (await fetch(url, init)).text());
    using looping = await rawConnect(Number(new URL(url).port));
    await looping.send(get("/loop"));
    await save(`${folder.path}/app.ts`, app(2));
    await generationOf(child, 2);
    await gone(pid);
    assertStringIncludes(await (await fetch(url, init)).text(), "v2");
  },
);
