/**
 * Loaded ahead of a generation (`deno run --preload`): has the module of the
 * parameter `from` loaded from the URL in `to`, if there is something by then.
 *
 * @module
 */
import { registerHooks } from "node:module";

const { searchParams } = new URL(import.meta.url);
const from = searchParams.get("from");
const to = searchParams.get("to");
if (from !== null && to !== null) redirectModule(from, to);

function redirectModule(from: string, to: string): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      return resolved.url === from && isFile(to)
        ? { ...resolved, url: to }
        : resolved;
    },
  });
}

function isFile(url: string): boolean {
  try {
    return Deno.statSync(new URL(url)).isFile;
  } catch {
    // Without the copy, the error of the module itself is the one to see.
    return false;
  }
}
