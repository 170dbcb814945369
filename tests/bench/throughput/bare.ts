// deno-lint-ignore-file no-console -- it prints its port
/** The peer: what Deno does by itself. Prints its port. */
const headers = Deno.args.includes("--server-header")
  ? { headers: { server: "bare/0.1.0" } }
  : undefined;

Deno.serve({
  hostname: "127.0.0.1",
  port: Number(
    Deno.args.find((arg) => arg.startsWith("--port="))?.slice(7) ?? 0,
  ),
  onListen: ({ port }) => console.log(port),
}, (_request) => new Response("Hello, world", headers));
