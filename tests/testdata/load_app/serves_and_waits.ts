const server = Deno.serve({
  port: 1,
  handler: () => new Response("served and awaited"),
});
await server.finished;
