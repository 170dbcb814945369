import { AppModules } from "./_app_modules.ts";
import { excludedBy } from "./_excluded.ts";
import { FileWatcher } from "./file_watcher.ts";
import { graphFiles } from "./_graph_info.ts";
import type { LearntModules } from "./_learn_modules.ts";
import type { SupervisorOptions } from "./supervisor_options.ts";
import { WorkerFiles } from "./_worker_files.ts";

/** What {@linkcode AppFiles} tells. */
export interface AppFilesEvents {
  /** Called when something happens to files, maybe a change. */
  onStir(paths: readonly string[]): void;
  /** Called with the paths of files that have changed. */
  onChange(paths: readonly string[]): void;
}

/** Watches what the app is made of, as far as that is known. */
export class AppFiles {
  /** What the processes of the app have told. */
  readonly modules: AppModules;
  readonly #options: SupervisorOptions;
  readonly #watcher: FileWatcher;
  readonly #workers: WorkerFiles;
  #generation = 0;
  #isWatching = false;
  #isClosed = false;

  /** Watches nothing yet. */
  constructor(options: SupervisorOptions, events: AppFilesEvents) {
    this.#options = options;
    this.modules = new AppModules(
      options.configFiles,
      excludedBy(options.root, options.excludePatterns),
    );
    this.#watcher = new FileWatcher({
      root: options.root,
      backend: options.reloaderType,
      interval: options.reloaderInterval,
      excludePatterns: options.excludePatterns,
      ...events,
      onNotice: (text) => options.onNotice(text),
    });
    this.#workers = new WorkerFiles({
      config: options.config,
      configFiles: options.configFiles,
      onFound: (since) => this.watch(since),
    });
  }

  /**
   * A generation is going to load the app. The first one is watched from its start:
   * it may hang in what it loads.
   *
   * @param generation Its number.
   * @param since When that was, in milliseconds since the epoch.
   */
  begin(generation: number, since: number): void {
    this.#generation = generation;
    this.modules.begin();
    if (!this.#isWatching) this.watch(since);
  }

  /**
   * The generation has loaded these.
   *
   * @returns Whether the app turns out to have hooks.
   */
  note(modules: LearntModules): boolean {
    this.#workers.note(this.#generation, modules.workers);
    return this.modules.note(modules);
  }

  /**
   * Watches what is known by now.
   *
   * @param since When the first of it may have been loaded, in milliseconds since
   * the epoch.
   */
  watch(since: number): void {
    if (this.#isClosed) return;
    this.#isWatching = true;
    const { entry, configFiles, extraFiles } = this.#options;
    const files = new Set([
      ...(entry === undefined ? [] : [entry]),
      ...this.modules.files,
      ...this.#workers.files,
      ...configFiles,
    ]);
    this.#watcher.update({ files, extra: extraFiles }, { loadedSince: since });
  }

  /** The same, with what a module imports that cannot be parsed. */
  async watchGraph(since: number): Promise<void> {
    this.watch(since);
    const { entry, config } = this.#options;
    if (entry === undefined) return;
    const generation = this.#generation;
    const files = await graphFiles(
      entry,
      config === undefined ? {} : { config },
    );
    if (generation !== this.#generation) return;
    this.modules.add(files);
    this.watch(since);
  }

  /** Watches nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#watcher.close();
    this.#workers.close();
  }
}
