/** The two ways to name a module beside the one that starts a worker with it. */
const WORKER_REGEXP =
  /\bnew\s+Worker\(\s*(?:new\s+URL\(\s*(["'`])([^"'`$]+)\1\s*,\s*import\.meta\.url|import\.meta\.resolve\(\s*(["'`])([^"'`$]+)\3)/g;

/**
 * The workers that a module starts, as far as its text tells: a worker does not
 * tell of those that it starts in turn.
 *
 * @param text The text of the module.
 * @param url The URL of the module.
 * @returns The URLs of the workers' modules.
 *
 * @example Usage
 * ```ts
 * import { nestedWorkers } from "./_nested_workers.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = 'new Worker(new URL("./deep.ts", import.meta.url), {})';
 * assertEquals(nestedWorkers(text, "file:///app/worker.ts"), [
 *   "file:///app/deep.ts",
 * ]);
 * ```
 */
export function nestedWorkers(text: string, url: string): string[] {
  return [...text.matchAll(WORKER_REGEXP)].flatMap((match) => {
    const specifier = match[2] ?? match[4] ?? "";
    const isRelative = match[2] !== undefined || /^\.{0,2}\//.test(specifier);
    const found = isRelative ? URL.parse(specifier, url) : null;
    return found === null ? [] : [found.href];
  });
}
