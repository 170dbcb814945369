import type { ReloaderType } from "./reloader_type.ts";

/** What a `FileWatcher` watches. */
export interface WatchTargets {
  /**
   * Absolute paths of files, existing or not: a missing import may appear.
   * Those in `node_modules` are left out.
   */
  files: Iterable<string>;
  /**
   * Files, folders (every file in them, at any depth) and globs, absolute or
   * relative to the project folder. Of what a folder or glob finds,
   * `node_modules`, `.git`, `__pycache__` and what editors put beside the files
   * they write are left out; a name that is written here never is.
   */
  extra?: Iterable<string> | undefined;
}

/** Options for `FileWatcher`. */
export interface FileWatcherOptions {
  /** The project folder: where relative patterns start. */
  root: string;
  /**
   * How changes are noticed. `"auto"` and `"watch"` look again and again where
   * the system refuses to tell; `"auto"` also on network disks and on folders
   * of a host, which do not tell everything.
   *
   * @default {"auto"}
   */
  backend?: ReloaderType | undefined;
  /**
   * Seconds between two looks at files that the system does not tell about.
   *
   * @default {1}
   */
  interval?: number | undefined;
  /**
   * Globs for what is left out, with everything in it: for absolute paths and
   * for paths relative to the project folder; one without a slash is for names
   * at any depth of the project. They win over everything that is listed.
   *
   * @default {[]}
   */
  excludePatterns?: readonly string[] | undefined;
  /**
   * Takes the absolute paths of files to which something happens, maybe a change:
   * not of all, and not too often.
   */
  onStir?: ((paths: readonly string[]) => void) | undefined;
  /**
   * Takes the absolute paths of files whose content has changed, or that have
   * appeared or gone: one call for each burst of changes.
   */
  onChange(paths: readonly string[]): void;
  /** Takes what the user should know: what cannot be watched, and a way out. */
  onNotice?: ((text: string) => void) | undefined;
}

/** Options for `FileWatcher.update`. */
export interface UpdateOptions {
  /**
   * When the loading of the files began, in milliseconds since the epoch. One
   * that was not watched before and has been written since counts as changed,
   * as it may have been loaded before that.
   */
  loadedSince?: number | undefined;
}
