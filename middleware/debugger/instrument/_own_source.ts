/** Options for {@linkcode ownSource}. */
export interface OwnSourceOptions {
  /** The URLs of the project's folder, each with a slash at its end. */
  readonly roots: readonly string[];
  /** Packages that count as own: `hono`, `@scope/name`. */
  readonly packages: readonly string[];
  /** Patterns of paths that do not count as own. */
  readonly exclude: readonly string[];
}

/** Files that have JavaScript or are made to it. */
const CODE_REGEXP = /\.[cm]?[jt]sx?$/;

/** A package in `node_modules`, or in Deno's cache with its version. */
const PACKAGE_REGEXP =
  /.*\/(?:node_modules\/((?:@[^/]+\/)?[^/@]+)\/|npm\/(?:[^/]+\.[^/]+|localhost_\d+)\/((?:@[^/]+\/)?[^/]+)\/\d+\.\d+\.\d+[^/]*\/)/;

/** This file in a working copy of devserve. */
const OWN_PLACE = "middleware/debugger/instrument/_own_source.ts";

/**
 * Makes the test for the sources that the debugger shows variables of: the
 * code in the project, but not in its `node_modules`.
 *
 * @param options What counts as own.
 * @returns A function that tells whether a URL is that of an own source.
 */
export function ownSource(
  { roots, packages, exclude }: OwnSourceOptions,
): (url: string) => boolean {
  const wanted = new Set(packages);
  const patterns = exclude.map(patternRegExp);
  const self = import.meta.url.endsWith(OWN_PLACE)
    ? import.meta.url.slice(0, -OWN_PLACE.length)
    : undefined;

  function isIncluded(url: string): boolean {
    const [, installed, cached] = PACKAGE_REGEXP.exec(url) ?? [];
    const name = installed ?? cached;
    if (name !== undefined) return wanted.has(name);
    // Apps within a working copy of devserve are its examples and tests.
    const isSelf = self !== undefined && url.startsWith(self) &&
      !/^(?:examples|tests)\//.test(url.slice(self.length));
    return !isSelf && roots.some((root) => url.startsWith(root));
  }

  return (url) => {
    const [file = ""] = url.split(/[?#]/, 1);
    if (!file.startsWith("file:") || !CODE_REGEXP.test(file)) return false;
    return isIncluded(file) && !isExcluded(file, roots, patterns);
  };
}

function isExcluded(
  url: string,
  roots: readonly string[],
  patterns: readonly RegExp[],
): boolean {
  if (patterns.length === 0) return false;
  const root = roots.find((item) => url.startsWith(item)) ?? "";
  const inside = decoded(url.slice(root.length));
  const path = decoded(new URL(url).pathname);
  return patterns.some((item) => item.test(inside) || item.test(path));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A name with a "%" that stands for itself.
    return path;
  }
}

/** `*` and `?` within a name, `**` for any folders; a folder means all in it. */
function patternRegExp(pattern: string): RegExp {
  const source = pattern.replaceAll("\\", "/").replace(/\/$/, "").replace(
    /\*\*\/|\*\*|\*|\?|[^*?]+/g,
    (part) => {
      if (part === "**/") return "(?:.*/)?";
      if (part === "**") return ".*";
      if (part === "*") return "[^/]*";
      if (part === "?") return "[^/]";
      return RegExp.escape(part);
    },
  );
  return new RegExp(`^${source}(?:/.*)?$`);
}
