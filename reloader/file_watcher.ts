import { type Excluded, excludedBy, isInIgnoredFolder } from "./_excluded.ts";
import { changedSince } from "./_file_state.ts";
import type {
  FileWatcherOptions,
  UpdateOptions,
  WatchTargets,
} from "./file_watcher_options.ts";
import { FolderWatcher } from "./_folder_watcher.ts";
import { gitLock } from "./_git_lock.ts";
import { KnownFiles } from "./_known_files.ts";
import { absolutePath } from "./_paths.ts";
import type { Dependents } from "./_point_index.ts";
import { readMounts } from "./_polled_mounts.ts";
import { RecentEvents } from "./_recent_events.ts";
import { Settling } from "./_settling.ts";
import { PathTracer } from "./_trace_path.ts";
import { polledMountNotice, watchFailureNotice } from "./_watch_notices.ts";
import { WatchedPlaces } from "./_watched_places.ts";

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
  readonly #interval: number;
  readonly #options: FileWatcherOptions;
  readonly #isExcluded: Excluded;
  readonly #known = new KnownFiles();
  readonly #recent = new RecentEvents();
  readonly #settling: Settling;
  readonly #watcher: FolderWatcher | undefined;
  readonly #places: WatchedPlaces;
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
    this.#interval = interval;
    this.#options = options;
    this.#isExcluded = excludedBy(this.#root, excludePatterns);
    const isPatient = backend === "stat" || !TELLS_CLOSE;
    this.#settling = new Settling({
      look: (path, sure) => this.#known.look(path, sure),
      isBusy: gitLock(),
      isPatient,
      lookAgain: (everything) => {
        if (everything || this.#aroundTimer !== undefined) this.#lookAround();
      },
      report: (paths) => this.#report(paths),
    });
    this.#watcher = backend === "stat" ? undefined : this.#folderWatcher();
    this.#places = new WatchedPlaces({
      root: this.#root,
      isExcluded: this.#isExcluded,
      watcher: this.#watcher,
      mounts: backend === "auto" ? readMounts() : [],
      onPolled: (folders, type) =>
        this.#notice(polledMountNotice(folders, type, this.#interval)),
    });
  }

  /** How changes are noticed: `"stat"` if the system tells about no folder. */
  get activeBackend(): "watch" | "stat" {
    return this.#places.areAllPolled ? "stat" : "watch";
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
      if (this.#places.has(file)) {
        files.add(file);
        continue;
      }
      const path = absolutePath(file, this.#root);
      if (this.#isExcluded(path) || isInIgnoredFolder(path, this.#root)) {
        continue;
      }
      files.add(path);
    }
    if (!this.#places.want(files, [...targets.extra ?? []])) return;
    // Watching comes first: what happens between is told, not taken for old.
    this.#places.arm();
    const { wanted } = this.#places;
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

  /** Makes what has the system tell. */
  #folderWatcher(): FolderWatcher {
    return new FolderWatcher({
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

  /** Looks at everything, also at where it is. */
  #lookAround(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#aroundTimer);
    this.#aroundTimer = undefined;
    const start = performance.now();
    this.#places.arm();
    const { wanted } = this.#places;
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
    const { index } = this.#places;
    const dependents = index.at(path);
    const names = index.namesInListed(path)
      .filter((name) => !dependents?.files.has(name));
    const isFolderGone = (kind === "remove" || kind === "rename") &&
      index.folders.has(path);
    if (isFolderGone || (dependents?.leads && kind !== "modify")) {
      this.#lookAroundSoon();
    }
    if (dependents === undefined && names.length === 0) {
      this.#recent.add(path);
      return;
    }
    const wanted = names.filter((name) => this.#places.mayWant(name));
    if (wanted.length === 0 && dependents === undefined) return;
    this.#touch(path, kind, dependents, wanted);
  }

  /** Looks at the files to which something happens, as soon as they are written. */
  #touch(
    path: string,
    kind: Deno.FsEvent["kind"],
    dependents: Dependents | undefined,
    names: readonly string[],
  ): void {
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
    for (const name of names) {
      if (!this.#places.wantsFile(name)) continue;
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

  /** Reports new files that something has happened to while they were loaded. */
  #suspect(added: readonly string[], loadedSince: number | undefined): void {
    if (loadedSince === undefined) return;
    const tracer = new PathTracer(this.#root);
    for (const path of added) {
      // The times of a file may lag some milliseconds behind; events do not.
      const { points } = tracer.file(path);
      const wasTold = this.#recent.hasSince(points, loadedSince);
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
    const isNeeded = this.#watcher === undefined ||
      this.#places.polled.size > 0;
    if (!isNeeded || this.#isClosed || this.#pollTimer !== undefined) return;
    this.#pollTimer = setTimeout(() => {
      this.#pollTimer = undefined;
      this.#pollOnce();
      this.#poll();
    }, this.#interval * 1000);
  }

  #pollOnce(): void {
    const { index, polled } = this.#places;
    const isListed = [...polled].some((folder) => index.isListed(folder));
    if (this.activeBackend === "stat" || isListed) {
      this.#lookAround();
      return;
    }
    for (const folder of polled) {
      for (const path of index.filesOf(folder)) {
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
