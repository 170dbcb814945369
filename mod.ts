/**
 * A development server for Web-standard handlers: what Werkzeug's `run_simple`
 * is to Python, for Deno.
 *
 * Run as the main module it is a command line: `devserve app.ts`.
 *
 * @example Usage
 * ```ts ignore
 * import { runSimple } from "@x/devserve";
 *
 * await runSimple("localhost", 8000, () => new Response("hello"));
 * ```
 *
 * @module
 */
export * from "./serving/mod.ts";

if (import.meta.main) {
  // Not awaited at the top level: an app that imports this module would wait for
  // the command line, and that waits for the app.
  import("./serving/command_line.ts")
    .then(({ commandLine }) => commandLine(Deno.args))
    .then((code) => Deno.exit(code));
}
