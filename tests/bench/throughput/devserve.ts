// deno-lint-ignore-file no-console -- it prints its port
/** The same app on devserve; arguments choose the options. Prints its port. */
import { runSimple } from "@x/devserve";

const port = Deno.args.find((arg) => arg.startsWith("--port="))?.slice(7) ?? 0;
const has = (flag: string) => Deno.args.includes(flag);

await runSimple(
  "127.0.0.1",
  Number(port),
  (_request) => new Response("Hello, world"),
  {
    log: has("--log") ? "dev" : false,
    serverHeader: !has("--no-server-header"),
    onListen: ({ port }) => console.log(port),
  },
);
