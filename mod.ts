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
  const { commandLine } = await import("./serving/command_line.ts");
  Deno.exit(await commandLine(Deno.args));
}
