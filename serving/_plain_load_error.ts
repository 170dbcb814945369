import { entryOfError } from "./_entry_of_error.ts";
import { loadError } from "./_load_error.ts";
import { isError, isLoadError, readError } from "./_read_error.ts";
import { removeDebugHook } from "./_with_debugger.ts";

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
  if (!entry?.startsWith("file:") || readError(error).place) return error;
  await removeDebugHook();
  return await loadError(entry) ?? error;
}
