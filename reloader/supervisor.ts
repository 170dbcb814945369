import { AppFiles } from "./_app_files.ts";
import { crashLimit } from "./_crash_limit.ts";
import { endFailure } from "./_end_failure.ts";
import { GenerationPool } from "./_generation_pool.ts";
import type { GenerationProcess, LoadResult } from "./_generation_process.ts";
import type { LearntModules } from "./_learn_modules.ts";
import type { Failure } from "./messages.ts";
import { ReloadWish } from "./_reload_wish.ts";
import type { SupervisorOptions } from "./supervisor_options.ts";
import { TerminalModes } from "./_terminal_modes.ts";

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

/**
 * After how long a load that does not end is looked into, in ms: a change of what
 * it hangs in has to be noticed.
 */
const LOOK_INTO_MS = 1000;

/** How many of the files that have just been changed are likely to be again. */
const MAX_CHANGING = 4;

/**
 * Keeps one generation of an app serving and another one on standby, and lets
 * the one follow the other when a file changes. It never imports the app.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #pool: GenerationPool;
  readonly #files: AppFiles;
  readonly #terminal: TerminalModes | undefined;
  readonly #wish: ReloadWish = new ReloadWish();
  readonly #isHopeless: () => boolean = crashLimit();
  readonly #finished: PromiseWithResolvers<void> = Promise.withResolvers();
  #count = 0;
  #live: GenerationProcess | undefined;
  /** The one that is going to follow it, until it is live. */
  #next: GenerationProcess | undefined;
  /** The one before the live one, as long as it may still listen. */
  #retired: GenerationProcess | undefined;
  /** How the live one has ended, if it is not to be started again. */
  #crash: Failure | undefined;
  /** What had changed before the current load. */
  #paths: readonly string[] = [];
  #lastJob: { readonly job: unknown } | undefined;
  #isBroken = false;
  #isStopping = false;

  /** Starts the first process; {@linkcode Supervisor.run} lets it serve. */
  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#files = new AppFiles(options, {
      onStir: (paths) => this.#pool.standby?.wake(paths),
      onChange: (paths) => this.reload(paths),
    });
    this.#pool = new GenerationPool(options.gracePeriod, {
      spawn: (path, traits) => options.spawn(path, traits),
      onStandby: (process) => this.#prepare(process),
      onModules: (process, modules) => this.#onModules(process, modules),
      onReload: () => this.reload(),
      onStopped: (process) => this.#onStopped(process),
      onEnd: (process) => {
        this.#terminal?.afterEnd({ wasLive: process === this.#live });
      },
    });
    // While the first process starts.
    this.#terminal = TerminalModes.open();
    this.#wish.add();
  }

  /** The folder for private sockets, which only this user can enter. */
  get directory(): string {
    return this.#pool.directory;
  }

  /** Starts the app anew, because of changes to these paths or for no reason. */
  reload(paths: readonly string[] = []): void {
    this.#wish.add(paths);
  }

  /** Runs until {@linkcode Supervisor.stop}. */
  async run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        if (this.#wish.isThere) await this.#load();
        else if (this.#crash !== undefined) await this.#serveCrash(this.#crash);
        else await this.#wish.next();
      } catch (error) {
        this.#survive(error);
      } finally {
        this.#next = undefined;
      }
    }
    await this.#finished.promise;
  }

  /** Stops all generations, when they have finished their requests. */
  async stop(): Promise<void> {
    if (this.#isStopping) return await this.#finished.promise;
    this.#isStopping = true;
    this.#files.close();
    this.#options.relay?.close();
    this.#options.onStop?.();
    this.#wish.wake();
    await this.#pool.stop(this.#live);
    this.#terminal?.[Symbol.dispose]();
    await this.#options.relay?.finish();
    this.#pool.removeFolder();
    this.#finished.resolve();
  }

  /** Ends all processes at once. */
  kill(): void {
    this.#pool.kill();
    this.#terminal?.[Symbol.dispose]();
    this.#pool.removeFolder();
  }

  /**
   * Goes on after what should not have happened: no process could be started, for
   * example. The next change may be better.
   */
  #survive(error: unknown): void {
    // Nothing has ever been served, so nobody would miss it.
    if (this.#lastJob === undefined) {
      this.kill();
      throw error;
    }
    if (this.#isStopping) return;
    this.#options.onFailure(failureOf(error), this.#live !== undefined);
  }

  async #load(): Promise<void> {
    const started = performance.now();
    const since = Date.now();
    const paths = this.#wish.take();
    const superseded = this.#wish.next();
    this.#paths = paths;
    this.#crash = undefined;
    const { startFiles = [] } = this.#options;
    const isOutdated = paths.some((path) => startFiles.includes(path)) ||
      this.#pool.standby?.isOutdated;
    if (isOutdated) this.#pool.drop();
    const cleared = this.#clear();
    if (!this.#options.overlap) await this.#endLive();
    if (this.#isStopping) return;

    this.#terminal?.beforeLoad();
    const next = this.#next = this.#pool.take();
    const generation = ++this.#count;
    this.#files.begin(generation, since);
    const slow = setTimeout(() => {
      this.#options.onNotice("The app is still loading after 10 s");
    }, SLOW_LOAD_MS);
    const look = setTimeout(
      () => void this.#files.watchGraph(since),
      LOOK_INTO_MS,
    );
    const loading = this.#go(next, generation, cleared);
    // Nobody waits for it any more once it is superseded.
    loading.catch(() => {});
    const isSuperseded = await Promise.race([
      loading.then(() => false),
      superseded.then(() => true),
    ]);
    clearTimeout(slow);
    clearTimeout(look);
    if (this.#isStopping) return this.#endLoading(next);
    const result = isSuperseded ? await next.cancel() : await loading;
    if (this.#isStopping) return this.#endLoading(next);
    if (isSuperseded && result.kind !== "ready") {
      next.kill();
      // Told together with those of the wish that has come.
      return this.#wish.add(paths);
    }
    // One that had just been started cannot know yet that this is not for it.
    if (result.kind === "ended" && result.status.signal === "SIGHUP") {
      return this.reload(paths);
    }
    const start = { generation, paths, started, since, cleared };
    if (result.kind === "outdated") {
      next.kill();
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

  /** Ends one that was loading when all is to stop. */
  #endLoading(process: GenerationProcess): void {
    if (this.#options.overlap) return process.kill();
    // It may be running by now, and need some time to end.
    process.stop();
  }

  async #endLive(): Promise<void> {
    const live = this.#live;
    if (live === undefined) return;
    this.#live = undefined;
    live.stop();
    this.#pool.killLater(live);
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
    // What is relayed comes to a port of its own.
    if (this.#options.relay !== undefined) return undefined;
    return Promise.race([retired.closed, delay(LISTENERS_MS)]);
  }

  async #go(
    process: GenerationProcess,
    generation: number,
    cleared: Promise<void> | undefined,
  ): Promise<LoadResult> {
    try {
      this.#lastJob = { job: await this.#options.job() };
    } catch (error) {
      if (this.#lastJob === undefined) throw error;
      return { kind: "failed", failure: failureOf(error) };
    }
    return await process.go(generation, this.#lastJob.job, cleared);
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
    if (!isKept) return await this.#serveFailure(next, failure, start);
    this.#terminal?.afterLoad({ isLive: false });
    next.kill();
    // One that could not even start, as with a broken config, is of no use.
    if (next.hasStarted) this.#pool.prepare();
  }

  /** Serves how the live generation has ended. */
  async #serveCrash(crash: Failure): Promise<void> {
    this.#crash = undefined;
    await this.#serveFailure(this.#pool.take(), crash, {
      generation: ++this.#count,
      paths: [],
      started: performance.now(),
      since: Date.now(),
      cleared: this.#clear(),
    });
  }

  async #serveFailure(
    process: GenerationProcess,
    failure: Failure,
    start: LoadStart,
  ): Promise<void> {
    // None can start under the config of the app.
    const isBare = process.hasEnded && !process.hasStarted;
    const server = process.hasEnded ? this.#pool.take({ isBare }) : process;
    await start.cleared;
    const { generation } = start;
    const result = await server.fail(generation, this.#lastJob?.job, failure);
    if (this.#isStopping) return server.kill();
    this.#isBroken = true;
    if (result.kind === "ready") {
      return await this.#take(server, result, { ...start, isBare });
    }
    server.kill();
    this.#options.onNotice(
      result.kind === "failed"
        ? `Cannot serve the error: ${result.failure.text}`
        : "Cannot serve the error: its process has ended",
    );
  }

  /** Lets a generation that is ready take the place of the one before. */
  async #take(
    next: GenerationProcess,
    { report }: LoadResult & { kind: "ready" },
    { generation, paths, started, since, isBare = false }: LoadStart,
  ): Promise<void> {
    const previous = this.#live;
    this.#live = next;
    this.#next = undefined;
    this.#terminal?.afterLoad({ isLive: true });
    this.#options.relay?.use(next);
    this.#pool.follow(report.address);
    const retiring = this.#retire(previous, report.address);
    next.ended.then((status) => this.#onCrash(next, status));
    this.#files.watch(since);
    if (!isBare) this.#pool.prepareLater();
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
    if (next.stopped !== undefined) this.#onStopped(next);
  }

  /** Lets a generation hand over to the one that takes requests at `successor`. */
  #retire(
    previous: GenerationProcess | undefined,
    successor: string | undefined,
  ): Promise<void> | undefined {
    if (previous === undefined || previous.hasEnded) return undefined;
    this.#retired = previous;
    this.#pool.killLater(previous);
    return Promise.race([previous.retire(successor), delay(RETIRE_MS)]);
  }

  /** A generation has ended that is live, without having been told to. */
  #onCrash(process: GenerationProcess, status: Deno.CommandStatus): void {
    if (this.#isStopping || process !== this.#live) return;
    this.#live = undefined;
    this.#options.relay?.use(undefined);
    const failure = endFailure(status, "while it served");
    this.#options.onFailure(failure, false);
    // What follows serves soon, be it the app or why it cannot be loaded.
    if (this.#next !== undefined) return;
    if (!status.success && !this.#isHopeless()) return this.reload();
    this.#crash = failure;
    this.#wish.wake();
  }

  /** Has a process load ahead of time what it is likely to need. */
  #prepare(process: GenerationProcess): void {
    // One that somebody waits for has no time to prepare.
    if (process !== this.#pool.standby) return;
    const { likelyFiles, likelyPackages } = this.#files.modules;
    if (likelyFiles.length + likelyPackages.length === 0) return;
    process.prepare({
      paths: likelyFiles,
      // Those of a whole branch that was checked out are not worked on.
      changing: this.#paths.slice(0, MAX_CHANGING),
      packages: likelyPackages,
    });
  }

  /** The app has stopped its server itself. */
  #onStopped(process: GenerationProcess): void {
    // It may have done so before it is known to serve.
    if (process !== this.#live) return;
    const { error } = process.stopped ?? {};
    if (error !== undefined) this.#options.onStopped(error);
    this.stop();
  }

  #onModules(process: GenerationProcess, modules: LearntModules): void {
    if (process.generation !== this.#count) return;
    const hasNewHooks = this.#files.note(modules);
    // They have not seen what was loaded ahead.
    if (hasNewHooks && process.hasPrepared) this.reload(this.#paths);
    // Those of a load are watched at its end, all at once.
    if (process === this.#live) this.#files.watch(modules.since);
  }
}

interface LoadStart {
  generation: number;
  paths: readonly string[];
  started: number;
  since: number;
  cleared: Promise<void> | undefined;
  /** Whether it serves a failure without the config of the app. */
  isBare?: boolean;
}

function failureOf(error: unknown): Failure {
  const text = error instanceof Error ? error.message : String(error);
  return { title: text, text };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => Deno.unrefTimer(setTimeout(resolve, ms)));
}
