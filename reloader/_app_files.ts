import { AppModules } from "./_app_modules.ts";
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
  #isClosed = false;

  /** Watches nothing yet. */
  constructor(options: SupervisorOptions, events: AppFilesEvents) {
    this.#options = options;
    this.modules = new AppModules(options.configFiles);
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

  /** A generation is going to load the app. */
  begin(generation: number): void {
    this.#generation = generation;
    this.modules.begin();
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
