import { fromFileUrl } from "../reloader/file_url.ts";

/**
 * Lets the app find its own arguments in `Deno.args` and `process.argv`, not those
 * of devserve.
 *
 * @param args The arguments.
 * @param url The URL of the app's module, which `process.argv` has as a path.
 */
export function giveArguments(args: readonly string[], url: string): void {
  Object.defineProperty(Deno, "args", { value: args, configurable: true });
  // The same array for all who have imported it.
  const { argv } = globalThis.process;
  const path = url.startsWith("file:") ? fromFileUrl(url) : url;
  argv.splice(1, argv.length, path, ...args);
}
