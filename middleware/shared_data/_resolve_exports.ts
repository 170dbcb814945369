import { pathSegments } from "../_url_path_segments.ts";

/**
 * What to share: the path or `file:` URL of a file or directory, or a module
 * specifier and a path beside that module.
 */
export type SharedDataTarget =
  | string
  | URL
  | readonly [specifier: string, subpath: string];

/** URL prefixes and what to share under each, the first match wins. */
export type SharedDataExports =
  | Readonly<Record<string, SharedDataTarget>>
  | Iterable<readonly [prefix: string, target: SharedDataTarget]>;

/** An export whose target exists. */
export interface ResolvedExport {
  /** The decoded segments of the URL prefix. */
  segments: string[];
  /** The absolute path of the target. */
  path: string;
  /** Whether the target is a directory. */
  isDirectory: boolean;
}

// One letter before the colon is a drive.
const URL_REGEXP = /^[a-z][a-z\d+.-]+:\/\//i;
const ABSOLUTE_REGEXP = /^(?:[a-z]:)?[\\/]/i;
const RELATIVE_REGEXP = /^\.{0,2}(?:\/|$)/;

/**
 * Finds the file or directory of each export.
 *
 * Does without `@std/path`, which is loaded with the first request for a file.
 *
 * @param exports The exports.
 * @returns The exports in the same order.
 */
export function resolveExports(exports: SharedDataExports): ResolvedExport[] {
  if (typeof exports !== "object" || exports === null) {
    throw new TypeError(
      `Cannot share data as exports must map URL prefixes to paths: current value is ${
        Deno.inspect(exports)
      }`,
    );
  }
  const pairs = Symbol.iterator in exports ? exports : Object.entries(exports);
  return Array.from(pairs, ([prefix, target]) => resolveExport(prefix, target));
}

function resolveExport(
  prefix: string,
  target: SharedDataTarget,
): ResolvedExport {
  const segments = typeof prefix === "string" && prefix.startsWith("/")
    ? pathSegments(prefix)
    : undefined;
  if (segments === undefined) {
    throw new TypeError(
      `Cannot share data as each prefix must be a URL path that begins with "/": current value is ${
        Deno.inspect(prefix)
      }`,
    );
  }
  const path = targetPath(prefix, target);
  const info = statTarget(prefix, path);
  if (info.isDirectory && segments.at(-1) === "") segments.pop();
  return { segments, path, isDirectory: info.isDirectory };
}

function targetPath(prefix: string, target: SharedDataTarget): string {
  if (target instanceof URL) return filePathOf(prefix, target);
  if (typeof target === "string") {
    if (URL_REGEXP.test(target)) return filePathOf(prefix, new URL(target));
    return ABSOLUTE_REGEXP.test(target) ? target : `${Deno.cwd()}/${target}`;
  }
  if (
    Array.isArray(target) && target.length === 2 &&
    target.every((part) => typeof part === "string")
  ) {
    const [specifier, subpath] = target;
    return filePathOf(prefix, resolveBeside(prefix, specifier, subpath));
  }
  throw new TypeError(
    `Cannot share "${prefix}" as the target must be a path, a file: URL or [specifier, subpath]: current value is ${
      Deno.inspect(target)
    }`,
  );
}

function resolveBeside(
  prefix: string,
  specifier: string,
  subpath: string,
): URL {
  // It would be resolved against this file, wherever that was installed.
  if (RELATIVE_REGEXP.test(specifier)) {
    throw new TypeError(
      `Cannot share "${prefix}" as a relative specifier has no base here, use a path or a URL: current value is "${specifier}"`,
    );
  }
  let base: string;
  try {
    base = import.meta.resolve(specifier);
  } catch (cause) {
    throw new TypeError(
      `Cannot share "${prefix}" as the import map does not have "${specifier}": pass new URL(path, import.meta.resolve("${specifier}")) from a module that can import it`,
      { cause },
    );
  }
  if (!base.startsWith("file:")) {
    throw new TypeError(
      `Cannot share "${prefix}" as "${specifier}" must resolve to a file: URL, only local files are served: current value is "${base}"`,
    );
  }
  return new URL(subpath, base);
}

function filePathOf(prefix: string, url: URL): string {
  if (url.protocol !== "file:") {
    throw new TypeError(
      `Cannot share "${prefix}" as a URL must have the scheme file:, only local files are served: current value is "${url}"`,
    );
  }
  const path = pathSegments(url.pathname)?.join("/");
  if (path === undefined) {
    throw new TypeError(
      `Cannot share "${prefix}" as the path of the URL cannot be decoded: current value is "${url}"`,
    );
  }
  if (Deno.build.os !== "windows") return `/${path}`;
  return url.host === "" ? path : `//${url.host}/${path}`;
}

function statTarget(prefix: string, path: string): Deno.FileInfo {
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Deno.errors.NotFound(
      `Cannot share "${prefix}": no file or directory at "${path}"`,
      { cause },
    );
  }
  if (info.isFile || info.isDirectory) return info;
  throw new TypeError(
    `Cannot share "${prefix}" as "${path}" is neither a file nor a directory`,
  );
}
