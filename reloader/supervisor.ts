import { AppFiles } from "./_app_files.ts";
import { endFailure } from "./_end_failure.ts";
import type { GenerationProcess, LoadResult } from "./_generation_process.ts";
import type { LearntModules } from "./_learn_modules.ts";
import type { Failure } from "./messages.ts";
import { PrivateFolder } from "./_private_folder.ts";
import { startGeneration } from "./_start_generation.ts";
import type { SupervisorOptions } from "./supervisor_options.ts";
import { TerminalModes } from "./_terminal_modes.ts";

const MAX_CRASHES = 3;
const CRASH_WINDOW_MS = 5000;

/**
 * How long a new generation has the processor to itself before the next standby
 * starts, in milliseconds: its first responses would take longer otherwise.
 */
const STANDBY_DELAY_MS = 25;

/**
 * How long the listeners of a retired generation are waited for, in ms. An upload
 * keeps them open; then the next save has to go live nevertheless.
 */
const LISTENERS_MS = 300;

/**
 * How long a generation is waited for that retires, in ms. The app may keep it too
 * busy to pass on what comes in; then its successor is said to be live before all
 * that is.
 */
const RETIRE_MS = 300;

const SLOW_LOAD_MS = 10_000;

/** When nobody waits for the app any more, in milliseconds after the start. */
const TIDY_DELAY_MS = 2000;

/** Milliseconds beyond the grace period before a process is killed. */
const KILL_AFTER_MS = 2000;
/** How many of the files that have just been changed are likely to be again. */
const MAX_CHANGING = 4;

