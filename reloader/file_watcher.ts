import { type Excluded, excludedBy, isInIgnoredFolder } from "./_excluded.ts";
import { type ExtraFiles, ExtraPatterns } from "./_extra_files.ts";
import { changedSince } from "./_file_state.ts";
import { FolderWatcher } from "./_folder_watcher.ts";
import { gitLock } from "./_git_lock.ts";
import { KnownFiles } from "./_known_files.ts";
import { absolutePath, joinPath } from "./_paths.ts";
import { PointIndex } from "./_point_index.ts";
import { type Mount, polledType, readMounts } from "./_polled_mounts.ts";
import { Settling } from "./_settling.ts";
import { PathTracer } from "./_trace_path.ts";
import { polledMountNotice, watchFailureNotice } from "./_watch_notices.ts";
import type { ReloaderType } from "./reloader_type.ts";

/** Whether the system tells when a writer has closed its file (inotify). */
const TELLS_CLOSE = Deno.build.os === "linux" || Deno.build.os === "android";

/** How long after a write a file is looked at that was not closed since. */
const UNCLOSED_MILLISECONDS = TELLS_CLOSE ? 60 : 10;

/** How long a change of folders may go on before it is looked into. */
const AROUND_MILLISECONDS = 2;

/** How long the reading of unread files keeps other work waiting. */
const READ_MILLISECONDS = 5;

/** How long a stir is worth telling once. */
const STIR_MILLISECONDS = 20;

/** How many events of unknown files are remembered. */
const RECENT_LIMIT = 1000;

/** What a {@linkcode FileWatcher} watches. */
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

/** Options for {@linkcode FileWatcher}. */
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

/** Options for {@linkcode FileWatcher.update}. */
export interface UpdateOptions {
  /**
   * When the loading of the files began, in milliseconds since the epoch. One
   * that was not watched before and has been written since counts as changed,
   * as it may have been loaded before that.
   */
  loadedSince?: number | undefined;
}

