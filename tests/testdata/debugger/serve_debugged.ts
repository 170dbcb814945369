// Serves an app that fails, with a console, and prints its port. At `/shutdown`
// the server of the app is shut down, and nothing else.
import { debugWith } from "../../../middleware/debugger/_debug_with.ts";
import { FAKE_PARTS } from "../../middleware/debugger/_fake_parts.ts";

const handler = debugWith(
  (request) => {
    if (request.url.endsWith("/shutdown")) {
      queueMicrotask(() => server.shutdown());
      return new Response();
    }
    if (request.url.endsWith("/evil")) throw new Error("\x1b[31mevil");
    throw new Error("boom");
  },
  { evalex: true, pinSecurity: false, root: "/" },
  FAKE_PARTS,
);

const server = Deno.serve({
  hostname: "127.0.0.1",
  port: Number(Deno.args[0] ?? 0),
  onListen: ({ port }) =>
    Deno.stdout.writeSync(
      new TextEncoder().encode(`port ${port}\n`),
    ),
}, handler);
