import Module, { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { esModules } from "./_es_modules.ts";
import { settledSignature } from "./_file_state.ts";
import { isInstalled } from "./_packages.ts";
import { joinPath, parentOf } from "./_paths.ts";

type Hooks = Parameters<typeof registerHooks>[0];
type LoadHook = NonNullable<Hooks["load"]>;
type ResolveHook = NonNullable<Hooks["resolve"]>;

/** What the runtime tells of an import besides its specifier. */
export type ResolveContext = Parameters<ResolveHook>[1];

/** An import of a module that was compiled ahead. */
export interface CompiledImport {
  /** As it is written. */
  readonly specifier: string;
  /** Where it leads to. */
  readonly url: string;
  /** Where it is, and what it says of the type. */
  readonly context: ResolveContext;
}

/** Something has changed that cannot be compiled ahead: another process has to. */
export class OutdatedError extends Error {
  /** The name of the class. */
  override name = "OutdatedError";
}

/** The imports of a module by their specifiers. */
type Imports = Map<string, CompiledImport>;

/** How a module is compiled. */
interface CompileOptions {
  /** What there is in place of a file. */
  readonly source?: string;
  /** Whether it is only to be quicker the next time. */
  readonly isRehearsal?: boolean;
}

/** What each compiled module imports, and nothing is before the app may run. */
const READY = "devserve:ready";
/** Where modules of ours are, beside the app. */
const READY_NAME = ".devserve-ready";
const PROBE_NAME = ".devserve-probe";
const EMPTY_NAME = ".devserve-empty";
const RUN_NAME = ".devserve-run";
/** How Deno says that a module is compiled, and something that it imports is not. */
const WAITING = 'Cannot resolve module "';
/** How long compiling keeps other work waiting. */
const TURN_MILLISECONDS = 2;
/** Who imports it may have hooks, which is found out when it is resolved. */
const MODULE_BUILTIN = "node:module";
/** Imports that lead to the same place whatever has been loaded. */
const PLACE_REGEXP = /^(?:\.{0,2}\/|file:)/;

/**
 * Compiles the modules of an app while nobody waits, without running them, and
 * compiles those again that have changed by the time that the app is to run.
 *
 * A module that is required, and whose source comes from a `load` hook, is
 * compiled and takes its place among all modules, and keeps it when something is
 * missing that it imports; required again, it is replaced. So each of them gets
 * one more import, at its end, of something that is missing until the app is to
 * run. Deno links and runs them then as for any `import`. Whatever is not here,
 * it loads as it would anyway.
 */
export class CompiledModules {
  /** The URLs of modules of packages that have been loaded. */
  readonly #packages: ReadonlySet<string>;
  /** What the files were when they were compiled, by URL. */
  readonly #signatures = new Map<string, string>();
  /** What they import, by URL. */
  readonly #imports = new Map<string, Imports>();
  /** The paths of the files by URL. */
  #files: ReadonlyMap<string, string> = new Map();
  /** The modules of the runtime that are loaded. */
  readonly #builtins = new Set<string>();
  #folder = "";
  #compiling: Promise<void> | undefined;
  #isOver = false;

  /** Has compiled nothing, where these modules of packages are loaded ahead. */
  constructor(packages: ReadonlySet<string>) {
    this.#packages = packages;
  }

  /** What a module imports that was compiled here. */
  importsOf(url: string): Iterable<CompiledImport> {
    return this.#imports.get(url)?.values() ?? [];
  }

  /**
   * Compiles files until the app is to run, in turns between which other work is
   * done. What cannot be compiled is left out.
   *
   * Requires `--allow-read`; without it nothing is done.
   *
   * @param paths The files that the app is likely to be made of.
   * @param except Those of them that are going to change, which are left until
   * then: what is compiled already cannot be taken back.
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
    this.#folder = parentOf(first);
    if (!await this.#isPossible()) return;
    // Deno has to know the main module as such.
    const modules = esModules(paths)
      .filter((path) => toUrl(path) !== Deno.mainModule);
    this.#files = new Map(modules.map((path) => [toUrl(path), path]));
    let end = performance.now() + TURN_MILLISECONDS;
    for (const [url, path] of this.#files) {
      if (performance.now() > end) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        end = performance.now() + TURN_MILLISECONDS;
      }
      if (this.#isOver) return;
      const signature = settledSignature(path);
      if (signature === undefined || except.includes(path)) {
        await this.#compile(url, path, { isRehearsal: true });
      } else if (await this.#compile(url, path)) {
        this.#signatures.set(url, signature);
      }
    }
  }

  /**
   * Compiles again what has changed, and ends what `compile` does.
   *
   * @throws {OutdatedError} If that fails with one that had been compiled.
   */
  async renew(): Promise<void> {
    this.#isOver = true;
    await this.#compiling;
    if (this.#files.size === 0) return;
    for (const [url, path] of this.#files) {
      const before = this.#signatures.get(url);
      if (before !== undefined && before === settledSignature(path)) continue;
      if (await this.#compile(url, path)) {
        this.#signatures.set(url, "");
      } else if (before !== undefined) {
        // The old one would run in its place.
        throw new OutdatedError(`Cannot compile "${url}" ahead`);
      }
    }
    this.#runEmpty(READY_NAME);
  }

  #runEmpty(name: string): void {
    requireWith(this.#pathOf(name), { load: () => esModule("") });
  }

  /**
   * Runs a module and what it imports, if all of that is compiled. Who imports
   * the module afterwards gets what it exports, or why it could not be run.
   *
   * @param url Its URL.
   */
  async run(url: string): Promise<void> {
    if (!this.#signatures.has(url)) return;
    await this.#importData(url);
    this.#runNow(url);
  }

  #runNow(url: string): void {
    const hooks = registerHooks({
      load() {
        // None of ours is in the way of the app.
        hooks.deregister();
        return esModule(`import ${JSON.stringify(url)};`);
      },
    });
    try {
      load(this.#pathOf(RUN_NAME));
    } catch {
      // Something is missing, waits at its top level, or throws.
    } finally {
      hooks.deregister();
    }
  }

  /**
   * Whether the runtime does what is expected of it here. All is done once, as the
   * first time takes longer.
   */
  async #isPossible(): Promise<boolean> {
    const path = this.#pathOf(PROBE_NAME);
    const url = toUrl(path);
    if (!await this.#compile(url, path, { source: "" })) return false;
    // It cannot be run yet.
    this.#runNow(url);
    this.#runEmpty(EMPTY_NAME);
    return true;
  }

  /** Compiles a module, and tells whether it has taken its place. */
  async #compile(
    url: string,
    path: string,
    options: CompileOptions = {},
  ): Promise<boolean> {
    const builtins: string[] = [];
    if (this.#tryCompile(url, path, builtins, options)) return true;
    if (builtins.length === 0) return false;
    await Promise.allSettled(builtins.map((name) => import(name)));
    return this.#tryCompile(url, path, [], options);
  }

  #tryCompile(
    url: string,
    path: string,
    builtins: string[],
    { source, isRehearsal = false }: CompileOptions,
  ): boolean {
    const readyUrl = toUrl(this.#pathOf(READY_NAME));
    const before = this.#imports.get(url);
    const imports: Imports = new Map();
    const hooks: Hooks = {
      load(asked, _context, nextLoad) {
        if (asked !== url) throw new TypeError(`Cannot load "${asked}" ahead`);
        const code = source ?? nextLoad(url, MODULE).source;
        return esModule(`${code}\nimport "${READY}";`);
      },
      resolve: (specifier, context, nextResolve) => {
        if (specifier === READY) {
          // Deno panics if it has to load a builtin while it links modules.
          if (isRehearsal || builtins.length > 0) {
            throw new TypeError(`Cannot link "${url}" yet`);
          }
          return { url: readyUrl, shortCircuit: true };
        }
        const known = before?.get(specifier)?.url;
        const resolved = known === undefined || known === MODULE_BUILTIN
          ? nextResolve(specifier, context)
          : { url: known, shortCircuit: true };
        if (!this.#isKnown(specifier, resolved.url)) {
          throw new TypeError(`Cannot import "${specifier}" ahead`);
        }
        if (this.#isNewBuiltin(resolved.url)) builtins.push(resolved.url);
        imports.set(specifier, { specifier, url: resolved.url, context });
        return resolved;
      },
    };
    try {
      requireWith(path, hooks);
      // It has been run, which it should not.
      return false;
    } catch (error) {
      const isCompiled = error instanceof Error &&
        error.message.includes(WAITING);
      if (isCompiled || isRehearsal) this.#imports.set(url, imports);
      return isCompiled;
    }
  }

  /** Whether a module of the runtime is asked for the first time. */
  #isNewBuiltin(url: string): boolean {
    if (!url.startsWith("node:") || this.#builtins.has(url)) return false;
    this.#builtins.add(url);
    return true;
  }

  /** Whether an import leads to where it would if Deno loaded the module. */
  #isKnown(specifier: string, url: string): boolean {
    return PLACE_REGEXP.test(specifier) || url.startsWith("node:") ||
      isInstalled(url) || this.#packages.has(url) || this.#files.has(url);
  }

  /** Imports what is no code, such as JSON, for a module that is to run. */
  async #importData(url: string): Promise<void> {
    const seen = new Set([url]);
    const importing: Promise<unknown>[] = [];
    for (const importer of seen) {
      for (const { url, context } of this.importsOf(importer)) {
        const { importAttributes } = context;
        if (Object.keys(importAttributes).length === 0) seen.add(url);
        else importing.push(importAs(url, importAttributes));
      }
    }
    await Promise.allSettled(importing);
  }

  #pathOf(name: string): string {
    return joinPath(this.#folder, name);
  }
}

async function importAs(
  url: string,
  attributes: ResolveContext["importAttributes"],
): Promise<void> {
  await import(url, { with: attributes as Record<string, string> });
}

/** Tells the hooks of others that a module is none of CommonJS. */
const MODULE = { format: "module" } as const;

function esModule(source: string): ReturnType<LoadHook> {
  return { source, format: "module", shortCircuit: true };
}

function requireWith(path: string, hooks: Hooks): void {
  const registered = registerHooks(hooks);
  const limit = Error.stackTraceLimit;
  // Nobody sees the stack that tells that something is missing: most of its time.
  Error.stackTraceLimit = 0;
  try {
    load(path);
  } finally {
    Error.stackTraceLimit = limit;
    registered.deregister();
  }
}

/** Requires a file that may have been required before. */
function load(path: string): void {
  const module = new Module(path) as Module & { load(path: string): void };
  module.load(path);
}

function toUrl(path: string): string {
  return pathToFileURL(path).href;
}
