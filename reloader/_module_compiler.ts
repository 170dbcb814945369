import { mayBeCommonJs } from "./_es_modules.ts";
import { joinPath } from "./_paths.ts";
import {
  ES_MODULE,
  esModule,
  type Hooks,
  requiredUrl,
  requireSource,
  requireWith,
  type ResolveContext,
} from "./_require_module.ts";

/** An import of a module that has been compiled. */
export interface CompiledImport {
  /** As it is written. */
  readonly specifier: string;
  /** Where it leads to. */
  readonly url: string;
  /** Where it is, and what it says of the type. */
  readonly context: ResolveContext;
}

/** Options for {@linkcode ModuleCompiler}. */
interface CompilerOptions {
  /** The path of a folder of the app, where modules of ours would be. */
  readonly folder: string;
  /** Whether a URL is that of a module that is there, or of a file of the app. */
  readonly isKnown: (url: string) => boolean;
  /** Whether a file is an ES module whatever is in it. */
  readonly isEsModule: (path: string) => boolean;
}

/** Options for {@linkcode ModuleCompiler.compile}. */
interface CompileOptions {
  /** What there is in place of a file. */
  readonly source?: string;
  /** Whether it is only to be quicker the next time. */
  readonly isRehearsal?: boolean;
}

/** What each compiled module imports besides; nothing, until they may run. */
const READY = "devserve:ready";
/** Where modules of ours would be, in a folder of the app. */
const READY_NAME = ".devserve-ready";
const RUN_NAME = ".devserve-run";
const PROBE_NAME = ".devserve-probe";
const EMPTY_NAME = ".devserve-empty";
/** How Deno says that a module is compiled, and something that it imports is not. */
const WAITING = 'Cannot resolve module "';
/** Who imports it may have hooks, which is found out when it is resolved. */
const MODULE_BUILTIN = "node:module";
/** Where code says what it was made of: Deno keeps that, also for other code. */
const SOURCE_MAP_REGEXP = /\n\/\/# sourceMappingURL=[^\n]*\s*$/;
/** Imports that lead to the same place whatever has been loaded. */
const PLACE_REGEXP = /^(?:\.{0,2}\/|file:)/;

/**
 * Compiles modules without running them.
 *
 * A module that is required, and whose source comes from a `load` hook, is
 * compiled and takes its place among all modules, and keeps it when something is
 * missing that it imports; required again, it is replaced. So each of them gets
 * one more import, at its end, of something that is missing until they may run.
 * Deno links and runs them then as for any `import`. Whatever has not been
 * compiled, it loads as it would anyway.
 */
export class ModuleCompiler {
  readonly #options: CompilerOptions;
  /** What has been compiled imports, by its URL and their specifiers. */
  readonly #imports = new Map<string, Map<string, CompiledImport>>();
  /** The modules of the runtime that have been loaded. */
  readonly #builtins = new Set<string>();

  /** Has compiled nothing. */
  constructor(options: CompilerOptions) {
    this.#options = options;
  }

  /** What a module imports that was compiled here. */
  importsOf(url: string): Iterable<CompiledImport> {
    return this.#imports.get(url)?.values() ?? [];
  }

  /**
   * Whether the runtime does what is expected of it here. All is done once, as the
   * first time takes longer.
   */
  async isPossible(): Promise<boolean> {
    const path = this.#pathOf(PROBE_NAME);
    if (!await this.compile(path, { source: "" })) return false;
    // It cannot be run yet.
    await this.#run(requiredUrl(path));
    this.#runEmpty(EMPTY_NAME);
    return true;
  }

  /**
   * Compiles a file.
   *
   * @param path Its path.
   * @param options Additional options.
   * @returns Whether it has taken its place among the modules.
   */
  async compile(path: string, options: CompileOptions = {}): Promise<boolean> {
    const builtins: string[] = [];
    if (this.#tryCompile(path, builtins, options)) return true;
    if (builtins.length === 0) return false;
    await Promise.allSettled(builtins.map((name) => import(name)));
    return this.#tryCompile(path, [], options);
  }

  /** Lets what has been compiled run. Nothing can be compiled any more. */
  allowRun(): void {
    this.#runEmpty(READY_NAME);
  }

  /**
   * Runs a module and what it imports, if all of that has been compiled. Who
   * imports it afterwards gets what it exports, or why it could not be run.
   *
   * @param url Its URL.
   */
  async run(url: string): Promise<void> {
    await this.#importData(url);
    // If something is missing, waits at its top level, or throws, Deno tells.
    await this.#run(url);
  }

  #tryCompile(
    path: string,
    builtins: string[],
    { source, isRehearsal = false }: CompileOptions,
  ): boolean {
    const url = requiredUrl(path);
    const readyUrl = requiredUrl(this.#pathOf(READY_NAME));
    const before = this.#imports.get(url);
    const imports = new Map<string, CompiledImport>();
    const { isEsModule } = this.#options;
    const hooks: Hooks = {
      load(asked, _context, nextLoad) {
        // Not if a link leads to it.
        if (asked !== url) throw new TypeError(`Cannot compile "${asked}"`);
        const code = source ?? String(nextLoad(url, ES_MODULE).source);
        if (!isEsModule(path) && source === undefined && mayBeCommonJs(code)) {
          throw new TypeError(`Cannot tell what "${url}" is`);
        }
        const kept = isRehearsal ? code.replace(SOURCE_MAP_REGEXP, "") : code;
        return esModule(`${kept}\nimport "${READY}";`);
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
        if (!this.#isSure(specifier, resolved.url)) {
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

  /** Whether an import leads to where it would if Deno loaded the module. */
  #isSure(specifier: string, url: string): boolean {
    return PLACE_REGEXP.test(specifier) || url.startsWith("node:") ||
      this.#options.isKnown(url);
  }

  /** Whether a module of the runtime is asked for the first time. */
  #isNewBuiltin(url: string): boolean {
    if (!url.startsWith("node:") || this.#builtins.has(url)) return false;
    this.#builtins.add(url);
    return true;
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

  #run(url: string): Promise<void> {
    const source = `import ${JSON.stringify(url)};`;
    return requireSource(this.#pathOf(RUN_NAME), source);
  }

  /** Runs a module of ours that does nothing, which is there from then on. */
  #runEmpty(name: string): void {
    requireWith(this.#pathOf(name), { load: () => esModule("") });
  }

  #pathOf(name: string): string {
    return joinPath(this.#options.folder, name);
  }
}

async function importAs(
  url: string,
  attributes: ResolveContext["importAttributes"],
): Promise<void> {
  await import(url, { with: attributes as Record<string, string> });
}
