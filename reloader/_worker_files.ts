import { changedSince, unreadState } from "./_file_state.ts";
import { toFileUrl } from "./file_url.ts";
import { graphFiles } from "./_graph_info.ts";
import { nestedWorkers } from "./_nested_workers.ts";

/**
 * How long after a worker was told of its files are looked for, in milliseconds:
 * the first responses and the next standby come first.
 */
const DELAY_MS = 250;

/** How far the times of files may lag behind the clock, in milliseconds. */
const LAG_MS = 20;

/** Options for {@linkcode WorkerFiles}. */
export interface WorkerFilesOptions {
  /** The configuration file, if it is not the nearest one to the worker. */
  config?: string | undefined;
  /** The files that decide where an import leads to. */
  configFiles: readonly string[];
  /**
   * Called when files were looked for.
   *
   * @param since When the first of them may have been loaded, in milliseconds
   * since the epoch.
   */
  onFound(since: number): void;
}

/** The files of a worker, and the state that they were found in. */
interface Found {
  readonly files: readonly string[];
  /** Tells of each file whether it is still the same; `undefined` is never. */
  readonly signatures: ReadonlyMap<string, string | undefined>;
}

/**
 * Knows what the workers of a generation import, and what the workers do that
 * they start. A worker resolves its modules by itself, so the graph is read, in
 * the background and only when one of its files is not what it was.
 */
export class WorkerFiles {
  readonly #options: WorkerFilesOptions;
  readonly #found = new Map<string, Found>();
  #entries = new Set<string>();
  #generation = 0;
  #since: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isLooking = false;
  #isClosed = false;

  /** Starts without a worker: {@linkcode WorkerFiles.note} names them. */
  constructor(options: WorkerFilesOptions) {
    this.#options = options;
  }

  /** The files of all workers of the generation, as far as they are known. */
  get files(): Set<string> {
    const files = new Set<string>();
    for (const entry of this.#entries) {
      this.#found.get(entry)?.files.forEach((file) => files.add(file));
    }
    return files;
  }

  /** Takes the paths of workers that a generation has started. */
  note(generation: number, entries: readonly string[]): void {
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#entries = new Set();
    }
    if (entries.length === 0) return;
    for (const entry of entries) this.#entries.add(entry);
    this.#since ??= Date.now();
    this.#lookLater();
  }

  /** Looks for nothing any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    if (this.#isClosed || this.#isLooking) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), DELAY_MS);
  }

  async #look(): Promise<void> {
    const since = this.#since ?? Date.now();
    this.#since = undefined;
    const stale = [...this.#entries].filter((entry) => !this.#isFresh(entry));
    if (stale.length === 0) return;
    this.#isLooking = true;
    for (const entry of stale) {
      if (!this.#isClosed) this.#found.set(entry, await this.#find(entry));
    }
    this.#isLooking = false;
    if (this.#isClosed) return;
    this.#options.onFound(since);
    // Some were noted in the meantime.
    if (this.#since !== undefined) this.#lookLater();
  }

  #isFresh(entry: string): boolean {
    const found = this.#found.get(entry);
    return found !== undefined && [...found.signatures].every(
      ([path, signature]) => unreadState(path).signature === signature,
    );
  }

  async #find(entry: string): Promise<Found> {
    const { config, configFiles } = this.#options;
    const begun = Date.now() - LAG_MS;
    const files = new Set<string>();
    const entries = new Set([entry]);
    // More of them are added on the way.
    for (const worker of entries) {
      const graph = await graphFiles(
        worker,
        config === undefined ? {} : { config },
      );
      for (const path of new Set(graph).difference(files)) {
        files.add(path);
        for (const nested of workersOf(path)) entries.add(nested);
      }
    }
    const signatures = new Map([...files, ...configFiles].map((path) => [
      path,
      // It may have changed after it was read.
      changedSince(path, begun) ? undefined : unreadState(path).signature,
    ]));
    return { files: [...files], signatures };
  }
}

function workersOf(path: string): string[] {
  try {
    return nestedWorkers(Deno.readTextFileSync(path), toFileUrl(path).href);
  } catch {
    // It is missing, and watched for that reason.
    return [];
  }
}
