import { registerHooks } from "node:module";
import { isCached, isInstalled, isOwn, isPackage } from "./_packages.ts";
import { watchNodeWorkers, watchWorkers } from "./_watch_workers.ts";

/** Local files that an app was made of since the last report, by their paths. */
export interface LearntModules {
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
  /** Has `tell` called from then on, with some modules at a time. */
  report(tell: (modules: LearntModules) => void): void;
}

/**
 * Reports each local file that is imported from now on, in whatever way: static,
 * dynamic and computed imports, JSON, text, `require`, and workers. What is in
 * `node_modules` is left out.
 *
 * A `resolve` hook costs nothing that can be measured; a `load` hook would.
 *
 * @returns What is going to tell.
 */
export function learnModules(): LearningModules {
  const paths = new Noted(pathOfApp);
  const workers = new Noted(pathOfApp);
  const packages = new Noted((specifier) => specifier);
  const installed = new Set<string>();
  let hasHooks = false;
  let tell: ((modules: LearntModules) => void) | undefined;
  let isFlushing = false;

  function note(noted: Noted, url: string): void {
    if (!noted.add(url, tell !== undefined) || isFlushing) return;
    isFlushing = true;
    queueMicrotask(flush);
  }

  function flush(): void {
    isFlushing = false;
    tell?.({
      paths: paths.take(),
      workers: workers.take(),
      packages: packages.take(),
      hasHooks,
    });
  }

  function notePackage(
    specifier: string,
    url: string,
    { parentURL, conditions, importAttributes }: ResolveContext,
  ): void {
    if (!isPackage(url)) return;
    if (isInstalled(url)) installed.add(toPath(url));
    const isPlain = !conditions.includes("require") &&
      Object.keys(importAttributes).length === 0;
    if (!isPlain || parentURL === undefined || !isOfApp(parentURL)) return;
    // What is in `node_modules` can be found from within the project alone.
    note(packages, isInstalled(url) || isOwn(url) ? url : specifier);
  }

  const noteModule = (url: string) => note(paths, url);
  const noteWorker = (url: string) => {
    const { href } = URL.parse(url) ?? {};
    if (href !== undefined) note(workers, href);
  };
  let hasNodeWorkers = false;

  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        const resolved = nextResolve(specifier, context);
        noteModule(resolved.url);
        notePackage(specifier, resolved.url, context);
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
        if (/^\.{0,2}\//.test(specifier) && context.parentURL) {
          noteModule(new URL(specifier, context.parentURL).href);
        }
        throw error;
      }
    },
  });
  watchWorkers(noteWorker);
  return { installed, report: (report) => void (tell = report) };
}

type ResolveContext = Parameters<
  NonNullable<Parameters<typeof registerHooks>[0]["resolve"]>
>[1];

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

  /** Returns whether there is something to report of it. */
  add(url: string, isWanted: boolean): boolean {
    if (this.#known.has(url)) return false;
    this.#known.add(url);
    const name = isWanted ? this.#nameOf(url) : undefined;
    if (name === undefined || this.#names.has(name)) return false;
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
    return Deno.readTextFileSync(toPath(url)).includes("registerHooks");
  } catch {
    return true;
  }
}

function pathOfApp(url: string): string | undefined {
  const [bare = ""] = url.split(/[?#]/, 1);
  return isOfApp(bare) ? toPath(bare) : undefined;
}

function toPath(url: string): string {
  const path = decodeURIComponent(new URL(url).pathname);
  return Deno.build.os === "windows"
    ? path.slice(1).replaceAll("/", "\\")
    : path;
}
