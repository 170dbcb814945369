import { type Excluded, isIgnoredName } from "./_excluded.ts";
import { globToRegExp, isGlob } from "./_glob.ts";
import {
  absolutePath,
  isWithin,
  joinPath,
  namesBelow,
  withSlashes,
} from "./_paths.ts";

/** What the extra files are at a moment. */
export interface ExtraFiles {
  /** Their paths; one that was given and is missing is among them. */
  readonly files: ReadonlySet<string>;
  /** The folders that were listed, where further files may appear. */
  readonly folders: ReadonlySet<string>;
}

/** One of the files, folders and globs that were given. */
interface Entry {
  /** The file or folder; of a glob, the folder that it begins in. */
  readonly base: string;
  /** The glob, for whole paths with slashes; of a path, none. */
  readonly glob: RegExp | undefined;
  /** How many names below the base a file can be. */
  readonly depth: number;
}

/** A look at all that one of them stands for. */
interface Walk {
  readonly entry: Entry;
  readonly files: Set<string>;
  readonly folders: Set<string>;
  /** The folders that links have led to. */
  readonly linked: Set<string>;
}

/** Finds the files that files, folders and globs stand for. */
export class ExtraPatterns {
  readonly #entries: readonly Entry[];
  readonly #isExcluded: Excluded;

  /**
   * @param patterns Files, folders and globs, absolute or relative to `root`.
   * @param root The project folder.
   * @param isExcluded What is left out.
   */
  constructor(
    patterns: Iterable<string>,
    root: string,
    isExcluded: Excluded,
  ) {
    this.#entries = Array.from(patterns, (text) => entryOf(text, root));
    this.#isExcluded = isExcluded;
  }

  /** The files as they are now. */
  find(): ExtraFiles {
    const files = new Set<string>();
    const folders = new Set<string>();
    for (const entry of this.#entries) {
      if (this.#isExcluded(entry.base)) continue;
      const isFolder = kindOf(entry.base) === "folder";
      if (isFolder || entry.glob !== undefined) {
        const walk = { entry, files, folders, linked: new Set<string>() };
        this.#walk(walk, entry.base, []);
      } else {
        files.add(entry.base);
      }
    }
    return { files, folders };
  }

  /** Whether a file at this path would be among them. */
  wantsFile(path: string): boolean {
    return !this.#isExcluded(path) &&
      this.#entries.some((entry) => wants(entry, path) && matches(entry, path));
  }

  /** Whether there could be any of them in a folder at this path. */
  wantsFolder(path: string): boolean {
    return !this.#isExcluded(path) &&
      this.#entries.some((entry) =>
        wants(entry, path) && namesBelow(path, entry.base).length < entry.depth
      );
  }

  #walk(walk: Walk, folder: string, above: readonly string[]): void {
    const { entry, files, folders } = walk;
    // The missing base of a glob is watched for, too.
    folders.add(folder);
    // Only a link can lead back to a folder that it is in.
    const real = realFolder(folder);
    if (real === undefined || above.includes(real)) return;
    const isDeepest = above.length + 1 >= entry.depth;
    for (const item of listFolder(real)) {
      const path = joinPath(folder, item.name);
      if (isIgnoredName(item.name) || this.#isExcluded(path)) continue;
      const isFolder = item.isSymlink
        ? kindOf(path) === "folder"
        : item.isDirectory;
      const known = [...above, real];
      if (!isFolder) {
        if (matches(entry, path)) files.add(path);
      } else if (
        !isDeepest && !(item.isSymlink && wasSeen(walk, path, known))
      ) {
        this.#walk(walk, path, known);
      }
    }
  }
}

function entryOf(text: string, root: string): Entry {
  const path = absolutePath(text, root);
  // A name such as "[id].ts" is itself where there is such a file.
  if (!isGlob(text) || kindOf(path) !== "missing") {
    return { base: path, glob: undefined, depth: Infinity };
  }
  const names = namesBelow(path, absolutePath("/", root));
  const end = names.findIndex(isGlob);
  const below = names.slice(end);
  let base = path;
  for (let count = below.length; count > 0; count--) {
    base = absolutePath("..", base);
  }
  // Braces with a slash in them were cut in two: how deep they go is open.
  const isDeep = below.some((name) => name.includes("**") || /[{}]/.test(name));
  return {
    base,
    glob: globToRegExp(withSlashes(path)),
    depth: isDeep ? Infinity : below.length,
  };
}

/**
 * Whether a link leads to what is found without it, or by another one: folders
 * that are linked with one another would be found in as many ways as there are.
 */
function wasSeen(
  { entry, linked }: Walk,
  path: string,
  [base = ""]: readonly string[],
): boolean {
  // Such a pattern can be meant for what is behind the link alone.
  if (entry.depth !== Infinity) return false;
  const real = realFolder(path);
  if (real === undefined || isWithin(real, base) || linked.has(real)) {
    return true;
  }
  linked.add(real);
  return false;
}

/** Whether the path is below the base, and no ignored name is between. */
function wants(entry: Entry, path: string): boolean {
  return isWithin(path, entry.base) &&
    !namesBelow(path, entry.base).some(isIgnoredName);
}

function matches(entry: Entry, path: string): boolean {
  return entry.glob === undefined || entry.glob.test(withSlashes(path));
}

/** What is at `path`, through links. */
function kindOf(path: string): "file" | "folder" | "missing" {
  try {
    return Deno.statSync(path).isDirectory ? "folder" : "file";
  } catch {
    // A link to nothing and a folder that may not be entered are no files.
    return "missing";
  }
}

function realFolder(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    // Gone in the meantime.
    return undefined;
  }
}

function listFolder(path: string): Iterable<Deno.DirEntry> {
  try {
    return [...Deno.readDirSync(path)];
  } catch {
    // Gone in the meantime, a file, or not to be read: it has no files for us.
    return [];
  }
}
