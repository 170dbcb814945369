import { assertEquals, assertStringIncludes } from "@std/assert";
// deno-lint-ignore no-import-prefix -- an app of a user
import { Hono } from "npm:hono@^4";
import {
  debuggedApplication,
  dispatcher,
  type Handler,
  httpProxy,
  lint,
  profiler,
  proxyFix,
  sharedData,
} from "../../middleware/mod.ts";
import { makeServer } from "../../mod.ts";

const hono = new Hono();
hono.get("/hello", (context) => context.text(`hello ${context.req.url}`));
hono.get("/events", () => {
  let count = 0;
  const body = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      controller.enqueue(new TextEncoder().encode(`data: ${count}\n\n`));
      if (++count === 3) controller.close();
    },
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream" },
  });
});
hono.get("/socket", (context) => {
  const { socket, response } = Deno.upgradeWebSocket(context.req.raw);
  socket.onmessage = ({ data }) => {
    socket.send(`${data}!`);
    socket.close();
  };
  return response;
});

type Wrap = (app: Handler) => Handler;

/** Each middleware around an app, in a way that leaves its requests to the app. */
function wrapsIn(folder: string, upstream: string): Record<string, Wrap> {
  return {
    sharedData: (app) => sharedData(app, { "/static": folder }),
    proxyFix: (app) => proxyFix(app, { xFor: 1 }),
    dispatcher: (app) =>
      dispatcher(app, { "/mounted": () => new Response("mounted") }),
    httpProxy: (app) => httpProxy(app, { "/upstream": upstream }),
    profiler: (app) => profiler(app, { stream: null }),
    lint: (app) => lint(app, { onWarning() {} }),
    debugged: (app) => debuggedApplication(app, { logError() {} }),
  };
}

async function socketReply(url: string): Promise<string> {
  const socket = new WebSocket(url.replace("http", "ws"));
  const reply = Promise.withResolvers<string>();
  const closed = Promise.withResolvers<void>();
  socket.onopen = () => socket.send("hi");
  socket.onerror = reply.reject;
  socket.onmessage = ({ data }) => reply.resolve(data);
  socket.onclose = () => closed.resolve();
  const text = await reply.promise;
  await closed.promise;
  return text;
}

/** What every composition has to answer. */
async function checkAnswers(base: string): Promise<void> {
  const textOf = async (path: string) =>
    await (await fetch(base + path)).text();
  assertEquals(await textOf("hello"), `hello ${base}hello`);
  assertEquals(
    await textOf("events"),
    "data: 0\n\ndata: 1\n\ndata: 2\n\n",
  );
  assertEquals(await textOf("static/file.txt"), "a file");
  assertEquals(await textOf("mounted/any"), "mounted");
  assertStringIncludes(await textOf("upstream/any"), "upstream http://");
  assertEquals(await socketReply(`${base}socket`), "hi!");
}

Deno.test("all middleware composes in any order", async (t) => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/file.txt`, "a file");
  await using upstream = makeServer(
    "127.0.0.1",
    0,
    (request) => new Response(`upstream ${request.url}`),
    { log: false },
  );
  const wraps = Object.entries(wrapsIn(folder, upstream.url));
  // Each one is outermost once, and innermost once.
  for (const turn of wraps.keys()) {
    const order = [...wraps.slice(turn), ...wraps.slice(0, turn)];
    const app = order.reduce<Handler>(
      (inner, [, wrap]) => wrap(inner),
      hono.fetch,
    );
    const names = order.map(([name]) => name).reverse().join(" > ");
    await t.step(`in devserve: ${names}`, async () => {
      await using server = makeServer("127.0.0.1", 0, app, { log: false });
      await checkAnswers(server.url);
    });
    await t.step(`in Deno.serve: ${names}`, async () => {
      await using server = Deno.serve(
        { hostname: "127.0.0.1", port: 0, onListen() {} },
        app,
      );
      await checkAnswers(`http://127.0.0.1:${server.addr.port}/`);
    });
  }
  await Deno.remove(folder, { recursive: true });
});
