import { joinPath, parentOf } from "./_paths.ts";

/** A package in Deno's cache: `npm/registry.npmjs.org/@scope/name/1.2.3/`. */
const CACHED_REGEXP =
  /\/npm\/(?:[^/]+\.[^/]+|localhost_\d+)\/(?:@[^/]+\/)?[^/]+\/\d+\.\d+\.\d+/;

/** Where devserve itself is, which does not change under its user's hands. */
const OWN_BASE = new URL("../", import.meta.url).href;

/** Whether a module is of devserve itself, and not of its examples or tests. */
export function isOwn(url: string): boolean {
  return url.startsWith(OWN_BASE) && !/\/(?:examples|tests)\//.test(url);
}

/** Whether a file URL leads into a package in Deno's cache. */
export function isCached(url: string): boolean {
  return CACHED_REGEXP.test(url);
}

/** Whether a file URL leads into a package of `node_modules`. */
export function isInstalled(url: string): boolean {
  return url.includes("/node_modules/");
}

/**
 * Whether remote modules are kept in a folder `vendor` beside a config file, where
 * people change them.
 */
export function hasVendor(configFiles: readonly string[]): boolean {
  return configFiles.some((path) => {
    try {
      return Deno.statSync(joinPath(parentOf(path), "vendor")).isDirectory;
    } catch {
      return false;
    }
  });
}

/** Whether a module is of a package, so that nobody is expected to change it. */
export function isPackage(url: string): boolean {
  return url.startsWith("file:")
    ? isInstalled(url) || isCached(url) || isOwn(url)
    : /^(?:https?|jsr|npm):/.test(url);
}
