import { configFilesOf } from "./config_files.ts";
import { joinPath, nameOf, parentOf } from "./_paths.ts";

/** Where there is no config that holds for an app, it can be made beside it. */
const NAMES: readonly (readonly string[])[] = [
  ["deno.json", "deno.jsonc"],
  ["package.json"],
];

/**
 * The files that decide how an app is loaded, as they are by now: they name others,
 * and can be made and removed while the app is served.
 */
export class CurrentConfigFiles {
  readonly #entry: string | undefined;
  readonly #others: readonly string[];
  readonly #first: ReadonlySet<string>;
  #known: readonly string[] = [];

  /**
   * Looks for the first time.
   *
   * @param entry The absolute path of the app's main module, if it has one.
   * @param others Paths of further ones that hold for it.
   */
  constructor(entry: string | undefined, others: readonly string[] = []) {
    this.#entry = entry;
    this.#others = others;
    this.#first = new Set(this.#found());
    this.look();
  }

  /** The paths that were found last, without a look. */
  get known(): readonly string[] {
    return this.#known;
  }

  /**
   * Looks again.
   *
   * @returns The paths; some of them may be missing.
   */
  look(): readonly string[] {
    const found = this.#found().filter((path) =>
      // One that appears is written by Deno when it loads the app.
      nameOf(path) !== "deno.lock" || this.#first.has(path)
    );
    this.#known = [...found, ...this.#missing(found), ...this.#others];
    return this.#known;
  }

  #found(): string[] {
    return this.#entry === undefined ? [] : configFilesOf(this.#entry);
  }

  /** Those that could be made beside the app. */
  #missing(found: readonly string[]): string[] {
    if (this.#entry === undefined) return [];
    const folder = parentOf(this.#entry);
    const names = found.map(nameOf);
    return NAMES.filter((kind) => !kind.some((name) => names.includes(name)))
      .flat()
      .map((name) => joinPath(folder, name));
  }
}
