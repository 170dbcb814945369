import { registerHooks } from "node:module";
import { assertMapped } from "./_assert_mapped.ts";
import { fromFileUrl } from "./file_url.ts";
import type { CompiledImport } from "./_module_compiler.ts";
import { isCached, isInstalled, isOwn, isPackage } from "./_packages.ts";
import type { ResolveContext } from "./_require_module.ts";
import { watchNodeWorkers, watchWorkers } from "./_watch_workers.ts";

/** How long one import may take with all that it imports in turn. */
const LOAD_MILLISECONDS = 1000;

/** Local files that an app was made of since the last report, by their paths. */
export interface LearntModules {
  /** When the first of them may have been read, in milliseconds since the epoch. */
  readonly since: number;
  /** What was imported. */
  readonly paths: readonly string[];
  /** The main modules of workers, whose imports nobody tells. */
  readonly workers: readonly string[];
  /** How packages were imported by what is local. */
  readonly packages: readonly string[];
  /** Whether the app has hooks of its own, which may change what is imported. */
  readonly hasHooks: boolean;
}

/** What {@linkcode learnModules} is going to tell. */
export interface LearningModules {
  /** The files of `node_modules` that have been imported. */
  readonly installed: ReadonlySet<string>;
  /** The URLs of what others than modules of the app have imported before that. */
  readonly loaded: ReadonlySet<string>;
  /**
   * Has `tell` called from then on, with some modules at a time, or nothing noted
   * any more. What was told before may be told again.
   */
  report(tell: ((modules: LearntModules) => void) | undefined): void;
}

/**
 * Reports each local file that is imported from now on, in whatever way: static,
 * dynamic and computed imports, JSON, text, `require`, and workers. What is in
 * `node_modules` is left out.
 *
 * A `resolve` hook costs nothing that can be measured; a `load` hook would.
 *
 * @param importsOf What modules import that were compiled before they are
 * imported: nobody tells that any more.
 * @returns What is going to tell.
 */
export function learnModules(
  importsOf: (url: string) => Iterable<CompiledImport>,
): LearningModules {
  let { paths, workers, packages } = nothingNoted();
  const installed = new Set<string>();
  const loaded = new Set<string>();
  let hasHooks = false;
  let tell: ((modules: LearntModules) => void) | undefined;
  let isFlushing = false;
  /** When the modules may have been read, by URL. */
  const times = new Map<string, number>();
  let since = Infinity;

  /** Returns whether it is new. */
  function note(noted: Noted, url: string, parentURL?: string): boolean {
    if (tell === undefined || !noted.add(url)) return false;
    const time = readTime(parentURL);
    times.set(url, time);
    since = Math.min(since, time);
    if (noted.hasFresh && !isFlushing) {
      isFlushing = true;
      queueMicrotask(flush);
    }
    return true;
  }

  /** Deno reads all that a module imports before it asks for the first of it. */
  function readTime(parentURL: string | undefined): number {
    const now = Date.now();
    const time = parentURL === undefined ? undefined : times.get(parentURL);
    return time !== undefined && now - time < LOAD_MILLISECONDS ? time : now;
  }

  /** Notes what is imported, and what that imports in turn, if it is compiled. */
  function noteImport(imported: CompiledImport): void {
    const todo = [imported];
    for (const { specifier, url, context } of todo) {
      if (note(paths, url, context.parentURL)) todo.push(...importsOf(url));
      notePackage(specifier, url, context);
    }
  }

  function flush(): void {
    isFlushing = false;
    tell?.({
      since,
      paths: paths.take(),
      workers: workers.take(),
      packages: packages.take(),
      hasHooks,
    });
    since = Infinity;
  }

  function notePackage(
    specifier: string,
    url: string,
    { parentURL, conditions, importAttributes }: ResolveContext,
  ): void {
    if (!isPackage(url)) return;
    if (isInstalled(url)) installed.add(fromFileUrl(url));
    const isPlain = !conditions.includes("require") &&
      Object.keys(importAttributes).length === 0;
    if (!isPlain || parentURL === undefined || !isOfApp(parentURL)) return;
    // What is in `node_modules` can be found from within the project alone.
    note(packages, isInstalled(url) || isOwn(url) ? url : specifier);
  }

  const noteWorker = (url: string) => {
    const { href } = URL.parse(url) ?? {};
    if (href !== undefined) note(workers, href);
  };
  let hasNodeWorkers = false;

  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        const resolved = nextResolve(specifier, context);
        assertMapped(specifier, resolved.url, context, nextResolve);
        noteImport({ specifier, url: resolved.url, context });
        if (tell === undefined && !isOfApp(context.parentURL ?? "")) {
          loaded.add(resolved.url);
        }
        if (resolved.url === "node:module") {
          hasHooks ||= mayHaveHooks(context.parentURL);
        }
        if (!hasNodeWorkers && resolved.url === "node:worker_threads") {
          hasNodeWorkers = true;
          watchNodeWorkers(noteWorker);
        }
        return resolved;
      } catch (error) {
        // A file that is missing heals the import when it appears.
        if (/^\.{0,2}\//.test(specifier)) {
          const { href } = URL.parse(specifier, context.parentURL) ?? {};
          if (href !== undefined) note(paths, href);
        }
        throw error;
      }
    },
  });
  watchWorkers(noteWorker);

  function report(next: typeof tell): void {
    tell = next;
    ({ paths, workers, packages } = nothingNoted());
  }

  return { installed, loaded, report };
}

function nothingNoted(): Record<"paths" | "workers" | "packages", Noted> {
  return {
    paths: new Noted(pathOfApp),
    workers: new Noted(pathOfApp),
    packages: new Noted((specifier) => specifier),
  };
}

/** What was noted, and what of it was not yet reported. */
class Noted {
  readonly #known = new Set<string>();
  readonly #names = new Set<string>();
  readonly #nameOf: (url: string) => string | undefined;
  #fresh: string[] = [];

  /** Reports what it is given by that name, if it has one. */
  constructor(nameOf: (url: string) => string | undefined) {
    this.#nameOf = nameOf;
  }

  /** Whether there is something to report. */
  get hasFresh(): boolean {
    return this.#fresh.length > 0;
  }

  /** Returns whether it is new. */
  add(url: string): boolean {
    if (this.#known.has(url)) return false;
    this.#known.add(url);
    const name = this.#nameOf(url);
    if (name === undefined || this.#names.has(name)) return true;
    this.#names.add(name);
    this.#fresh.push(name);
    return true;
  }

  /** Returns what was not yet reported. */
  take(): string[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}

function isOfApp(url: string): boolean {
  return url.startsWith("file:") && !isInstalled(url) && !isCached(url) &&
    !isOwn(url);
}

/**
 * Whether a module that imports `node:module` does so to register hooks. Deno
 * has nothing that could be replaced to be told of it.
 */
function mayHaveHooks(url = ""): boolean {
  if (!url.startsWith("file:") || isOwn(url)) return false;
  try {
    return Deno.readTextFileSync(fromFileUrl(url)).includes("registerHooks");
  } catch {
    return true;
  }
}

function pathOfApp(url: string): string | undefined {
  const [bare = ""] = url.split(/[?#]/, 1);
  return isOfApp(bare) ? fromFileUrl(bare) : undefined;
}
