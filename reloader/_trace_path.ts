import {
  absolutePath,
  isWithin,
  joinPath,
  nameOf,
  parentOf,
} from "./_paths.ts";

/** How many links in a row are followed before it is taken for a circle. */
const LINK_LIMIT = 40;

/** A name in a real folder on which the meaning of a path depends. */
export interface Point {
  /** The real folder: it has to be watched. */
  readonly folder: string;
  /** The name in it. */
  readonly name: string;
  /**
   * Whether the name is not the file itself but leads to it: a folder, a link,
   * or what is missing on the way.
   */
  readonly leads: boolean;
}

/** Where a path leads. */
export interface Trace {
  /** The path without links; `undefined` if something on the way is missing. */
  readonly real: string | undefined;
  /** What may change where it leads. */
  readonly points: readonly Point[];
}

/** Follows paths, and remembers the folders: use one for one round only. */
export class PathTracer {
  readonly #root: string;
  readonly #folders = new Map<string, Trace>();

  /** Follows the paths of the project in `root`, a path without links. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Follows the path of a file, which may be missing. */
  file(path: string, links = 0): Trace {
    const parent = this.folder(parentOf(path), links);
    if (parent.real === undefined) return parent;
    const real = joinPath(parent.real, nameOf(path));
    const target = linkTarget(real);
    const point = {
      folder: parent.real,
      name: nameOf(path),
      leads: target !== undefined,
    };
    const points = [...parent.points, point];
    if (target === undefined || links >= LINK_LIMIT) return { real, points };
    const rest = this.file(absolutePath(target, parent.real), links + 1);
    return { real: rest.real, points: [...points, ...rest.points] };
  }

  /** Follows the path of a folder, which may be missing. */
  folder(path: string, links = 0): Trace {
    let trace = this.#folders.get(path);
    if (trace === undefined) {
      trace = this.#followFolder(path, links);
      // Cut off in a circle of links, it may be right elsewhere.
      if (links < LINK_LIMIT) this.#folders.set(path, trace);
    }
    return trace;
  }

  #followFolder(path: string, links: number): Trace {
    const above = parentOf(path);
    if (above === path) return { real: path, points: [] };
    const parent = this.folder(above, links);
    if (parent.real === undefined) return parent;
    const real = joinPath(parent.real, nameOf(path));
    const target = linkTarget(real);
    const point = { folder: parent.real, name: nameOf(path), leads: true };
    const points = [...parent.points, point];
    if (target !== undefined) {
      if (links >= LINK_LIMIT) return { real: undefined, points };
      const rest = this.folder(absolutePath(target, parent.real), links + 1);
      return { real: rest.real, points: [...points, ...rest.points] };
    }
    if (!isFolder(real)) return { real: undefined, points };
    // A folder on the way to the project is told about by the project folder's
    // own events, if it goes; its parent may be as busy as "/tmp".
    const leadsToRoot = isWithin(this.#root, parent.real) &&
      this.#root !== parent.real;
    return { real, points: leadsToRoot ? parent.points : points };
  }
}

/** What the link at `path` says; `undefined` if there is no link. */
function linkTarget(path: string): string | undefined {
  try {
    return Deno.lstatSync(path).isSymlink ? Deno.readLinkSync(path) : undefined;
  } catch {
    // Missing or not to be seen: not a link that could be followed.
    return undefined;
  }
}

/** Whether there is a folder at `path`, not a link to one. */
function isFolder(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch (error) {
    // What is in it may be allowed nevertheless. Otherwise it is missing, or there
    // is nothing in it to be seen.
    return error instanceof Deno.errors.NotCapable;
  }
}
