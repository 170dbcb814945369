import { registerHooks, syncBuiltinESMExports } from "node:module";
import process from "node:process";

/** Paths of devserve itself, which do not change under its user's hands. */
const OWN_BASE = new URL("../", import.meta.url).href;

/** Local files that an app was made of since the last report, by their paths. */
export interface LearntModules {
  /** What was imported. */
  readonly paths: readonly string[];
  /** The main modules of workers, whose imports nobody tells. */
  readonly workers: readonly string[];
}

/**
 * Reports each local file that is imported from now on, in whatever way: static,
 * dynamic and computed imports, JSON, text, `require`, and workers. What is in
 * `node_modules` is left out.
 *
 * A `resolve` hook costs nothing that can be measured; a `load` hook would.
 *
 * @returns Has `report` called from then on, with some paths at a time.
 */
export function learnModules(): (
  report: (modules: LearntModules) => void,
) => void {
  const paths = new Noted();
  const workers = new Noted();
  let tell: ((modules: LearntModules) => void) | undefined;
  let isFlushing = false;

  function note(noted: Noted, url: string): void {
    if (!noted.add(url, tell !== undefined) || isFlushing) return;
    isFlushing = true;
    queueMicrotask(flush);
  }

  function flush(): void {
    isFlushing = false;
    tell?.({ paths: paths.take(), workers: workers.take() });
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
  globalThis.Worker = watched(globalThis.Worker, noteWorker);
  return (report) => tell = report;
}

/** Files that were noted, those not yet reported among them. */
class Noted {
  readonly #known = new Set<string>();
  #fresh: string[] = [];

  /** Returns whether there is something to report of it. */
  add(url: string, isWanted: boolean): boolean {
    const [bare = ""] = url.split(/[?#]/, 1);
    if (this.#known.has(bare)) return false;
    this.#known.add(bare);
    if (!isWanted || !isOfApp(bare)) return false;
    this.#fresh.push(toPath(bare));
    return true;
  }

  /** Returns what was not yet reported. */
  take(): string[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}

/** Only an app that imports `node:worker_threads` is to wait for it. */
function watchNodeWorkers(noteWorker: (url: string) => void): void {
  const threads = process.getBuiltinModule("node:worker_threads");
  const { pathToFileURL } = process.getBuiltinModule("node:url");
  threads.Worker = watched(threads.Worker, (specifier, options) => {
    if (options?.eval) return;
    const isPath = /^(?:\.{0,2}[\\/]|[A-Za-z]:\\)/.test(specifier);
    noteWorker(isPath ? pathToFileURL(specifier).href : specifier);
  });
  syncBuiltinESMExports();
}

/** A class of workers whose main modules are noted. */
function watched<T extends new (...args: never[]) => object>(
  Worker: T,
  note: (specifier: string, options?: { eval?: boolean }) => void,
): T {
  return new Proxy(Worker, {
    construct(target, args, newTarget) {
      const worker = Reflect.construct(target, args, newTarget);
      note(String(args[0]), args[1]);
      return worker;
    },
  });
}

/** A package in Deno's cache: `npm/<registry>/@scope/name/1.2.3/`. */
const CACHED_REGEXP = /\/npm\/[^/]+\/(?:@[^/]+\/)?[^/]+\/\d+\.\d+\.\d+/;

function isOfApp(url: string): boolean {
  return url.startsWith("file:") && !url.includes("/node_modules/") &&
    !CACHED_REGEXP.test(url) &&
    (!url.startsWith(OWN_BASE) || /\/(?:examples|tests)\//.test(url));
}

function toPath(url: string): string {
  const path = decodeURIComponent(new URL(url).pathname);
  return Deno.build.os === "windows"
    ? path.slice(1).replaceAll("/", "\\")
    : path;
}
