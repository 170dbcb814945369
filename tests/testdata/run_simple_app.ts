/**
 * Runs `runSimple()` with the hostname and the JSON options of its arguments,
 * and says on standard output when it is over.
 */
import { runSimple } from "../../mod.ts";

const [hostname = "127.0.0.1", options = "{}"] = Deno.args;
const stop = new AbortController();

try {
  await runSimple(hostname, 0, async (request) => {
    switch (new URL(request.url).pathname) {
      case "/hang":
        // deno-lint-ignore no-console -- the test waits for it
        console.log("hanging");
        return new Promise(() => {});
      case "/reject":
        Promise.reject(new Error("nobody awaits this"));
        return new Response("rejected");
      case "/timer":
        setTimeout(() => {
          throw new Error("thrown by a timer");
        });
        return new Response("timer");
      case "/report":
        reportError(undefined);
        return new Response("reported");
      case "/fail":
        throw new Error("thrown by the app");
      case "/events":
        return new Response(
          new ReadableStream({
            start: (c) => c.enqueue(new TextEncoder().encode("data: 1\n\n")),
          }),
          { headers: { "content-type": "text/event-stream" } },
        );
      case "/socket":
        return Deno.upgradeWebSocket(request).response;
      case "/upload":
        return new Response(await request.text());
      case "/large":
        return new Response("x".repeat(50_000_000));
      case "/stop":
        stop.abort();
        return new Response("stopping");
    }
    return new Response("hello");
  }, {
    ...JSON.parse(options),
    signal: stop.signal,
    onListen: ({ url, port }) =>
      // deno-lint-ignore no-console -- the test waits for it
      console.log(`listening ${port} ${url}`),
  });
  // deno-lint-ignore no-console -- the test reads it
  console.log("over");
} catch (error) {
  // deno-lint-ignore no-console -- the test reads it
  console.log("rejected", error);
  Deno.exitCode = 1;
}
