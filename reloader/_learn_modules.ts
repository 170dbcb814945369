import { registerHooks } from "node:module";

/** Paths of devserve itself, which do not change under its user's hands. */
const OWN_BASE = new URL("../", import.meta.url).href;

/**
 * Reports each local file that is imported from now on, in whatever way: static,
 * dynamic and computed imports, JSON, text, `require`. What is in `node_modules`
 * is left out.
 *
 * A `resolve` hook costs nothing that can be measured; a `load` hook would.
 *
 * @returns Has `report` called from then on, with some paths at a time.
 */
export function learnModules(): (
  report: (paths: string[]) => void,
) => void {
  const known = new Set<string>();
  let fresh: string[] = [];
  let tell: ((paths: string[]) => void) | undefined;

  function note(url: string): void {
    const [bare = ""] = url.split(/[?#]/, 1);
    if (known.has(bare)) return;
    known.add(bare);
    if (tell === undefined || !isOfApp(bare)) return;
    if (fresh.length === 0) queueMicrotask(flush);
    fresh.push(toPath(bare));
  }

  function flush(): void {
    const paths = fresh;
    fresh = [];
    tell?.(paths);
  }

  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        const resolved = nextResolve(specifier, context);
        note(resolved.url);
        return resolved;
      } catch (error) {
        // A file that is missing heals the import when it appears.
        if (/^\.{0,2}\//.test(specifier) && context.parentURL) {
          note(new URL(specifier, context.parentURL).href);
        }
        throw error;
      }
    },
  });
  noteWorkers(note);
  return (report) => tell = report;
}

/** A worker resolves its modules by itself; what is told is its entry. */
function noteWorkers(note: (url: string) => void): void {
  const { Worker } = globalThis;
  globalThis.Worker = new Proxy(Worker, {
    construct(target, args, newTarget) {
      const [specifier] = args as [string | URL];
      if (URL.canParse(String(specifier))) note(String(specifier));
      return Reflect.construct(target, args, newTarget);
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
