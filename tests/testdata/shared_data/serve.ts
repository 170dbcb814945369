// Shares the directory given as the argument, prints the port, and answers
// `/memory` with the resident set size in bytes.
import { sharedData } from "../../../middleware/shared_data/shared_data.ts";

const [root = "."] = Deno.args;
const handler = sharedData(
  () => new Response(String(Deno.memoryUsage().rss)),
  { "/static": root },
);
Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  // deno-lint-ignore no-console -- the parent process reads it
  onListen: ({ port }) => console.log(`port=${port}`),
}, handler);
