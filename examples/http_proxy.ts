// deno run -A mod.ts "examples/http_proxy.ts:createApp('http://127.0.0.1:9000')"
/** A page, and another server below /api, WebSockets included. */
import type { Handler } from "@x/devserve";
import { httpProxy } from "@x/devserve/middleware";

/** Makes the app. Without another server there, /api says so. */
export function createApp(api = "http://127.0.0.1:9000"): Handler {
  return httpProxy(showPage, { "/api": { target: api, removePrefix: true } });
}

function showPage(): Response {
  return new Response(
    `<!doctype html><title>API</title><pre></pre><script type="module">
      const response = await fetch("/api/");
      document.querySelector("pre").textContent = await response.text();
    </script>`,
    { headers: { "content-type": "text/html;charset=UTF-8" } },
  );
}
