// deno run -A mod.ts examples/fetch_object.ts
/** An app as `deno serve` takes it, with a stream of events. */
export default {
  fetch(request: Request): Response {
    if (new URL(request.url).pathname !== "/events") {
      return new Response("Listen to /events\n");
    }
    let timer: ReturnType<typeof setInterval>;
    const events = new ReadableStream<string>({
      start(controller) {
        timer = setInterval(() => {
          controller.enqueue(`data: ${new Date().toISOString()}\n\n`);
        }, 1000);
      },
      cancel: () => clearInterval(timer),
    });
    return new Response(events.pipeThrough(new TextEncoderStream()), {
      headers: { "content-type": "text/event-stream" },
    });
  },
} satisfies Deno.ServeDefaultExport;
