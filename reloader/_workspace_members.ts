import { globToRegExp, isGlob } from "./_glob.ts";
import { absolutePath, joinPath } from "./_paths.ts";

/**
 * Finds the folders of the members of a workspace.
 *
 * @param folder The absolute path of the folder of its root.
 * @param members What a `deno.json` has as `workspace`, or a `package.json` as
 * `workspaces`: paths, whose names may be globs, or an object with them. `**` and
 * what is left out by `!` are not heeded.
 * @returns The paths of the folders, existing or not.
 */
export function workspaceMembers(folder: string, members: unknown): string[] {
  return patternsIn(members)
    .filter((pattern) => !pattern.startsWith("!") && !pattern.includes("**"))
    .flatMap((pattern) => foldersLike(pattern, folder));
}

function patternsIn(members: unknown): string[] {
  if (Array.isArray(members)) {
    return members.filter((pattern) => typeof pattern === "string");
  }
  if (typeof members !== "object" || members === null) return [];
  const { members: deno, packages } = members as Record<string, unknown>;
  return patternsIn(deno ?? packages ?? []);
}

function foldersLike(pattern: string, folder: string): string[] {
  let found = [folder];
  for (const name of pattern.split("/")) {
    found = isGlob(name)
      ? found.flatMap((path) => foldersIn(path, globToRegExp(name)))
      : found.map((path) => absolutePath(name, path));
  }
  return found;
}

function foldersIn(folder: string, name: RegExp): string[] {
  try {
    return [...Deno.readDirSync(folder)]
      .filter((entry) => !entry.isFile && name.test(entry.name))
      .map((entry) => joinPath(folder, entry.name));
  } catch {
    // Missing, or not to be read: nothing is loaded from there.
    return [];
  }
}
