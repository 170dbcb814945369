import { assertStringIncludes } from "@std/assert";
import { makeServer } from "@x/devserve";
import { startProcess } from "./_process.ts";
import { tool } from "./_tool.ts";

const chromium = tool("chromium");

/** Loads a page in a browser without a window, and returns its document. */
async function dump(url: string): Promise<string> {
  const profile = await Deno.makeTempDir();
  try {
    await using browser = startProcess([
      chromium.path,
      ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update"],
      ...["--disable-sync", "--disable-quic", `--user-data-dir=${profile}`],
      ...["--dump-dom", url],
    ]);
    await browser.finished();
    return browser.stdout;
  } finally {
    await Deno.remove(profile, { recursive: true });
  }
}

const PAGE = `<!doctype html><title>Page</title>
<link rel="icon" href="data:,"><p id="out">…</p><img src="/done" alt="">
<script>
const out = document.getElementById("out");
const socket = new WebSocket(location.href.replace("http", "ws"));
socket.onopen = () => socket.send("echo");
socket.onmessage = async ({ data }) => {
  const response = await fetch("/api", { method: "POST", body: data });
  out.textContent = await response.text();
  fetch("/seen");
};
</script>`;

/** The page has loaded, and is dumped, when its image has: at the very end. */
let seen = Promise.withResolvers<void>();

async function app(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/seen") seen.resolve();
  if (pathname === "/done") await seen.promise;
  if (request.headers.get("upgrade") === "websocket") {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(data + " from the socket");
    return response;
  }
  if (request.method === "POST") {
    return new Response(`posted ${await request.text()}`);
  }
  return new Response(PAGE, {
    headers: { "content-type": "text/html;charset=UTF-8" },
  });
}

for (const host of ["localhost", "127.0.0.1", "[::1]", "app.localhost"]) {
  Deno.test({
    name:
      `makeServer() serves a page, fetch and WebSocket to Chromium at ${host}`,
    ignore: chromium.ignore,
    fn: async () => {
      seen = Promise.withResolvers();
      await using server = makeServer("localhost", 0, app, { log: false });
      const dom = await dump(`http://${host}:${server.port}/`);
      assertStringIncludes(dom, "posted echo from the socket");
    },
  });
}
