import type { ErrorReport } from "./error_report.ts";

/** How many errors are kept: their frames hold on to all that is in scope. */
const MAX_ERRORS = 20;

/**
 * Keeps the newest 20 errors, each with what lives behind its report. With the
 * oldest goes all that its frames have held on to.
 *
 * @typeParam Entry What is kept of an error.
 *
 * @example Usage
 * ```ts ignore
 * const store = new ErrorStore<MadeReport>();
 * store.add(makeReport(error, { kind: "request", root }));
 * const [newest] = store.list();
 * ```
 */
export class ErrorStore<Entry extends { readonly report: ErrorReport }> {
  /** By id, oldest first: a `Map` keeps the order in which it was filled. */
  readonly #entries: Map<string, Entry> = new Map();

  /**
   * Keeps an error, and drops the oldest if there are too many.
   *
   * @param entry What is kept.
   */
  add(entry: Entry): void {
    this.#entries.set(entry.report.id, entry);
    if (this.#entries.size <= MAX_ERRORS) return;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest!);
  }

  /**
   * Finds an error.
   *
   * @param id The id of its report.
   * @returns What was kept; `undefined` if it is unknown or dropped.
   */
  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  /**
   * Lists the errors.
   *
   * @returns What was kept, newest first.
   */
  list(): Entry[] {
    return [...this.#entries.values()].reverse();
  }

  /** Drops all errors. */
  clear(): void {
    this.#entries.clear();
  }
}
