import { makeSocketFolder, temporaryError } from "./_make_socket_folder.ts";
import { joinPath, parentOf } from "./_paths.ts";

/** A folder of this kind. Those of tests and benches have words in their names. */
const NAME_REGEXP = /^devserve-[\da-f]+$/;

/** The file whose lock says that somebody uses the folder. */
const LOCK_NAME = "lock";

/**
 * A folder for sockets in that for temporary files, which only this user can enter.
 *
 * The kernel lets go of the lock on a file in it when the process ends, however
 * that happens. So folders that were left behind can be told from those in use.
 *
 * Requires `--allow-read` and `--allow-write` permission for the folder for
 * temporary files.
 */
export class PrivateFolder {
  /** Its path. */
  readonly path: string;
  readonly #lock: Deno.FsFile | undefined;

  /** Makes the folder. */
  constructor() {
    this.path = makeSocketFolder("devserve-");
    try {
      this.#lock = lockIn(this.path);
    } catch (error) {
      this.remove();
      throw temporaryError(parentOf(this.path), error);
    }
  }

  /** Removes it with all that is in it. */
  remove(): void {
    try {
      this.#lock?.close();
      Deno.removeSync(this.path, { recursive: true });
    } catch {
      // It is gone, or it is not ours any more.
    }
  }

  /**
   * Removes those that processes of this user have left behind which were killed.
   * Does nothing without permission to list the folder for temporary files.
   */
  async removeLeft(): Promise<void> {
    const temporary = parentOf(this.path);
    const read = { name: "read", path: temporary } as const;
    // Deno would ask for the permission on the terminal.
    if (Deno.permissions.querySync(read).state !== "granted") return;
    const own = await Deno.lstat(this.path);
    for await (const { name } of Deno.readDir(temporary)) {
      const path = joinPath(temporary, name);
      if (!NAME_REGEXP.test(name) || path === this.path) continue;
      try {
        if (await isLeft(path, own)) {
          await Deno.remove(path, { recursive: true });
        }
      } catch {
        // Another process was quicker, or it is of another kind.
      }
    }
  }
}

/** Takes the lock of a folder; `undefined` where there are no locks. */
function lockIn(folder: string): Deno.FsFile | undefined {
  const path = joinPath(folder, LOCK_NAME);
  const file = Deno.openSync(`${path}.new`, { write: true, createNew: true });
  try {
    file.lockSync(true);
  } catch {
    // As on some network disks: such a folder stays if this process is killed.
    file.close();
    return undefined;
  }
  // Nobody sees it without the lock.
  Deno.renameSync(`${path}.new`, path);
  return file;
}

/**
 * Whether nobody uses what is at a path, which is a folder like our own one: anybody
 * can put anything there, such as a link to a folder that has a lock, too.
 */
async function isLeft(path: string, own: Deno.FileInfo): Promise<boolean> {
  const { isDirectory, uid, mode } = await Deno.lstat(path);
  if (!isDirectory || uid !== own.uid || mode !== own.mode) return false;
  using lock = await Deno.open(joinPath(path, LOCK_NAME), { write: true });
  return await lock.tryLock(true);
}
