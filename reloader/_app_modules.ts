import { wasWrittenBetween } from "./_file_state.ts";
import type { Excluded } from "./_excluded.ts";
import type { LearntModules } from "./_learn_modules.ts";
import { hasVendor } from "./_packages.ts";

/** What the app is made of, as its processes tell. */
export class AppModules {
  readonly #configFiles: readonly string[];
  readonly #isExcluded: Excluded;
  #files: Set<string> = new Set();
  #packages: Set<string> = new Set();
  #goodFiles: ReadonlySet<string> = new Set();
  #goodPackages: ReadonlySet<string> = new Set();
  /** Files that were written while the app was loaded, most likely by itself. */
  readonly #written = new Set<string>();
  #begun = 0;
  #succeeded = 0;
  /** Whether the app has hooks, which are to see all that is loaded. */
  #hasHooks = false;

  /**
   * Knows nothing yet of an app.
   *
   * @param configFiles The config files that it is loaded with.
   * @param isExcluded What is not watched.
   */
  constructor(configFiles: readonly string[], isExcluded: Excluded) {
    this.#configFiles = configFiles;
    this.#isExcluded = isExcluded;
  }

  /** The files of the current load, and those of the last good one. */
  get files(): ReadonlySet<string> {
    return this.#files.union(this.#goodFiles);
  }

  /**
   * The files that the next load is likely to need as they are before it. What the
   * app writes while it loads is none of them, nor what is not watched.
   */
  get likelyFiles(): string[] {
    if (this.#hasHooks) return [];
    for (const path of this.#goodFiles) {
      if (wasWrittenBetween(path, this.#begun, this.#succeeded)) {
        this.#written.add(path);
      }
    }
    return [...this.#goodFiles.difference(this.#written)]
      .filter((path) => !this.#isExcluded(path));
  }

  /** How the packages are imported that can be loaded ahead of the next load. */
  get likelyPackages(): string[] {
    const mayChange = this.#hasHooks || hasVendor(this.#configFiles);
    return mayChange ? [] : [...this.#goodPackages];
  }

  /** The app is loaded anew. */
  begin(): void {
    this.#begun = Date.now();
    this.#files = new Set();
    this.#packages = new Set();
    this.#hasHooks = false;
  }

  /**
   * It is made of these, too.
   *
   * @returns Whether it turns out to have hooks.
   */
  note({ paths, packages, hasHooks }: LearntModules): boolean {
    for (const path of paths) this.#files.add(path);
    for (const specifier of packages) this.#packages.add(specifier);
    const isNews = hasHooks && !this.#hasHooks;
    this.#hasHooks ||= hasHooks;
    return isNews;
  }

  /** A module that cannot be parsed has told nothing of these. */
  add(paths: Iterable<string>): void {
    for (const path of paths) this.#files.add(path);
  }

  /** The load has succeeded. */
  succeed(): void {
    this.#succeeded = Date.now();
    this.#goodFiles = this.#files;
    this.#goodPackages = this.#packages;
  }
}
