import type { Excluded } from "./_excluded.ts";
import { type ExtraFiles, ExtraPatterns } from "./_extra_files.ts";
import type { FolderWatcher } from "./_folder_watcher.ts";
import { PointIndex } from "./_point_index.ts";
import { type Mount, polledType } from "./_polled_mounts.ts";

/** Options for {@linkcode WatchedPlaces}. */
interface WatchedPlacesOptions {
  /** The project folder. */
  readonly root: string;
  /** What is left out. */
  readonly isExcluded: Excluded;
  /** What has the system tell, if it is asked. */
  readonly watcher: FolderWatcher | undefined;
  /** The file systems, of which some do not tell everything. */
  readonly mounts: readonly Mount[];
  /** Called once for each type of those, with the first folders on one. */
  onPolled(folders: readonly string[], type: string): void;
}

/** The files that are wanted, and the folders that are watched for them. */
export class WatchedPlaces {
  readonly #options: WatchedPlacesOptions;
  /** The types of file systems that have been told. */
  readonly #told = new Set<string>();
  #files: ReadonlySet<string> = new Set();
  #extraTexts: readonly string[] = [];
  #extra: ExtraPatterns;
  #found: ExtraFiles = { files: new Set(), folders: new Set() };
  #index: PointIndex;
  #polled: ReadonlySet<string> = new Set();

  /** Wants nothing yet. */
  constructor(options: WatchedPlacesOptions) {
    const { root, isExcluded } = options;
    this.#options = options;
    this.#extra = new ExtraPatterns([], root, isExcluded);
    this.#index = new PointIndex(root, [], []);
  }

  /** What an event means. */
  get index(): PointIndex {
    return this.#index;
  }

  /** The folders that the system does not tell about. */
  get polled(): ReadonlySet<string> {
    return this.#polled;
  }

  /** Whether the system tells about no folder. */
  get areAllPolled(): boolean {
    const { size } = this.#index.folders;
    return this.#options.watcher === undefined ||
      (size > 0 && this.#polled.size === size);
  }

  /** The files that are wanted by their paths or found now by patterns. */
  get wanted(): Set<string> {
    return this.#files.union(this.#found.files);
  }

  /** Whether a file is wanted by its path. */
  has(path: string): boolean {
    return this.#files.has(path);
  }

  /**
   * Wants these from now on; {@linkcode arm} has to follow.
   *
   * @param files The absolute paths of files.
   * @param extraTexts Files, folders and globs.
   * @returns Whether anything is different.
   */
  want(files: ReadonlySet<string>, extraTexts: readonly string[]): boolean {
    const isSame = sameItems(extraTexts, this.#extraTexts) &&
      files.size === this.#files.size && files.isSubsetOf(this.#files);
    if (isSame) return false;
    const { root, isExcluded } = this.#options;
    this.#files = files;
    this.#extraTexts = extraTexts;
    this.#extra = new ExtraPatterns(extraTexts, root, isExcluded);
    return true;
  }

  /** Finds what there is to watch, and watches it. */
  arm(): void {
    const { root, watcher } = this.#options;
    this.#found = this.#extra.find();
    if (watcher === undefined) return;
    // A file that is gone from a folder may come back under its name.
    this.#index = new PointIndex(root, this.wanted, this.#found.folders);
    const { folders } = this.#index;
    const polled = this.#polledFolders();
    watcher.set(folders.difference(polled));
    this.#polled = polled.union(watcher.failed.intersection(folders));
  }

  /** Whether a file that appears at a path is wanted. */
  wantsFile(path: string): boolean {
    return this.#extra.wantsFile(path);
  }

  /** Whether a file or folder that appears at a path is of interest. */
  mayWant(path: string): boolean {
    return this.#extra.wantsFile(path) || this.#extra.wantsFolder(path);
  }

  /** The folders on file systems that do not tell. */
  #polledFolders(): Set<string> {
    const { mounts, onPolled } = this.#options;
    const byType = Map.groupBy(
      mounts.length === 0 ? [] : this.#index.folders,
      (folder) => polledType(folder, mounts),
    );
    byType.delete(undefined);
    for (const [type = "", folders] of byType) {
      if (this.#told.has(type)) continue;
      this.#told.add(type);
      onPolled(folders, type);
    }
    return new Set([...byType.values()].flat());
  }
}

function sameItems(
  left: readonly string[],
  right: readonly string[],
): boolean {
  return left.length === right.length &&
    left.every((item, index) => item === right[index]);
}
