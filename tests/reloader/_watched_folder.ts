import { FileWatcher } from "../../reloader/file_watcher.ts";
import type {
  FileWatcherOptions,
  UpdateOptions,
} from "../../reloader/file_watcher_options.ts";

/** How long a change may take to be told before a wait for it has failed. */
const WAIT_LIMIT_MILLISECONDS = 10_000;

/** The ways to watch that every rule holds for. */
export const BACKENDS = ["watch", "stat"] as const;

/** Options for {@linkcode WatchedFolder}. */
export interface WatchedFolderOptions extends Partial<FileWatcherOptions> {
  /** The files to begin with, by path below the folder. */
  content?: Record<string, string>;
}

/** What to watch, by paths below the folder. */
export interface Watched {
  /** The files. */
  files?: readonly string[];
  /** Files, folders and globs. */
  extra?: readonly string[];
}

/** A temporary folder and a watcher, whose reports can be waited for. */
export class WatchedFolder implements Disposable {
  /** The folder, without links. */
  readonly path: string;
  /** The watcher. */
  readonly watcher: FileWatcher;
  /** All that was said to the user. */
  readonly notices: string[] = [];
  readonly #reports: (readonly string[])[] = [];
  #arrival = Promise.withResolvers<void>();
  #files: readonly string[] = [];
  #extra: readonly string[] = [];

  constructor(options: WatchedFolderOptions = {}) {
    const { content = {}, ...rest } = options;
    this.path = Deno.realPathSync(Deno.makeTempDirSync());
    for (const [path, text] of Object.entries(content)) this.write(path, text);
    this.watcher = new FileWatcher({
      root: this.path,
      interval: 0.02,
      onChange: (paths) => {
        this.#reports.push(paths);
        this.#arrival.resolve();
      },
      onNotice: (text) => this.notices.push(text),
      ...rest,
    });
  }

  /** The absolute path of one below the folder. */
  at(path: string): string {
    return `${this.path}/${path}`;
  }

  /** Watches this, and a file that {@linkcode only} uses. */
  watch(watched: Watched, options?: UpdateOptions): void {
    this.#files = watched.files ?? [];
    this.#extra = watched.extra ?? [];
    const files = [...this.#files, "sentinel"].map((file) => this.at(file));
    this.watcher.update({ files, extra: this.#extra }, options);
  }

  /** Writes a file in place, with the folders it is in. */
  write(path: string, text: string): void {
    const file = this.at(path);
    Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(file, text);
  }

  /** The paths of the next report, sorted; those in the folder are relative. */
  async next(): Promise<string[]> {
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => limit.reject(new Error("Cannot wait longer for a report")),
      WAIT_LIMIT_MILLISECONDS,
    );
    try {
      while (this.#reports.length === 0) {
        this.#arrival = Promise.withResolvers();
        await Promise.race([this.#arrival.promise, limit.promise]);
      }
    } finally {
      clearTimeout(timer);
      limit.resolve();
    }
    return this.#take(this.#reports.shift() ?? []);
  }

  /**
   * Waits until it is certain that there is no report of what was done before:
   * changes another file, and waits for that one.
   *
   * @returns The paths that were reported.
   */
  async untilQuiet(): Promise<string[]> {
    const found: string[] = [];
    for (;;) {
      this.write("sentinel", crypto.randomUUID());
      const paths = await this.next();
      found.push(...paths.filter((path) => path !== "sentinel"));
      // What is looked at late, as a writer might still be at it, comes after.
      await new Promise((resolve) => setTimeout(resolve, 150));
      this.write("sentinel", crypto.randomUUID());
      const late = await this.next();
      found.push(...late.filter((path) => path !== "sentinel"));
      if (late.includes("sentinel")) return found;
    }
  }

  /** Runs a program in the folder. */
  async run(program: string, ...args: string[]): Promise<void> {
    const { success, stderr } = await new Deno.Command(program, {
      args,
      cwd: this.path,
      env: {
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_NOSYSTEM: "1",
      },
      stdin: "null",
      stdout: "null",
    }).output();
    if (!success) {
      throw new Error(
        `Cannot run ${program}: ${new TextDecoder().decode(stderr)}`,
      );
    }
  }

  /** Stops, and removes the folder. */
  [Symbol.dispose](): void {
    this.watcher.close();
    Deno.removeSync(this.path, { recursive: true });
  }

  #take(paths: readonly string[]): string[] {
    const prefix = `${this.path}/`;
    return paths.map((path) =>
      path.startsWith(prefix) ? path.slice(prefix.length) : path
    ).sort();
  }
}
