import { joinPath, parentOf } from "./_paths.ts";

/**
 * Finds the nearest file of some names, the first of them in each folder.
 *
 * @param folder The absolute path of the folder to start in.
 * @param names The names.
 * @returns Its path, in the folder or above it.
 */
export function findUpward(
  folder: string,
  names: readonly string[],
): string | undefined {
  for (const name of names) {
    const path = joinPath(folder, name);
    if (isFile(path)) return path;
  }
  const parent = parentOf(folder);
  return parent === folder ? undefined : findUpward(parent, names);
}

/** Whether there is a file at a path. */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    // Missing, or in a folder that may not be read: not in use either way.
    return false;
  }
}
