import { joinPath } from "./_paths.ts";
import type { Point } from "./_trace_path.ts";

/** How many events are remembered. */
const RECENT_LIMIT = 1000;

/** When something happened to files that nobody asked for, should they be watched. */
export class RecentEvents {
  readonly #times = new Map<string, number>();

  /** Something happens at a path. */
  add(path: string): void {
    this.#times.delete(path);
    this.#times.set(path, Date.now());
    if (this.#times.size <= RECENT_LIMIT) return;
    const [oldest] = this.#times.keys();
    if (oldest !== undefined) this.#times.delete(oldest);
  }

  /**
   * Whether something has happened where a file is, or on the way to it.
   *
   * @param points The names in folders that lead to the file.
   * @param moment Milliseconds since the epoch.
   */
  hasSince(points: readonly Point[], moment: number): boolean {
    return points.some(({ folder, name }) =>
      (this.#times.get(joinPath(folder, name)) ?? 0) > moment
    );
  }
}
