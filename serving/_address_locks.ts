import { temporaryFolder } from "./_temporary_folder.ts";

/** Addresses that stand for all others of their kind. */
const ALL_INTERFACES: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/**
 * Keeps other supervisors from addresses, until disposed. The ports of a user's
 * processes can be shared, so the kernel cannot tell the generations of one server
 * from those of another, and before the first one nobody listens at all.
 *
 * The locks are on files in the folder for temporary files: the kernel lets go of
 * them when the process ends, however that happens. Where they are not to be had,
 * all seems free.
 */
export class AddressLocks implements Disposable {
  readonly #files: Map<string, Deno.FsFile> = new Map();

  /** Takes an address of this machine; `false` if it is another one's. */
  takeTcp({ hostname, port }: Deno.NetAddr): boolean {
    if (ALL_INTERFACES.has(hostname)) return this.#take(`${port}`, true);
    return this.#take(`${port}`, false) &&
      this.#take(`${port}-${hostname}`, true);
  }

  /** Takes the path of a Unix socket; `false` if it is another one's. */
  takeUnix(path: string): boolean {
    const nameAt = path.lastIndexOf("/") + 1;
    let folder: string;
    try {
      folder = Deno.realPathSync(path.slice(0, nameAt) || ".");
    } catch {
      // What is wrong with it is told by who listens there.
      return true;
    }
    const whole = `${folder}/${path.slice(nameAt)}`;
    return this.#take(whole.replace(/[/%]/g, encodeURIComponent), true);
  }

  /** Lets go of them. */
  [Symbol.dispose](): void {
    for (const [path, file] of this.#files) {
      try {
        // Others may still share it.
        if (file.tryLockSync(true)) Deno.removeSync(path);
      } catch {
        // Somebody has tidied up the folder.
      }
      file.close();
    }
    this.#files.clear();
  }

  #take(name: string, isExclusive: boolean): boolean {
    const folder = temporaryFolder();
    if (folder === undefined) return true;
    const path = `${folder}/devserve-${name}.lock`;
    const held = this.#files.get(path);
    if (held !== undefined) return !isExclusive || held.tryLockSync(true);
    // Deno would ask for the permission on the terminal.
    const write = { name: "write", path } as const;
    if (Deno.permissions.querySync(write).state !== "granted") return true;
    try {
      const file = lockedFile(path, isExclusive);
      if (file === undefined) return false;
      this.#files.set(path, file);
    } catch {
      // It is another user's, with whom no port is shared, or there are no locks.
    }
    return true;
  }
}

/** Opens a file that is locked then; `undefined` if somebody else has locked it. */
function lockedFile(
  path: string,
  isExclusive: boolean,
): Deno.FsFile | undefined {
  for (;;) {
    const file = Deno.openSync(path, {
      write: true,
      create: true,
      mode: 0o600,
    });
    try {
      if (!file.tryLockSync(isExclusive)) {
        file.close();
        return undefined;
      }
      if (file.statSync().ino === Deno.statSync(path).ino) return file;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        file.close();
        throw error;
      }
    }
    // Whoever had locked it has removed it.
    file.close();
  }
}
