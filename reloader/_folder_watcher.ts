/** How often is looked whether the folder of the project is still there, in ms. */
const ROOT_LOOK_MS = 5000;

/** Options for {@linkcode FolderWatcher}. */
export interface FolderWatcherOptions {
  /**
   * The folder of the project, without links. The system may tell nothing of its
   * removal, as long as a process has it as its current one: the app, for example.
   */
  readonly root: string;
  /** Takes each event. */
  onEvent(event: Deno.FsEvent): void;
  /**
   * Other folders are watched now, or the root is gone: what happened meanwhile was
   * not told.
   */
  onRenewed(): void;
  /** Takes the folders that cannot be watched, and why. */
  onFailure(folders: readonly string[], error: Error): void;
  /** Takes an error of the system while watching; some events may be lost. */
  onError(error: Error): void;
}

/** What is open. */
interface Watch {
  readonly watchers: readonly Deno.FsWatcher[];
  /** Settles when all watchers are gone for the system, too. */
  readonly ended: Promise<unknown>;
}

/**
 * Watches folders, each without those in it.
 *
 * The watchers of a process share what is asked of the system: each event, of
 * whichever folder, is compared by Deno with all paths of all watchers (5 ms for
 * a watcher on each of 200 folders). So one watcher on `/`, which is above
 * everything, takes the events, and another one, for all the folders, only makes
 * the system tell about them: what it ignores is not compared.
 *
 * A folder is counted there, too: it goes on being watched when another watcher
 * opens before the first closes, and one that was deleted and created again is
 * only watched anew when nobody has had it for a moment. Hence the order in
 * which things are done here.
 */
export class FolderWatcher {
  readonly #options: FolderWatcherOptions;
  /** The watcher on `/`; the others tell what happens where there is none. */
  readonly #above: Deno.FsWatcher | undefined;
  #wanted: ReadonlySet<string> = new Set();
  #watch: Watch = { watchers: [], ended: Promise.resolve() };
  /** The watched folders, with what tells a folder from a later one. */
  #identities = new Map<string, string>();
  /** Those that were deleted or moved since they are watched. */
  readonly #dead = new Set<string>();
  readonly #failed = new Set<string>();
  readonly #rootTimer: ReturnType<typeof setInterval>;
  #isApplying = false;
  #isClosed = false;

  /** Starts without a folder. */
  constructor(options: FolderWatcherOptions) {
    this.#options = options;
    this.#above = watchFromAbove();
    if (this.#above !== undefined) void this.#run(this.#above);
    this.#rootTimer = setInterval(() => {
      if (this.#isStale(options.root)) options.onRenewed();
    }, ROOT_LOOK_MS);
    Deno.unrefTimer(this.#rootTimer);
  }

  /** The folders that cannot be watched. */
  get failed(): ReadonlySet<string> {
    return this.#failed;
  }

  /**
   * Watches these folders from now on.
   *
   * @param folders Paths without links.
   */
  set(folders: ReadonlySet<string>): void {
    this.#wanted = folders;
    if (!this.#isApplying) void this.#apply();
  }

  /** Watches nothing any more. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#rootTimer);
    this.#above?.close();
    for (const watcher of this.#watch.watchers) watcher.close();
  }

  async #apply(): Promise<void> {
    this.#isApplying = true;
    while (!this.#isClosed && this.#isOutdated()) {
      const folders = [...this.#wanted].filter((path) =>
        !this.#failed.has(path)
      );
      const stale = folders.filter((path) => this.#isStale(path));
      if (stale.length > 0) {
        await this.#switchTo(folders.filter((path) => !stale.includes(path)));
        if (this.#isClosed) break;
      }
      await this.#switchTo(folders);
      if (!this.#isClosed) this.#options.onRenewed();
    }
    this.#isApplying = false;
  }

  #isOutdated(): boolean {
    for (const path of this.#wanted) {
      if (this.#failed.has(path)) continue;
      if (!this.#identities.has(path) || this.#isStale(path)) return true;
    }
    // Some that are not needed are better than opening all again.
    return this.#identities.size > 2 * this.#wanted.size + 16;
  }

  #isStale(path: string): boolean {
    const identity = this.#identities.get(path);
    return identity !== undefined &&
      (this.#dead.has(path) || identity !== identityOf(path));
  }

  async #switchTo(folders: readonly string[]): Promise<void> {
    const old = this.#watch;
    this.#dead.clear();
    this.#identities = new Map();
    for (const path of folders) {
      const identity = identityOf(path);
      if (identity !== undefined) this.#identities.set(path, identity);
    }
    const failures: [string, Error][] = [];
    const watchers = this.#open([...this.#identities.keys()], failures);
    const loops = watchers.map((watcher) => this.#run(watcher));
    this.#watch = { watchers, ended: Promise.all(loops) };
    for (const watcher of old.watchers) watcher.close();
    const [first] = failures;
    if (first !== undefined) {
      this.#options.onFailure(failures.map(([path]) => path), first[1]);
    }
    await old.ended;
  }

  /** Opens one watcher for all, or several where some cannot be watched. */
  #open(
    folders: readonly string[],
    failures: [string, Error][],
  ): Deno.FsWatcher[] {
    const [first] = folders;
    if (first === undefined) return [];
    try {
      const ignore = this.#above === undefined ? [] : ["/"];
      return [Deno.watchFs([...folders], { recursive: false, ignore })];
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (folders.length > 1) {
        const middle = folders.length >> 1;
        return [
          ...this.#open(folders.slice(0, middle), failures),
          ...this.#open(folders.slice(middle), failures),
        ];
      }
      this.#identities.delete(first);
      // Gone in this moment: its parent folder tells when it comes back.
      if (error instanceof Deno.errors.NotFound) return [];
      this.#failed.add(first);
      failures.push([first, error]);
      return [];
    }
  }

  async #run(watcher: Deno.FsWatcher): Promise<void> {
    const events = watcher[Symbol.asyncIterator]();
    while (true) {
      try {
        const { value, done } = await events.next();
        if (done) return;
        if (!this.#isClosed) this.#take(value);
      } catch (error) {
        if (!(error instanceof Error) || this.#isClosed) return;
        this.#options.onError(error);
      }
    }
  }

  #take(event: Deno.FsEvent): void {
    if (event.kind === "remove" || event.kind === "rename") {
      for (const path of event.paths) {
        if (this.#identities.has(path)) this.#dead.add(path);
      }
    }
    this.#options.onEvent(event);
  }
}

/**
 * Watches the root of the file system, alone: it is above all events. Deno
 * passes on only those whose path, without links, is below a watched one, so
 * this is also what tells about links that lead elsewhere.
 */
function watchFromAbove(): Deno.FsWatcher | undefined {
  // On macOS even that folder alone would bring the events of the whole disk.
  if (Deno.build.os !== "linux") return undefined;
  // Without the permission Deno would ask for it, on the terminal.
  const { state } = Deno.permissions.querySync({ name: "read", path: "/" });
  if (state !== "granted") return undefined;
  try {
    return Deno.watchFs("/", { recursive: false });
  } catch {
    // The folders are going to fail the same way, and that is told.
    return undefined;
  }
}

function identityOf(folder: string): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(folder);
    return `${dev}:${ino}`;
  } catch {
    // Gone: there is nothing to watch.
    return undefined;
  }
}
