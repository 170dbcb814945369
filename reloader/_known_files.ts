import {
  type FileState,
  fileState,
  MISSING,
  UNKNOWN,
  unreadState,
} from "./_file_state.ts";

/** How long one round of reading files for the first time may take. */
const FIRST_READ_MILLISECONDS = 40;

/** What a look at a file finds. */
export type Finding =
  /** The content is the known one. */
  | "same"
  /** The content is another one, which is the known one from now on. */
  | "changed"
  /** There is no file any more: perhaps it is being replaced. */
  | "gone"
  /** The file is empty, as never before: perhaps it is being written. */
  | "emptied";

/** The files that are watched and the content that each is known to have. */
export class KnownFiles {
  readonly #states = new Map<string, FileState>();
  /** Files whose content has not been read yet. */
  readonly #unread = new Set<string>();

  /** The paths of all files. */
  paths(): IterableIterator<string> {
    return this.#states.keys();
  }

  /** Whether the path is known, be there a file or not. */
  has(path: string): boolean {
    return this.#states.has(path);
  }

  /** Takes the files as they are now for the known ones, as far as new. */
  learn(paths: Iterable<string>): void {
    const end = performance.now() + FIRST_READ_MILLISECONDS;
    for (const path of paths) {
      if (this.#states.has(path)) continue;
      const late = performance.now() > end;
      this.#states.set(path, late ? unreadState(path) : fileState(path));
      if (late) this.#unread.add(path);
    }
  }

  /**
   * Reads some of the files that {@linkcode learn} had no time for. Until then
   * any new signature of them counts as a change.
   *
   * @param milliseconds How long to read.
   * @returns Whether there are more of them.
   */
  readSome(milliseconds: number): boolean {
    const end = performance.now() + milliseconds;
    for (const path of this.#unread) {
      if (performance.now() > end) return true;
      this.#unread.delete(path);
      const before = this.#states.get(path);
      const now = fileState(path);
      // Changed before it was read: left to the look that is about to come.
      if (before?.signature === now.signature) this.#states.set(path, now);
    }
    return false;
  }

  /** Whether {@linkcode readSome} has anything to do. */
  get hasUnread(): boolean {
    return this.#unread.size > 0;
  }

  /** Takes the path for one that had no file until now. */
  expect(path: string): void {
    this.#states.set(path, MISSING);
  }

  /** Takes whatever the next look finds for a change. */
  distrust(path: string): void {
    this.#states.set(path, UNKNOWN);
    this.#unread.delete(path);
  }

  /** Whether there was nothing at the path when last looked. */
  isMissing(path: string): boolean {
    return this.#states.get(path) === MISSING;
  }

  /** Knows the path no longer. */
  forget(path: string): void {
    this.#states.delete(path);
    this.#unread.delete(path);
  }

  /**
   * Looks whether a file has changed.
   *
   * @param path A path that is known.
   * @param sure Whether a file that is gone or empty is taken to be so.
   * @returns What was found.
   */
  look(path: string, sure: boolean): Finding {
    const before = this.#states.get(path);
    if (before === undefined) return "same";
    const now = fileState(path, before);
    if (now === before) return "same";
    if (!sure && now.size === 0 && before.size > 0) {
      return now === MISSING ? "gone" : "emptied";
    }
    this.#states.set(path, now);
    this.#unread.delete(path);
    return now.content === before.content ? "same" : "changed";
  }
}
