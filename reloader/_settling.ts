import type { Finding } from "./_known_files.ts";

/** How long a file that is gone may take to come back (a save by rename). */
const GONE_MILLISECONDS = 50;

/** How long a file that is empty may take to be filled (a slow writer). */
const EMPTY_MILLISECONDS = 250;

/** How long it has to be quiet before a burst of changes counts as over. */
const QUIET_MILLISECONDS = 10;

/**
 * The same while git holds its lock. It is rather waited for the end of that,
 * but a lock may also stay: a crash, a commit whose message is being written.
 */
const LONG_QUIET_MILLISECONDS = 1000;

/** How long it takes to notice that git is done. */
const LOCK_MILLISECONDS = 10;

/** A change so soon after the last report is the rest of a burst. */
const BURST_MILLISECONDS = 50;

/** A burst is reported after this time, even if it goes on. */
const BURST_LIMIT_MILLISECONDS = 2000;

/** The same while git is writing files. */
const LONG_BURST_LIMIT_MILLISECONDS = 60_000;

/** Options for {@linkcode Settling}. */
export interface SettlingOptions {
  /** Looks at a path; `sure` takes a file that is gone or empty to be so. */
  look(path: string, sure: boolean): Finding;
  /** Whether git is writing files where this one is. */
  isBusy(path: string): boolean;
  /** Whether nobody tells when a file is complete, so that it takes a wait. */
  isPatient: boolean;
  /**
   * Looks, before a report, at what else may have changed meanwhile.
   *
   * @param everything Whether to look at everything: events may be late.
   */
  lookAgain(everything: boolean): void;
  /** Takes the paths of a burst of changes. */
  report(paths: string[]): void;
}

/**
 * Decides when to look at a file that something has happened to, and when a
 * change can be reported: at once when it is a single one that is complete,
 * after a quiet time when it is one of several.
 */
export class Settling {
  readonly #options: SettlingOptions;
  /** When to look at a path, in milliseconds of `performance.now()`. */
  readonly #due = new Map<string, number>();
  /** Those of them that were gone or empty. */
  readonly #doubts = new Set<string>();
  readonly #changed = new Set<string>();
  #firstChange = 0;
  #lastEdge = 0;
  /** Whether git has been writing since the last report. */
  #wasBusy = false;
  #lastReport = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerEnd = Infinity;
  #soon: ReturnType<typeof setImmediate> | undefined;

  /** Starts with nothing to do. */
  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /**
   * Something has happened to the file.
   *
   * @param path Its path.
   * @param delay How many milliseconds later it is looked at, unless something
   * else happens to it.
   */
  touch(path: string, delay = 0): void {
    this.#doubts.delete(path);
    if (delay === 0) {
      this.#lookAt(path, false);
      return;
    }
    this.#lastEdge = performance.now();
    this.#due.set(path, this.#lastEdge + delay);
    this.#wakeAt(this.#lastEdge + delay);
  }

  /** Looks at the file, unless that is going to be done anyway. */
  check(path: string): void {
    if (!this.#due.has(path)) this.#lookAt(path, false);
  }

  /** The path is of no interest any more. */
  drop(path: string): void {
    this.#due.delete(path);
    this.#doubts.delete(path);
    this.#changed.delete(path);
  }

  /** Drops all. */
  close(): void {
    this.#due.clear();
    this.#changed.clear();
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
  }

  #lookAt(path: string, sure: boolean): void {
    const finding = this.#options.look(path, sure);
    this.#due.delete(path);
    if (finding === "same") return;
    const now = performance.now();
    this.#lastEdge = now;
    if (finding !== "changed") {
      const end = now +
        (finding === "gone" ? GONE_MILLISECONDS : EMPTY_MILLISECONDS);
      this.#doubts.add(path);
      this.#due.set(path, end);
      this.#wakeAt(end);
      return;
    }
    this.#doubts.delete(path);
    if (this.#changed.size === 0) this.#firstChange = now;
    this.#changed.add(path);
    // One turn later, so that events that wait already are part of it.
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      this.#proceed();
    });
  }

  #wakeAt(end: number): void {
    if (end >= this.#timerEnd) return;
    clearTimeout(this.#timer);
    this.#timerEnd = end;
    const delay = Math.max(0, end - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#timerEnd = Infinity;
      this.#proceed();
    }, delay);
  }

  #proceed(): void {
    const now = performance.now();
    for (const [path, due] of this.#due) {
      if (due <= now) this.#lookAt(path, this.#doubts.has(path));
    }
    if (this.#changed.size > 0 && this.#isQuiet(now)) this.#report();
    for (const due of this.#due.values()) this.#wakeAt(due);
  }

  /** Whether to report now; if not, sees to it that it is tried again. */
  #isQuiet(now: number): boolean {
    const [path = ""] = this.#changed;
    const isBusy = this.#options.isBusy(path);
    this.#wasBusy ||= isBusy;
    const quiet = isBusy ? LONG_QUIET_MILLISECONDS : this.#quietTime();
    const limit = this.#firstChange +
      (this.#wasBusy
        ? LONG_BURST_LIMIT_MILLISECONDS
        : BURST_LIMIT_MILLISECONDS);
    const end = Math.min(this.#lastEdge + quiet, limit);
    if (now < end) {
      this.#wakeAt(isBusy ? Math.min(end, now + LOCK_MILLISECONDS) : end);
      return false;
    }
    if (now >= limit) return true;
    const edge = this.#lastEdge;
    this.#options.lookAgain(this.#wasBusy || this.#options.isPatient);
    if (edge === this.#lastEdge) return true;
    this.#wakeAt(this.#lastEdge + QUIET_MILLISECONDS);
    return false;
  }

  #quietTime(): number {
    const isBurst = this.#changed.size > 1 ||
      this.#due.keys().some((path) => !this.#changed.has(path)) ||
      this.#lastEdge - this.#lastReport < BURST_MILLISECONDS ||
      this.#options.isPatient;
    return isBurst ? QUIET_MILLISECONDS : 0;
  }

  #report(): void {
    // What is gone since the quiet time began belongs to the same burst.
    for (const path of [...this.#doubts]) this.#lookAt(path, true);
    const paths = [...this.#changed];
    this.#changed.clear();
    this.#wasBusy = false;
    clearImmediate(this.#soon);
    this.#soon = undefined;
    this.#lastReport = performance.now();
    this.#options.report(paths);
  }
}
