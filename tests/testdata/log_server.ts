/** Serves with the log format of its first argument until it is told to stop. */
import { type LogOption, makeServer } from "../../mod.ts";

const [format = "dev"] = Deno.args;

const server = makeServer("127.0.0.1", 0, ({ url }) => {
  const { pathname } = new URL(url);
  if (pathname === "/fail") throw new Error("thrown by the app");
  if (pathname !== "/midway") return new Response("hello");
  return new Response(
    new ReadableStream({
      pull() {
        throw new Error("midway");
      },
    }),
  );
}, { log: (format === "false" ? false : format) as LogOption });

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.addSignalListener(signal, async () => {
    await server.shutdown();
    Deno.exit();
  });
}
// deno-lint-ignore no-console -- the test waits for it
console.log(`port ${server.port}`);
