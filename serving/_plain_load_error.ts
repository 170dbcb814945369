import { entryOfError } from "./_entry_of_error.ts";
import { loadError } from "./_load_error.ts";
import { isError, isLoadError, readError } from "./_read_error.ts";
import { removeDebugHook } from "./_with_debugger.ts";

/** What a hook says in place of Deno, which has a hint besides. */
const UNMAPPED_REGEXP = /\bnot a dependency and not in import map from\b/;

/**
 * What Deno says of a module that could not be loaded. Where a hook of the
 * debugger is in between, it resolves imports while it runs them, and tells
 * neither where they are nor what could help; without, it looks at all of them
 * first. No variables are to be had in this process after that.
 *
 * @param error What the load has thrown.
 * @returns The error to show in its place, or the same.
 */
export async function plainLoadError(error: unknown): Promise<unknown> {
  if (!isError(error) || !isLoadError(error)) return error;
  const entry = entryOfError(error);
  if (!entry?.startsWith("file:")) return error;
  const { message, place } = readError(error);
  if (place && !UNMAPPED_REGEXP.test(message)) return error;
  await removeDebugHook();
  return await loadError(entry) ?? error;
}
