import { absolutePath, joinPath, parentOf } from "./_paths.ts";

/** An older lock was left behind by a command that crashed. */
const LOCK_AGE_LIMIT_MILLISECONDS = 60_000;

/**
 * Tells whether git is writing the files of a work tree at the moment, by the
 * lock that it holds for that time.
 *
 * @returns The test for the work tree of a file, which is cheap; never true outside
 * of a work tree.
 */
export function gitLock(): (path: string) => boolean {
  /** The locks, by the folders in their work trees. */
  const locks = new Map<string, string>();

  return function isBusy(path) {
    const folder = parentOf(path);
    // A repository may also be made later.
    const lock = locks.get(folder) ?? lockPath(folder);
    if (lock === undefined) return false;
    locks.set(folder, lock);
    try {
      const { mtime } = Deno.statSync(lock);
      const age = Date.now() - (mtime?.getTime() ?? 0);
      return age < LOCK_AGE_LIMIT_MILLISECONDS;
    } catch {
      // No lock, or not to be seen: nothing to wait for.
      return false;
    }
  };
}

function lockPath(folder: string): string | undefined {
  const path = joinPath(folder, ".git");
  try {
    if (Deno.statSync(path).isDirectory) return joinPath(path, "index.lock");
    // A linked work tree or a submodule says where its data are.
    const [, target] = /^gitdir: (.+)/.exec(Deno.readTextFileSync(path)) ?? [];
    if (target === undefined) return undefined;
    return joinPath(absolutePath(target, folder), "index.lock");
  } catch {
    // Not here, perhaps further up.
    const parent = parentOf(folder);
    return parent === folder ? undefined : lockPath(parent);
  }
}
