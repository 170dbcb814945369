import { basename } from "@std/path/basename";
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import { isSafeSegment } from "../_is_safe_segment.ts";
import { openSharedFile, type SharedFile } from "./_open_shared_file.ts";
import type { FileEncoding } from "./_preferred_encodings.ts";
import type { ResolvedExport } from "./_resolve_exports.ts";

/** What may be served. */
export interface SharingRules {
  /** Whether segments may begin with a dot. */
  dotfiles: boolean;
  /** Names and paths below the target that are not served. */
  disallow: readonly RegExp[];
  /** The precompressed files to look for, best first. */
  encodings: readonly FileEncoding[];
}

/** A file that answers a request. */
export interface FoundFile extends SharedFile {
  /** The path below the target, which tells the type of the content. */
  name: string;
  /** How the content is compressed, if it is. */
  encoding?: FileEncoding;
}

interface Location {
  path: string;
  root: string | undefined;
  name: string;
}

const SUFFIXES: Readonly<Record<FileEncoding, string>> = {
  br: ".br",
  gzip: ".gz",
};

/**
 * Opens the file that the first fitting export has for a URL path.
 *
 * @param exports The exports whose prefix is that of the path, in order of
 * priority.
 * @param segments The decoded segments of the URL path.
 * @param rules What may be served.
 * @returns The file, to be closed by the caller, or `undefined`.
 */
export async function findSharedFile(
  exports: readonly ResolvedExport[],
  segments: readonly string[],
  rules: SharingRules,
): Promise<FoundFile | undefined> {
  for (const shared of exports) {
    const rest = segments.slice(shared.segments.length);
    const location = locate(shared, rest, rules.dotfiles);
    const found = location && await openAllowed(location, rules.disallow);
    if (found) return await preferEncoded(found, location, rules);
  }
  return undefined;
}

function locate(
  { path, isDirectory }: ResolvedExport,
  rest: readonly string[],
  dotfiles: boolean,
): Location | undefined {
  // A directory is not served itself, and there is nothing below a file.
  if (isDirectory !== rest.length > 0) return undefined;
  if (!isDirectory) return { path, root: undefined, name: basename(path) };
  const isServed = rest.every((segment) =>
    isSafeSegment(segment) && (dotfiles || !segment.startsWith("."))
  );
  if (!isServed) return undefined;
  return { path: join(path, ...rest), root: path, name: rest.join("/") };
}

async function openAllowed(
  { path, root, name }: Location,
  disallow: readonly RegExp[],
): Promise<FoundFile | undefined> {
  if (isDisallowed(name, disallow)) return undefined;
  const shared = await openSharedFile(path, root);
  if (shared === undefined) return undefined;
  // A link inside of the root is no way around, either.
  if (!isDisallowed(shared.realName, disallow)) return { ...shared, name };
  shared.file.close();
  return undefined;
}

/** Whether the path or a directory on its way is not to be served. */
function isDisallowed(name: string, disallow: readonly RegExp[]): boolean {
  if (disallow.length === 0) return false;
  return name.split("/").some((segment, i, segments) => {
    const path = segments.slice(0, i + 1).join("/");
    return disallow.some((glob) => glob.test(segment) || glob.test(path));
  });
}

async function preferEncoded(
  plain: FoundFile,
  { path, root = dirname(path), name }: Location,
  { encodings, disallow }: SharingRules,
): Promise<FoundFile> {
  for (const encoding of encodings) {
    const suffix = SUFFIXES[encoding];
    const sibling = await openAllowed({
      path: path + suffix,
      root,
      name: name + suffix,
    }, disallow);
    if (sibling === undefined) continue;
    if (isStale(sibling, plain)) {
      sibling.file.close();
      continue;
    }
    plain.file.close();
    return { ...sibling, name, encoding };
  }
  return plain;
}

/** Whether the original was saved after it had been compressed. */
function isStale(sibling: SharedFile, plain: SharedFile): boolean {
  return (sibling.info.mtime ?? 0) < (plain.info.mtime ?? 0);
}