/**
 * Keeps one generation of an app serving and another one on standby, and lets
 * the one follow the other when a file changes. It never imports the app.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #folder: PrivateFolder = new PrivateFolder();
  readonly #files: AppFiles;
  readonly #terminal: TerminalModes | undefined;
  readonly #all: Set<GenerationProcess> = new Set();
  readonly #finished: PromiseWithResolvers<void> = Promise.withResolvers();
  #standby: GenerationProcess | undefined;
  #standbyTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #tidyTimer: ReturnType<typeof setTimeout>;
  #live: GenerationProcess | undefined;
  #isBroken = false;
  #count = 0;
  #sockets = 0;
  #changed: Set<string> = new Set();
  /** What had changed before the current load. */
  #paths: readonly string[] = [];
  #isWanted = true;
  #wake: PromiseWithResolvers<void> = Promise.withResolvers();
  #isStopping = false;
  /** The one before the live one, as long as it may still listen. */
  #retired: GenerationProcess | undefined;
  #crashes: number[] = [];

  /** Starts the first process; {@linkcode Supervisor.run} lets it serve. */
  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#files = new AppFiles(options, {
      onStir: (paths) => this.#standby?.wake(paths),
      onChange: (paths) => this.reload(paths),
    });
    this.#standby = this.#spawn({ isAwaited: true });
    // While it starts.
    this.#terminal = TerminalModes.open();
    this.#tidyTimer = setTimeout(
      () =>
        void this.#folder.removeLeft().catch(() => {
          // It is gone itself by now, or nobody may list what is beside it.
        }),
      TIDY_DELAY_MS,
    );
  }

  /** The folder for private sockets, which only this user can enter. */
  get directory(): string {
    return this.#folder.path;
  }

  /** Starts the app anew, because of changes to these paths or for no reason. */
  reload(paths: readonly string[] = []): void {
    for (const path of paths) this.#changed.add(path);
    this.#isWanted = true;
    this.#wake.resolve();
  }

  /** Runs until {@linkcode Supervisor.stop}. */
  async run(): Promise<void> {
    try {
      while (!this.#isStopping) {
        this.#wake = Promise.withResolvers();
        if (this.#isWanted) await this.#load();
        else await this.#wake.promise;
      }
    } catch (error) {
      // There is no job to be had, so nothing can be served.
      this.kill();
      throw error;
    }
    await this.#finished.promise;
  }

  /** Stops all generations, when they have finished their requests. */
  async stop(): Promise<void> {
    if (this.#isStopping) return await this.#finished.promise;
    this.#isStopping = true;
    clearTimeout(this.#standbyTimer);
    clearTimeout(this.#tidyTimer);
    this.#files.close();
    this.#options.relay?.close();
    this.#options.onStop?.();
    this.#wake.resolve();
    const { gracePeriod } = this.#options;
    for (const process of this.#all) {
      if (process === this.#live) process.stop();
      else if (process.generation === 0) process.kill();
      else process.hurry();
      this.#killLater(process, gracePeriod * 1000 + KILL_AFTER_MS);
    }
    await Promise.all([...this.#all].map(({ ended }) => ended));
    this.#terminal?.[Symbol.dispose]();
    await this.#options.relay?.finish();
    this.#folder.remove();
    this.#finished.resolve();
  }

  /** Ends all processes at once. */
  kill(): void {
    clearTimeout(this.#tidyTimer);
    for (const process of this.#all) process.kill();
    this.#terminal?.[Symbol.dispose]();
    this.#folder.remove();
  }

  async #load(): Promise<void> {
    const started = performance.now();
    const since = Date.now();
    const paths = [...this.#changed];
    this.#changed.clear();
    this.#paths = paths;
    this.#isWanted = false;
    const { startFiles = [] } = this.#options;
    const isOutdated = paths.some((path) => startFiles.includes(path)) ||
      this.#standby?.isOutdated;
    if (isOutdated) this.#dropStandby();
    const cleared = this.#clear();
    if (!this.#options.overlap) await this.#endLive();
    if (this.#isStopping) return;

    this.#terminal?.beforeLoad();
    const next = this.#takeStandby({ isAwaited: true });
    const generation = ++this.#count;
    this.#files.begin(generation);
    const notice = setTimeout(() => {
      this.#options.onNotice("The app is still loading after 10 s");
    }, SLOW_LOAD_MS);
    const result = await Promise.race([
      this.#go(next, generation, cleared),
      this.#wake.promise.then(() => "superseded" as const),
    ]);
    clearTimeout(notice);
    if (this.#isStopping) return next.kill();
    if (result === "superseded") {
      next.kill();
      this.#standby = this.#spawn({ isAwaited: true });
      return;
    }
    // One that had just been started cannot know yet that this is not for it.
    if (result.kind === "ended" && result.status.signal === "SIGHUP") {
      return this.reload(paths);
    }
    const start = { generation, paths, started, since, cleared };
    if (result.kind === "outdated") {
      next.kill();
      this.#standby = this.#spawn({ isAwaited: true });
      this.#count--;
      return this.reload(paths);
    }
    if (result.kind === "ready") {
      this.#files.modules.succeed();
      this.#isBroken = false;
      return await this.#take(next, result, start);
    }
    await this.#fail(next, result, start);
  }

  async #endLive(): Promise<void> {
    const live = this.#live;
    if (live === undefined) return;
    this.#live = undefined;
    live.stop();
    this.#killLater(live, this.#options.gracePeriod * 1000 + KILL_AFTER_MS);
    await live.ended;
  }

  /**
   * Has the generation before the live one listen no longer, as the kernel's
   * steering knows two listeners, no more. The next one can load meanwhile.
   *
   * @returns When another one may listen, if not at once.
   */
  #clear(): Promise<void> | undefined {
    const retired = this.#retired;
    if (retired === undefined || retired.isClosed) return undefined;
    retired.hurry();
    return Promise.race([retired.closed, delay(LISTENERS_MS)]);
  }

  async #go(
    process: GenerationProcess,
    generation: number,
    cleared: Promise<void> | undefined,
  ): Promise<LoadResult> {
    return await process.go(generation, await this.#options.job(), cleared);
  }

  /** Deals with a generation that could not load the app. */
  async #fail(
    next: GenerationProcess,
    result: LoadResult & { kind: "failed" | "ended" },
    start: LoadStart,
  ): Promise<void> {
    const failure = result.kind === "failed"
      ? result.failure
      : endFailure(result.status, "while it was loaded");
    const isKept = this.#options.onError === "keep" &&
      (this.#live !== undefined || !this.#options.overlap);
    this.#options.onFailure(failure, isKept);
    this.#files.watchGraph(start.since);
    if (isKept) {
      this.#terminal?.afterLoad({ isLive: false });
      next.kill();
      this.#standby = this.#spawn();
      return;
    }
    await this.#serveFailure(next, failure, start);
  }

  async #serveFailure(
    process: GenerationProcess,
    failure: Failure,
    start: LoadStart,
  ): Promise<void> {
    let server = process;
    if (server.hasEnded) server = this.#spawn({ isAwaited: true });
    const job = await this.#options.job();
    await start.cleared;
    const result = await server.fail(start.generation, job, failure);
    if (this.#isStopping) return server.kill();
    this.#isBroken = true;
    if (result.kind === "ready") {
      return await this.#take(server, result, start);
    }
    this.#options.onNotice(
      result.kind === "failed"
        ? `Cannot serve the error: ${result.failure.text}`
        : "Cannot serve the error: its process has ended",
    );
    if (this.#standby === server) this.#standby = undefined;
    this.#takeStandby();
  }

  /** Lets a generation that is ready take the place of the one before. */
  async #take(
    next: GenerationProcess,
    { report }: LoadResult & { kind: "ready" },
    { generation, paths, started, since }: LoadStart,
  ): Promise<void> {
    const previous = this.#live;
    this.#live = next;
    this.#terminal?.afterLoad({ isLive: true });
    this.#options.relay?.use(next);
    const retiring = this.#retire(previous, report.address);
    next.ended.then((status) => this.#onEnd(next, status));
    this.#files.watch(since);
    if (this.#standby === next) this.#standby = undefined;
    this.#standbyTimer = setTimeout(
      () => this.#takeStandby(),
      STANDBY_DELAY_MS,
    );
    await retiring;
    // It may have ended meanwhile, which has been told.
    if (this.#live !== next || this.#isStopping) return;
    this.#options.onStart({
      generation,
      paths,
      detail: report.detail,
      duration: performance.now() - started,
      isFailure: this.#isBroken,
    });
  }

  /** Lets a generation hand over to the one that takes requests at `successor`. */
  #retire(
    previous: GenerationProcess | undefined,
    successor: string | undefined,
  ): Promise<void> | undefined {
    if (previous === undefined || previous.hasEnded) return undefined;
    this.#retired = previous;
    const { gracePeriod } = this.#options;
    this.#killLater(previous, gracePeriod * 1000 + KILL_AFTER_MS);
    return Promise.race([previous.retire(successor), delay(RETIRE_MS)]);
  }

  /** The standby, started now if it has not been yet. */
  #takeStandby({ isAwaited = false } = {}): GenerationProcess {
    clearTimeout(this.#standbyTimer);
    if (this.#standby === undefined || this.#standby.hasEnded) {
      this.#standby = this.#spawn({ isAwaited });
    }
    return this.#standby;
  }

  /** The standby has been started under other conditions. */
  #dropStandby(): void {
    clearTimeout(this.#standbyTimer);
    this.#standby?.kill();
    this.#standby = undefined;
  }

  /** The live generation has ended without having been told to. */
  async #onEnd(
    process: GenerationProcess,
    status: Deno.CommandStatus,
  ): Promise<void> {
    if (this.#isStopping || process !== this.#live) return;
    this.#live = undefined;
    this.#options.relay?.use(undefined);
    const failure = endFailure(status, "while it served");
    const now = performance.now();
    this.#crashes = this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS);
    this.#crashes.push(now);
    this.#options.onFailure(failure, false);
    const isHopeless = status.success || this.#crashes.length >= MAX_CRASHES;
    if (!isHopeless) return this.reload();
    const start = {
      generation: ++this.#count,
      paths: [],
      started: now,
      since: Date.now(),
      cleared: this.#clear(),
    };
    const server = this.#takeStandby({ isAwaited: true });
    await this.#serveFailure(server, failure, start);
  }

  /** Starts a process, which prepares nothing if somebody waits for it. */
  #spawn({ isAwaited = false } = {}): GenerationProcess {
    const process = startGeneration(
      `${this.#folder.path}/${++this.#sockets}.sock`,
      (path) => this.#options.spawn(path, isAwaited),
      {
        onStandby: () => this.#prepare(process),
        onModules: (modules) => this.#onModules(process, modules),
        onReload: () => this.reload(),
        onStopped: (error) => this.#onStopped(process, error),
      },
    );
    this.#all.add(process);
    process.ended.then(() => {
      this.#terminal?.afterEnd({ wasLive: process === this.#live });
      this.#all.delete(process);
    });
    return process;
  }

  /** Has a process load ahead of time what it is likely to need. */
  #prepare(process: GenerationProcess): void {
    // One that somebody waits for has no time to prepare.
    if (process.generation > 0) return;
    const { likelyFiles, likelyPackages } = this.#files.modules;
    if (likelyFiles.length + likelyPackages.length === 0) return;
    process.prepare({
      paths: likelyFiles,
      // Those of a whole branch that was checked out are not worked on.
      changing: this.#paths.slice(0, MAX_CHANGING),
      packages: likelyPackages,
    });
  }

  #onStopped(process: GenerationProcess, error: string | undefined): void {
    if (process !== this.#live) return;
    if (error !== undefined) this.#options.onStopped(error);
    this.stop();
  }

  #onModules(process: GenerationProcess, modules: LearntModules): void {
    if (process.generation !== this.#count) return;
    const hasNewHooks = this.#files.note(modules);
    // They have not seen what was loaded ahead.
    if (hasNewHooks && process.hasPrepared) this.reload(this.#paths);
    // Those of a load are watched at its end, all at once.
    if (process === this.#live) this.#files.watch(Date.now());
  }

  #killLater(process: GenerationProcess, ms: number): void {
    const timer = setTimeout(() => process.kill(), ms);
    process.ended.then(() => clearTimeout(timer));
  }
}

interface LoadStart {
  generation: number;
  paths: readonly string[];
  started: number;
  since: number;
  cleared: Promise<void> | undefined;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => Deno.unrefTimer(setTimeout(resolve, ms)));
}
