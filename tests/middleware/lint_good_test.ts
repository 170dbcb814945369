// deno-lint-ignore-file no-import-prefix -- what people use, as in the examples
// Good responses, over sockets: none of them gives a warning.
import { assertEquals } from "@std/assert";
import { Hono } from "npm:hono@^4";
import { compress } from "npm:hono@^4/compress";
import { deleteCookie, setCookie } from "npm:hono@^4/cookie";
import { cors } from "npm:hono@^4/cors";
import { etag } from "npm:hono@^4/etag";
import { stream, streamSSE } from "npm:hono@^4/streaming";
import { dispatcher } from "../../middleware/dispatcher/dispatcher.ts";
import { lint } from "../../middleware/lint/lint.ts";
import { sharedData } from "../../middleware/shared_data/shared_data.ts";
import type { Handler } from "../../serving/handler.ts";
import { requestFile } from "./_request_file.ts";
import { ruleOf, streamOf } from "./_lint.ts";

/** A server whose app is linted. */
interface LintServer extends AsyncDisposable {
  port: number;
  base: string;
  rules: string[];
}

function serve(app: Handler): LintServer {
  const rules: string[] = [];
  const handler = lint(app, {
    onWarning: (found) => {
      rules.push(`${ruleOf(found)} ${found.url}: ${found.message}`);
    },
  });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    handler,
  );
  const { port } = server.addr;
  return {
    port,
    base: `http://127.0.0.1:${port}`,
    rules,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("lint() finds nothing in what sharedData sends", async () => {
  const root = await Deno.makeTempDir();
  await Deno.writeTextFile(`${root}/a.txt`, "hello".repeat(100));
  await Deno.writeTextFile(`${root}/a.txt.gz`, "zipped");
  await Deno.writeTextFile(`${root}/b.bin`, "x");
  await Deno.writeTextFile(`${root}/empty.css`, "");
  const app: Handler = () => new Response("none", { status: 404 });
  for (const precompressed of [false, true]) {
    for (const cache of [false, true]) {
      const files = sharedData(app, { "/s": root }, { precompressed, cache });
      await using server = serve(files);
      const ask = (
        path: string,
        headers: Record<string, string> = {},
        method = "GET",
      ) => requestFile(server.port, path, headers, method);
      const full = await ask("/s/a.txt");
      assertEquals(full.status, 200);
      const tag = full.headers.get("etag")!;
      const modified = full.headers.get("last-modified")!;
      const statuses: number[] = [];
      for (
        const [path, headers, method] of [
          ["/s/b.bin"],
          ["/s/empty.css"],
          ["/s/a.txt", {}, "HEAD"],
          ["/s/a.txt", { "accept-encoding": "gzip" }],
          ["/s/none", { "accept-encoding": "gzip", accept: "text/html" }],
          ["/s/a.txt", { range: "bytes=0-9" }],
          ["/s/a.txt", { range: "bytes=-9", "if-range": tag }],
          ["/s/a.txt", { range: "bytes=900-" }],
          ["/s/a.txt", { "if-none-match": tag }],
          ["/s/a.txt", { "if-none-match": tag }, "HEAD"],
          ["/s/a.txt", { "if-modified-since": modified }],
          ["/s/a.txt", { "if-match": '"other"' }],
          ["/s/a.txt", {}, "POST"],
        ] as [string, Record<string, string>?, string?][]
      ) {
        statuses.push((await ask(path, headers, method)).status);
      }
      assertEquals(
        statuses,
        [200, 200, 200, 200, 404, 206, 206, 416, 304, 304, 304, 412, 405],
      );
      assertEquals(server.rules, []);
    }
  }
  await Deno.remove(root, { recursive: true });
});

function honoApp(): Hono {
  const app = new Hono();
  app.use("/etag/*", etag());
  app.use("/zip/*", compress());
  app.use("/open/*", cors());
  app.use("/some/*", cors({ origin: ["https://a.test"], credentials: true }));
  const long = "long text ".repeat(500);
  app.get("/text", (c) => c.text("text"));
  app.get("/html", (c) => c.html("<p>html"));
  app.get("/json", (c) => c.json({ a: 1 }));
  app.get("/body", (c) => c.body(null, 204));
  app.get("/etag/x", (c) => c.text("text"));
  app.get("/zip/x", (c) => c.text(long));
  app.get("/open/x", (c) => c.text("text"));
  app.get("/some/x", (c) => c.text("text"));
  app.get("/to", (c) => c.redirect("https://a.test/", 303));
  app.post("/echo", async (c) => c.json(await c.req.json(), 201));
  app.get("/stream", (c) => stream(c, async (s) => void (await s.write("x"))));
  app.get(
    "/events",
    (c) => streamSSE(c, (s) => s.writeSSE({ event: "e", data: "1" })),
  );
  app.get("/cookies", (c) => {
    setCookie(c, "a", "é b", { httpOnly: true, sameSite: "Lax", maxAge: 9 });
    setCookie(c, "b", "1", { prefix: "host", secure: true, path: "/" });
    setCookie(c, "d", "1", { expires: new Date(), domain: "a.test" });
    deleteCookie(c, "c");
    return c.text("text");
  });
  return app;
}

const HONO: [path: string, status: number, init?: RequestInit][] = [
  ["/text", 200],
  ["/text", 200, { method: "HEAD" }],
  ["/html", 200],
  ["/json", 200],
  ["/body", 204],
  ["/missing", 404],
  ["/etag/x", 200],
  ["/zip/x", 200, { headers: { "accept-encoding": "gzip" } }],
  ["/zip/x", 200, { headers: { "accept-encoding": "identity" } }],
  ["/open/x", 200, { headers: { origin: "https://a.test" } }],
  ["/some/x", 200, { headers: { origin: "https://a.test" } }],
  ["/some/x", 200, { headers: { origin: "https://b.test" } }],
  ["/some/x", 204, {
    method: "OPTIONS",
    headers: {
      "origin": "https://a.test",
      "access-control-request-method": "PUT",
      "access-control-request-headers": "x-a",
    },
  }],
  ["/to", 303],
  ["/echo", 201, { method: "POST", body: "[1]" }],
  ["/stream", 200],
  ["/cookies", 200],
];

Deno.test("lint() finds nothing in what Hono sends", async () => {
  await using server = serve(honoApp().fetch);
  for (const [path, status, init] of HONO) {
    const response = await fetch(`${server.base}${path}`, {
      redirect: "manual",
      ...init,
    });
    assertEquals(response.status, status, path);
    const tag = response.headers.get("etag");
    await response.body?.cancel();
    if (tag === null) continue;
    const again = await fetch(`${server.base}${path}`, {
      headers: { "if-none-match": tag },
    });
    assertEquals(again.status, 304);
  }
  assertEquals(server.rules, []);
});

Deno.test("lint() only notes that Hono's event stream names a connection", async () => {
  // It says what the server does anyway.
  await using server = serve(honoApp().fetch);
  const response = await fetch(`${server.base}/events`);
  assertEquals(await response.text(), "event: e\ndata: 1\n\n");
  assertEquals(
    server.rules.map((rule) => rule.split(" ")[0]),
    ["(hop-by-hop)", "(transfer-encoding)"],
  );
});

/** Plain handlers by their path. */
const PLAIN: Record<string, Handler> = {
  "/text": () => new Response("text"),
  "/empty": () => new Response(),
  "/json": () => Response.json({}),
  "/form": () => {
    const form = new FormData();
    form.set("a", "1");
    return new Response(form);
  },
  "/params": () => new Response(new URLSearchParams({ a: "1" })),
  "/blob": () => new Response(new Blob(["x"], { type: "image/png" })),
  "/bytes": () => new Response(new Uint8Array(9)),
  "/stream": () => new Response(streamOf("a", "b")),
  "/length": () =>
    new Response(streamOf("a", "b"), { headers: { "content-length": "2" } }),
  "/events": () =>
    new Response(streamOf("data: 1\n\n"), {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-cache",
      },
    }),
  "/redirect": () => Response.redirect("https://a.test/x?y=%20"),
  "/reset": () => new Response(null, { status: 205 }),
  "/login": () =>
    new Response("no", {
      status: 401,
      headers: { "www-authenticate": 'Basic realm="x", charset="UTF-8"' },
    }),
  "/busy": () =>
    new Response("later", { status: 503, headers: { "retry-after": "5" } }),
  "/download": () =>
    new Response("x", {
      headers: {
        "content-disposition":
          "attachment; filename=\"x.txt\"; filename*=UTF-8''%C3%A9.txt",
        "content-security-policy": "default-src 'self'; img-src *",
        "link": "</style.css>; rel=preload; as=style",
        "cache-control": "public, max-age=60, stale-while-revalidate=30",
        "strict-transport-security": "max-age=1; includeSubDomains",
        "server-timing": 'db;dur=53.2;desc="data base"',
        "x-content-type-options": "nosniff",
        "accept-ranges": "bytes",
        "age": "0",
      },
    }),
  "/negotiated": ({ headers }) =>
    new Response(headers.get("accept"), {
      headers: { vary: "Accept, Accept-Language" },
    }),
  "/upload": async (request) => Response.json((await request.text()).length),
};

