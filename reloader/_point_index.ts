import { joinPath, nameOf, parentOf } from "./_paths.ts";
import { PathTracer, type Point } from "./_trace_path.ts";

/** What depends on a name in a folder. */
export interface Dependents {
  /** The files that it is, or that it leads to. */
  readonly files: Set<string>;
  /** Whether it leads to any, so that they may be elsewhere now. */
  leads: boolean;
}

/** Tells what an event in a real folder means for the paths as they are used. */
export class PointIndex {
  readonly #points = new Map<string, Dependents>();
  readonly #listed = new Map<string, Set<string>>();
  readonly #filesOf = new Map<string, Set<string>>();
  /** The real folders to watch. */
  readonly folders = new Set<string>();

  /**
   * @param root The project folder.
   * @param files The files, existing or not.
   * @param listed Folders in which files may appear.
   */
  constructor(root: string, files: Iterable<string>, listed: Iterable<string>) {
    const tracer = new PathTracer(realPath(root));
    for (const folder of listed) {
      const { real, points } = tracer.folder(folder);
      for (const point of points) this.#add(point);
      if (real === undefined) continue;
      this.folders.add(real);
      setOf(this.#listed, real).add(folder);
    }
    for (const file of files) {
      for (const point of tracer.file(file).points) {
        this.#add(point).files.add(file);
        setOf(this.#filesOf, point.folder).add(file);
      }
    }
  }

  /** What depends on the path of an event. */
  at(path: string): Dependents | undefined {
    return this.#points.get(path);
  }

  /** What the path of an event is called where files may appear. */
  namesInListed(path: string): string[] {
    const folders = this.#listed.get(parentOf(path));
    if (folders === undefined) return [];
    return Array.from(folders, (folder) => joinPath(folder, nameOf(path)));
  }

  /** The files that depend on a folder. */
  filesOf(folder: string): ReadonlySet<string> {
    return this.#filesOf.get(folder) ?? new Set();
  }

  /** Whether files may appear in a folder. */
  isListed(folder: string): boolean {
    return this.#listed.has(folder);
  }

  #add(point: Point): Dependents {
    this.folders.add(point.folder);
    const path = joinPath(point.folder, point.name);
    let dependents = this.#points.get(path);
    if (dependents === undefined) {
      dependents = { files: new Set(), leads: false };
      this.#points.set(path, dependents);
    }
    dependents.leads ||= point.leads;
    return dependents;
  }
}

function setOf(
  sets: Map<string, Set<string>>,
  key: string,
): Set<string> {
  let set = sets.get(key);
  if (set === undefined) {
    set = new Set();
    sets.set(key, set);
  }
  return set;
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    // Missing: it cannot be a link either.
    return path;
  }
}
