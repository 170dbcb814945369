import { esModuleTest, mayBeEsModule } from "./_es_modules.ts";
import { settledSignature } from "./_file_state.ts";
import { type CompiledImport, ModuleCompiler } from "./_module_compiler.ts";
import { isInstalled } from "./_packages.ts";
import { parentOf } from "./_paths.ts";
import { requiredUrl } from "./_require_module.ts";

/** Something has changed that cannot be compiled: another process has to load it. */
export class OutdatedError extends Error {
  /** The name of the class. */
  override name = "OutdatedError";
}

/** How long compiling keeps other work waiting. */
const TURN_MILLISECONDS = 2;

/**
 * The modules of an app, compiled while nobody waits; those that have changed are
 * compiled again when the app is to run.
 */
export class CompiledModules {
  /** The URLs of modules of packages that have been loaded. */
  readonly #packages: ReadonlySet<string>;
  /** The paths of the files by URL. */
  #files: ReadonlyMap<string, string> = new Map();
  /** What they were when they were compiled, by URL. */
  readonly #signatures = new Map<string, string>();
  /** The texts of files that were compiled because something happened to them. */
  readonly #anticipated = new Map<string, string>();
  #compiler: ModuleCompiler | undefined;
  #compiling: Promise<void> | undefined;
  #isOver = false;

  /** Has compiled nothing, where these modules of packages are loaded ahead. */
  constructor(packages: ReadonlySet<string>) {
    this.#packages = packages;
  }

  /** What a module imports, as far as it has been compiled here. */
  importsOf(url: string): Iterable<CompiledImport> {
    return this.#compiler?.importsOf(url) ?? [];
  }

  /**
   * Compiles files until the app is to run, in turns between which other work is
   * done. What cannot be compiled is left out.
   *
   * Requires `--allow-read`; without it nothing is done.
   *
   * @param paths The files that the app is likely to be made of.
   * @param except Those of them that are likely to change, which are left until
   * then: what has been compiled cannot be taken back.
   */
  async compile(
    paths: readonly string[],
    except: readonly string[] = [],
  ): Promise<void> {
    this.#compiling = this.#compileAll(paths, except);
    await this.#compiling;
  }

  async #compileAll(
    paths: readonly string[],
    except: readonly string[],
  ): Promise<void> {
    // Deno would ask for a permission on the terminal.
    const { state } = Deno.permissions.querySync({ name: "read" });
    const [first] = paths;
    if (state !== "granted" || first === undefined || this.#isOver) return;
    const isKnown = (url: string) =>
      isInstalled(url) || this.#packages.has(url) || this.#files.has(url);
    const isEsModule = esModuleTest();
    const folder = parentOf(first);
    const compiler = new ModuleCompiler({ folder, isKnown, isEsModule });
    if (!await compiler.isPossible()) return;
    this.#compiler = compiler;
    // Deno has to know the main module as such.
    const files = paths.filter(mayBeEsModule)
      .map((path): [string, string] => [requiredUrl(path), path])
      .filter(([url]) => url !== Deno.mainModule);
    this.#files = new Map(files);
    let end = performance.now() + TURN_MILLISECONDS;
    for (const [url, path] of files) {
      if (performance.now() > end) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        end = performance.now() + TURN_MILLISECONDS;
      }
      if (this.#isOver) return;
      const signature = settledSignature(path);
      if (signature === undefined || except.includes(path)) {
        await compiler.compile(path, { isRehearsal: true });
      } else if (await compiler.compile(path)) {
        this.#signatures.set(url, signature);
      }
    }
  }

  /**
   * Compiles a file again to which something happens, without waiting to be told
   * whether it has changed and is complete: most often it is, and it has not to
   * be compiled when the app is to run.
   *
   * @param path Its path.
   */
  anticipate(path: string): void {
    const url = requiredUrl(path);
    const compiler = this.#compiler;
    if (this.#isOver || compiler === undefined || !this.#files.has(url)) return;
    const text = textOf(path);
    // It is gone, or about to be written.
    if (!text) return;
    this.#anticipated.delete(url);
    const compiling = compiler.compile(path).then((isCompiled) => {
      if (!isCompiled) return;
      this.#signatures.set(url, "");
      this.#anticipated.set(url, text);
    });
    this.#compiling = Promise.all([this.#compiling, compiling]).then(() => {});
  }

  /**
   * Compiles again what has changed, and ends what `compile` does.
   *
   * @throws {OutdatedError} If that fails with one that had been compiled.
   */
  async renew(): Promise<void> {
    this.#isOver = true;
    await this.#compiling;
    const compiler = this.#compiler;
    if (compiler === undefined) return;
    for (const [url, path] of this.#files) {
      const before = this.#signatures.get(url);
      if (before !== undefined && before === settledSignature(path)) continue;
      const anticipated = this.#anticipated.get(url);
      if (anticipated !== undefined && anticipated === textOf(path)) continue;
      if (await compiler.compile(path)) {
        this.#signatures.set(url, "");
      } else if (before !== undefined) {
        // The old one would run in its place.
        throw new OutdatedError(`Cannot compile "${url}" again`);
      }
    }
    compiler.allowRun();
  }

  /**
   * Runs a module and what it imports, if all of that has been compiled. Who
   * imports it afterwards gets what it exports, or why it could not be run.
   *
   * @param url Its URL.
   */
  async run(url: string): Promise<void> {
    if (this.#signatures.has(url)) await this.#compiler?.run(url);
  }
}

function textOf(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    // Gone, or not to be read: whoever loads it tells.
    return undefined;
  }
}
