import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { isGranted } from "./_is_granted.ts";
import { loadHook } from "./_load_hook.ts";
import { ownSource } from "./_own_source.ts";
import type { Parser } from "./_syntax_tree.ts";
import { TransformCache } from "./_transform_cache.ts";
import { REPORT_NAME } from "./instrument.ts";
import { noteThrown } from "./_thrown_errors.ts";
import { rehearseInstrument } from "./_rehearse_instrument.ts";

/** Options for {@linkcode installHook}. */
export interface HookOptions {
  /** The path of the project's folder: what is in it is instrumented. */
  root: string;
  /** The URL of acorn as one ES module, at least version 8.15. */
  acornUrl: string;
  /** The folder for instrumented files; none are kept without it. */
  cacheDir?: string;
  /**
   * Packages to instrument as well: `hono`, `@scope/name`.
   *
   * @default {[]}
   */
  packages?: readonly string[];
  /**
   * Patterns of files to leave as they are, such as `generated/**`, against
   * their paths in the project and their whole paths.
   *
   * @default {[]}
   */
  exclude?: readonly string[];
  /** The URL of the module whose scope `moduleEvaluator` leads to. */
  entry?: string;
  /**
   * Whether to instrument something right away, where there is time for it.
   *
   * @default {false}
   */
  rehearse?: boolean;
}

/** How many frames a stack has: async callers need more than the usual 10. */
const STACK_FRAMES = 50;

let isInstalling = false;
let hooks: ReturnType<typeof registerHooks> | undefined;

/**
 * Has the sources of a project instrumented when they are loaded from now on,
 * so that `framesOf` knows the frames of errors.
 *
 * It concerns this thread only: workers load their modules by themselves, and
 * their errors have no frames. All other modules are loaded as without it.
 *
 * It asks for no permission. With `--allow-read` for the project, links to its
 * folder are followed; without `--allow-read` and `--allow-write` for the cache,
 * all files are instrumented at every start.
 *
 * @param options What to instrument, and with what.
 * @throws {TypeError} If acorn cannot be loaded.
 *
 * @example Usage
 * ```ts ignore
 * import { installHook } from "./install_hook.ts";
 *
 * await installHook({ root: "/home/ann/app", acornUrl: "file:///…/acorn.mjs" });
 * await import("file:///home/ann/app/main.ts");
 * ```
 */
export async function installHook(options: HookOptions): Promise<void> {
  if (isInstalling || isHookInstalled()) return;
  isInstalling = true;
  try {
    const { root, acornUrl, cacheDir, entry } = options;
    const { packages = [], exclude = [] } = options;
    const { parser, version } = await loadParser(acornUrl);
    const isOwn = ownSource({ roots: await rootUrls(root), packages, exclude });
    const cache = new TransformCache(cacheDir, version);
    Error.stackTraceLimit = Math.max(Error.stackTraceLimit, STACK_FRAMES);
    Object.defineProperty(globalThis, REPORT_NAME, {
      value: noteThrown,
      configurable: true,
    });
    hooks = registerHooks({ load: loadHook({ isOwn, parser, cache, entry }) });
    if (options.rehearse) rehearseInstrument(parser);
  } finally {
    isInstalling = false;
  }
}

/**
 * Has all sources loaded as they are from now on. What has been instrumented
 * stays so.
 */
export function removeHook(): void {
  hooks?.deregister();
  hooks = undefined;
}

/**
 * Whether {@linkcode installHook} has done its work in this thread.
 *
 * @returns Whether it has.
 */
export function isHookInstalled(): boolean {
  return Object.hasOwn(globalThis, REPORT_NAME);
}

async function loadParser(
  url: string,
): Promise<{ parser: Parser; version: string }> {
  const acorn: Parser & { version?: string } = await import(url);
  if (typeof acorn.parse !== "function") {
    throw new TypeError(
      `Cannot parse with "${url}" as it must export "parse": it exports ${
        Object.keys(acorn).join(", ") || "nothing"
      }`,
    );
  }
  return { parser: acorn, version: acorn.version ?? "0" };
}

/** The folder as it was named, and as it is without symbolic links. */
async function rootUrls(root: string): Promise<string[]> {
  const real = isGranted("read", root)
    // It may have been removed since.
    ? await Deno.realPath(root).catch(() => root)
    : root;
  const urls = [root, real].map((path) =>
    pathToFileURL(path).href.replace(/\/?$/, "/")
  );
  return [...new Set(urls)];
}
