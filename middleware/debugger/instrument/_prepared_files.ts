import Module from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isGranted } from "./_is_granted.ts";

/** How long preparing keeps other work waiting. */
const TURN_MILLISECONDS = 2;

/**
 * A file written so shortly ago is not prepared: should it be written again, all
 * its times may stay the same. The time of change is known in whole seconds, and
 * some disks keep two.
 */
const RACY_MILLISECONDS = 3000;

/** What is made of a file, in a process that may need it later. */
interface Prepared<T> {
  readonly signature: string;
  readonly made: T;
}

/**
 * Makes of files, while nobody waits, what is made of them when they are loaded,
 * and has it ready for those that have not changed since.
 *
 * @typeParam T What is made of a file.
 */
export class PreparedFiles<T> {
  readonly #prepared = new Map<string, Prepared<T>>();
  /** The file that is being prepared. */
  #current: string | undefined;
  #made: T | undefined;
  #isOver = false;

  /**
   * Prepares files until the first one is taken, in turns between which other
   * work is done. What cannot be prepared is left out.
   *
   * @param paths Their paths.
   */
  async prepare(paths: readonly string[]): Promise<void> {
    let end = performance.now() + TURN_MILLISECONDS;
    for (const path of paths) {
      if (performance.now() > end) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        end = performance.now() + TURN_MILLISECONDS;
      }
      if (this.#isOver) return;
      this.#prepareOne(path);
    }
  }

  /** Whether a file is loaded only to be prepared. */
  isPreparing(url: string): boolean {
    return this.#current === url;
  }

  /** Notes what was made of the file that is being prepared. */
  note(made: T): void {
    this.#made = made;
  }

  /** Returns what was made of the file at a URL, unless it has changed. */
  take(url: string): T | undefined {
    this.#isOver = true;
    const prepared = this.#prepared.get(url);
    if (prepared === undefined) return undefined;
    this.#prepared.delete(url);
    return signatureOf(fileURLToPath(url)) === prepared.signature
      ? prepared.made
      : undefined;
  }

  /** Forgets what was not taken. */
  clear(): void {
    this.#isOver = true;
    this.#prepared.clear();
  }

  #prepareOne(path: string): void {
    if (!isGranted("read", path)) return;
    const signature = signatureOf(path);
    if (signature === undefined) return;
    this.#current = pathToFileURL(path).href;
    try {
      load(path);
      if (this.#made === undefined) return;
      this.#prepared.set(this.#current, { signature, made: this.#made });
    } catch {
      // It will be told when it is loaded.
    } finally {
      this.#current = undefined;
      this.#made = undefined;
    }
  }
}

/**
 * Has the load hooks asked for a file, as if it were required. Nothing else gives
 * a file as Deno transpiles it.
 */
function load(path: string): void {
  const module = new Module(path) as Module & { load(path: string): void };
  module.load(path);
}

function signatureOf(path: string): string | undefined {
  try {
    const { dev, ino, size, mtime, ctime } = Deno.statSync(path);
    const times = [mtime?.getTime() ?? 0, ctime?.getTime() ?? 0];
    if (Date.now() - Math.max(...times) < RACY_MILLISECONDS) return undefined;
    return [dev, ino, size, ...times].join();
  } catch {
    // It is gone, or not to be read.
    return undefined;
  }
}
