// deno run -A mod.ts examples/nginx/app.ts -b 127.0.0.1:8000
import { proxyFix } from "@x/devserve/middleware";

/** An app behind nginx, as devserve.conf sets it up: it tells what it knows. */
export default proxyFix(function app(request, info): Response {
  const { remoteAddr, scriptName, forwarded: { original } } = info;
  const { url } = request;
  const told = JSON.stringify({ url, remoteAddr, scriptName, original });
  if (request.headers.get("upgrade") === "websocket") {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => socket.send(told);
    socket.onmessage = ({ data }) => socket.send(data);
    return response;
  }
  return new URL(url).pathname === "/events"
    ? everySecond(`data: ${told}\n\n`)
    : new Response(told);
}, { xHost: 1, xPort: 1, xPrefix: 1, trusted: ["loopback", "unix"] });

/** A stream of events, the first one at once. */
function everySecond(event: string): Response {
  let timer: ReturnType<typeof setInterval>;
  const events = new ReadableStream<string>({
    start(controller) {
      controller.enqueue(event);
      timer = setInterval(() => controller.enqueue(event), 1000);
    },
    cancel: () => clearInterval(timer),
  });
  return new Response(events.pipeThrough(new TextEncoderStream()), {
    headers: { "content-type": "text/event-stream" },
  });
}