Deno.test("lint() finds nothing in good responses of plain handlers", async () => {
  await using server = serve((request, info) =>
    PLAIN[new URL(request.url).pathname]!(request, info)
  );
  for (const path of Object.keys(PLAIN)) {
    const method = path === "/upload" ? "POST" : "GET";
    const response = await fetch(`${server.base}${path}`, {
      method,
      redirect: "manual",
      ...(method === "POST" ? { body: "hello" } : {}),
    });
    await response.arrayBuffer();
  }
  assertEquals(server.rules, []);
});

Deno.test("lint() only notes the connection of a response from fetch", async () => {
  const headers = { "keep-alive": "timeout=5" };
  await using upstream = serve(() =>
    new Response(streamOf("a", "b"), { headers })
  );
  await using server = serve(() => fetch(upstream.base));
  const response = await fetch(server.base);
  assertEquals(await response.text(), "ab");
  assertEquals(
    server.rules.map((rule) => rule.split(" ")[0]),
    ["(hop-by-hop)", "(transfer-encoding)"],
  );
});

Deno.test("lint() leaves a compressed response from fetch as it is", async () => {
  const text = "hello ".repeat(100);
  const zipped = new Blob([text]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  const bytes = await new Response(zipped).bytes();
  await using upstream = serve(() =>
    new Response(bytes, {
      headers: {
        "content-encoding": "gzip",
        "content-length": `${bytes.length}`,
        "content-type": "text/plain;charset=utf-8",
      },
    })
  );
  await using server = serve(() => fetch(upstream.base));
  const response = await fetch(server.base);
  assertEquals(response.headers.get("content-encoding"), null);
  assertEquals(await response.text(), text);
  assertEquals(server.rules, []);
  // A copy is what breaks: the body is decoded, and the fields say otherwise.
  await using copying = serve(async () => {
    const fetched = await fetch(upstream.base);
    return new Response(fetched.body, fetched);
  });
  const raw = await requestFile(copying.port, "/");
  assertEquals(raw.headers.get("content-encoding"), "gzip");
  assertEquals(copying.rules.map((rule) => rule.split(" ")[0]), [
    "content-length",
  ]);
});

Deno.test("lint() works around and inside of other middleware", async () => {
  const inner: string[] = [];
  const api = lint(
    (request) => new Response(request.headers.get("accept")),
    { onWarning: (found) => inner.push(ruleOf(found)) },
  );
  await using server = serve(dispatcher(honoApp().fetch, { "/api": api }));
  assertEquals(await (await fetch(`${server.base}/api/x`)).text(), "*/*");
  assertEquals(await (await fetch(`${server.base}/text`)).text(), "text");
  assertEquals(inner, ["vary-missing"]);
  assertEquals(server.rules, []);
});