/**
 * Notices when files change.
 *
 * A change is one of content: a file that is only touched, or replaced by an
 * equal one, has not changed. A single save is reported at once, several of them
 * together when it is quiet again, what git checks out when git is done.
 *
 * Requires `--allow-read` permission for the files and their folders.
 *
 * @example Usage
 * ```ts
 * import { FileWatcher } from "./file_watcher.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const root = await Deno.realPath(await Deno.makeTempDir());
 * const file = `${root}/app.ts`;
 * await Deno.writeTextFile(file, "1");
 *
 * const { promise, resolve } = Promise.withResolvers<readonly string[]>();
 * const watcher = new FileWatcher({ root, onChange: resolve });
 * watcher.update({ files: [file] });
 * await Deno.writeTextFile(file, "2");
 * assertEquals(await promise, [file]);
 *
 * watcher.close();
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export class FileWatcher implements Disposable {
  readonly #root: string;
  readonly #backend: ReloaderType;
  readonly #interval: number;
  readonly #options: FileWatcherOptions;
  readonly #isExcluded: Excluded;
  readonly #known = new KnownFiles();
  readonly #settling: Settling;
  readonly #watcher: FolderWatcher | undefined;
  readonly #mounts: readonly Mount[];
  /** When something happened to files that nobody asked for. */
  readonly #recent = new Map<string, number>();
  readonly #noticed = new Set<string>();
  #files: ReadonlySet<string> = new Set();
  #extraTexts: readonly string[] = [];
  #extra: ExtraPatterns;
  #found: ExtraFiles = { files: new Set(), folders: new Set() };
  #index: PointIndex;
  /** Folders that the system does not tell about. */
  #polled: ReadonlySet<string> = new Set();
  #pollTimer: ReturnType<typeof setTimeout> | undefined;
  #aroundTimer: ReturnType<typeof setTimeout> | undefined;
  #aroundCost = 0;
  #lastStir = -Infinity;
  #readTimer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** Starts without a file: {@linkcode FileWatcher.update} names them. */
  constructor(options: FileWatcherOptions) {
    const { root, backend = "auto", interval = 1, excludePatterns = [] } =
      options;
    this.#root = absolutePath(root, root);
    this.#backend = backend;
    this.#interval = interval;
    this.#options = options;
    this.#isExcluded = excludedBy(this.#root, excludePatterns);
    this.#extra = new ExtraPatterns([], this.#root, this.#isExcluded);
    this.#index = new PointIndex(this.#root, [], []);
    this.#mounts = backend === "auto" ? readMounts() : [];
    const isPatient = backend === "stat" || !TELLS_CLOSE;
    this.#settling = new Settling({
      look: (path, sure) => this.#known.look(path, sure),
      isBusy: gitLock(this.#root),
      isPatient,
      lookAgain: (everything) => {
        if (everything || this.#aroundTimer !== undefined) this.#lookAround();
      },
      report: (paths) => this.#report(paths),
    });
    if (backend === "stat") return;
    this.#watcher = new FolderWatcher({
      root: this.#root,
      onEvent: (event) => this.#onEvent(event),
      onRenewed: () => this.#lookAround(),
      onFailure: (folders, error) => {
        this.#notice(watchFailureNotice(folders, error, this.#interval));
      },
      onError: (error) => {
        this.#notice(`Cannot read all events: ${error.message}`);
        this.#lookAround();
      },
    });
  }

  /** How changes are noticed: `"stat"` if the system tells about no folder. */
  get activeBackend(): "watch" | "stat" {
    if (this.#watcher === undefined) return "stat";
    const { folders } = this.#index;
    return folders.size > 0 && this.#polled.size === folders.size
      ? "stat"
      : "watch";
  }

  /**
   * Watches these files from now on.
   *
   * Those that were watched before are still compared with what was known of
   * them, so a change that has just happened is not lost; the others with what
   * they are now. Cheap when nothing is different.
   *
   * @param targets What is watched.
   * @param options Additional options.
   */
  update(targets: WatchTargets, options: UpdateOptions = {}): void {
    if (this.#isClosed) return;
    const files = new Set<string>();
    for (const file of targets.files) {
      if (this.#files.has(file)) {
        files.add(file);
        continue;
      }
      const path = absolutePath(file, this.#root);
      if (this.#isExcluded(path) || isInIgnoredFolder(path, this.#root)) {
        continue;
      }
      files.add(path);
    }
    const extraTexts = [...targets.extra ?? []];
    const isSame = sameItems(extraTexts, this.#extraTexts) &&
      files.size === this.#files.size && files.isSubsetOf(this.#files);
    if (isSame) return;
    this.#files = files;
    this.#extraTexts = extraTexts;
    this.#extra = new ExtraPatterns(extraTexts, this.#root, this.#isExcluded);
    // Watching comes first: what happens between is told, not taken for old.
    this.#arm();
    const wanted = this.#wanted();
    const added = [...wanted].filter((path) => !this.#known.has(path));
    for (const path of [...this.#known.paths()]) {
      if (!wanted.has(path)) this.#forget(path);
    }
    this.#known.learn(wanted);
    if (this.#known.hasUnread) this.#readSoon();
    this.#suspect(added, options.loadedSince);
    this.#poll();
  }

  /** Watches nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#watcher?.close();
    this.#settling.close();
    clearTimeout(this.#pollTimer);
    clearTimeout(this.#aroundTimer);
    clearTimeout(this.#readTimer);
  }

  /** Watches nothing any more. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Finds what there is to watch, and watches it. */
  #arm(): void {
    this.#found = this.#extra.find();
    if (this.#watcher === undefined) return;
    const files = this.#wanted();
    // A file that is gone from a folder may come back under its name.
    this.#index = new PointIndex(this.#root, files, this.#found.folders);
    const polled = this.#polledFolders();
    this.#watcher.set(this.#index.folders.difference(polled));
    this.#polled = polled.union(
      this.#watcher.failed.intersection(this.#index.folders),
    );
  }

  #wanted(): Set<string> {
    return this.#files.union(this.#found.files);
  }

  /** The folders on file systems that do not tell. */
  #polledFolders(): Set<string> {
    const byType = Map.groupBy(
      this.#mounts.length === 0 ? [] : this.#index.folders,
      (folder) => polledType(folder, this.#mounts),
    );
    byType.delete(undefined);
    for (const [type, folders] of byType) {
      if (this.#noticed.has(type ?? "")) continue;
      this.#noticed.add(type ?? "");
      this.#notice(polledMountNotice(folders, type ?? "", this.#interval));
    }
    return new Set([...byType.values()].flat());
  }

  /** Looks at everything, also at where it is. */
  #lookAround(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#aroundTimer);
    this.#aroundTimer = undefined;
    const start = performance.now();
    this.#arm();
    const wanted = this.#wanted();
    for (const path of wanted) {
      if (!this.#known.has(path)) this.#known.expect(path);
    }
    for (const path of [...this.#known.paths()]) {
      this.#settling.check(path);
      if (!wanted.has(path) && this.#known.isMissing(path)) {
        this.#known.forget(path);
      }
    }
    this.#aroundCost = performance.now() - start;
    this.#poll();
  }

  /** Looks around in a moment, so that a burst of events costs one look. */
  #lookAroundSoon(): void {
    this.#aroundTimer ??= setTimeout(
      () => this.#lookAround(),
      Math.max(AROUND_MILLISECONDS, 2 * this.#aroundCost),
    );
  }

  #onEvent(event: Deno.FsEvent): void {
    if (event.flag === "rescan") this.#lookAround();
    for (const path of event.paths) this.#onPath(path, event.kind);
  }

  #onPath(path: string, kind: Deno.FsEvent["kind"]): void {
    const dependents = this.#index.at(path);
    const names = this.#index.namesInListed(path)
      .filter((name) => !dependents?.files.has(name));
    const isFolderGone = (kind === "remove" || kind === "rename") &&
      this.#index.folders.has(path);
    if (isFolderGone || (dependents?.leads && kind !== "modify")) {
      this.#lookAroundSoon();
    }
    if (dependents === undefined && names.length === 0) {
      this.#remember(path);
      return;
    }
    const wanted = names.filter((name) => this.#mayBeWanted(name));
    if (wanted.length === 0 && dependents === undefined) return;
    const type = kind === "create" || kind === "rename"
      ? typeOf(path)
      : undefined;
    if (type === "folder" || type === "link") this.#lookAroundSoon();
    if (dependents !== undefined) this.#stir(dependents.files);
    const isOpen = kind === "modify" || (kind === "create" && type === "file");
    const delay = isOpen ? UNCLOSED_MILLISECONDS : 0;
    for (const file of dependents?.files ?? []) {
      this.#settling.touch(file, delay);
    }
    if (type === "folder") return;
    for (const name of wanted) {
      if (!this.#extra.wantsFile(name)) continue;
      if (!this.#known.has(name)) this.#known.expect(name);
      this.#settling.touch(name, delay);
    }
  }

  #stir(paths: Iterable<string>): void {
    const now = performance.now();
    if (now - this.#lastStir < STIR_MILLISECONDS) return;
    this.#lastStir = now;
    this.#options.onStir?.([...paths]);
  }

  /** Whether an event in a folder in which files may appear is of interest. */
  #mayBeWanted(path: string): boolean {
    return this.#extra.wantsFile(path) || this.#extra.wantsFolder(path);
  }

  /** Keeps the time of an event, should the file be watched later. */
  #remember(path: string): void {
    this.#recent.delete(path);
    this.#recent.set(path, Date.now());
    if (this.#recent.size <= RECENT_LIMIT) return;
    const [oldest] = this.#recent.keys();
    if (oldest !== undefined) this.#recent.delete(oldest);
  }

  /** Reports new files that something has happened to while they were loaded. */
  #suspect(added: readonly string[], loadedSince: number | undefined): void {
    if (loadedSince === undefined) return;
    const tracer = new PathTracer(this.#root);
    for (const path of added) {
      // The times of a file may lag some milliseconds behind; events do not.
      const wasTold = tracer.file(path).points.some(({ folder, name }) =>
        (this.#recent.get(joinPath(folder, name)) ?? 0) > loadedSince
      );
      if (!wasTold && !changedSince(path, loadedSince)) continue;
      this.#known.distrust(path);
      this.#settling.check(path);
    }
  }

  #forget(path: string): void {
    this.#known.forget(path);
    this.#settling.drop(path);
  }

  /** Sees to it that what nobody tells about is looked at. */
  #poll(): void {
    const isNeeded = this.#watcher === undefined || this.#polled.size > 0;
    if (!isNeeded || this.#isClosed || this.#pollTimer !== undefined) return;
    this.#pollTimer = setTimeout(() => {
      this.#pollTimer = undefined;
      this.#pollOnce();
      this.#poll();
    }, this.#interval * 1000);
  }

  #pollOnce(): void {
    const folders = [...this.#polled];
    const isListed = folders.some((folder) => this.#index.isListed(folder));
    if (this.activeBackend === "stat" || isListed) {
      this.#lookAround();
      return;
    }
    for (const folder of folders) {
      for (const path of this.#index.filesOf(folder)) {
        this.#settling.check(path);
      }
    }
  }

  /** Reads the content of files that there was no time for, bit by bit. */
  #readSoon(): void {
    this.#readTimer ??= setTimeout(() => {
      this.#readTimer = undefined;
      if (this.#known.readSome(READ_MILLISECONDS)) this.#readSoon();
    }, READ_MILLISECONDS);
  }

  #report(paths: string[]): void {
    this.#options.onChange(paths);
  }

  #notice(text: string): void {
    this.#options.onNotice?.(text);
  }
}

function sameItems(
  left: readonly string[],
  right: readonly string[],
): boolean {
  return left.length === right.length &&
    left.every((item, index) => item === right[index]);
}

/** What is at `path`, links not followed. */
function typeOf(path: string): "file" | "folder" | "link" | undefined {
  try {
    const { isDirectory, isSymlink } = Deno.lstatSync(path);
    return isDirectory ? "folder" : isSymlink ? "link" : "file";
  } catch {
    // Gone in the meantime.
    return undefined;
  }
}
