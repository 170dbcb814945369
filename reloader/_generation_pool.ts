import type { GenerationProcess } from "./_generation_process.ts";
import type { LearntModules } from "./_learn_modules.ts";
import { PrivateFolder } from "./_private_folder.ts";
import { startGeneration } from "./_start_generation.ts";
import type { SpawnTraits } from "./supervisor_options.ts";

/**
 * How long a new generation has the processor to itself before the next standby
 * starts, in milliseconds: its first responses would take longer otherwise.
 */
const STANDBY_DELAY_MS = 25;

/** When nobody waits for the app any more, in milliseconds after the start. */
const TIDY_DELAY_MS = 2000;

/** Milliseconds beyond the grace period before a process is killed. */
const KILL_AFTER_MS = 2000;

/** What the processes of a {@linkcode GenerationPool} tell. */
export interface PoolEvents {
  /** Starts a process, which connects to the Unix socket at `path`. */
  spawn(path: string, traits: SpawnTraits): Deno.ChildProcess;
  /** One has started, and waits for its order. */
  onStandby(process: GenerationProcess): void;
  /** One reports what the app is made of. */
  onModules(process: GenerationProcess, modules: LearntModules): void;
  /** One wants to be started anew. */
  onReload(): void;
  /** The server of one was stopped by the app, maybe because of an error. */
  onStopped(process: GenerationProcess): void;
  /** One has ended. */
  onEnd(process: GenerationProcess, status: Deno.CommandStatus): void;
}

/** All processes of an app: those that have had an order, and one on standby. */
export class GenerationPool {
  readonly #events: PoolEvents;
  readonly #graceMs: number;
  readonly #folder: PrivateFolder = new PrivateFolder();
  readonly #all: Set<GenerationProcess> = new Set();
  readonly #tidyTimer: ReturnType<typeof setTimeout>;
  #standby: GenerationProcess | undefined;
  #standbyTimer: ReturnType<typeof setTimeout> | undefined;
  #sockets = 0;

  /**
   * Starts the first process, which is waited for.
   *
   * @param gracePeriod How long requests may take at the end, in seconds.
   * @param events What starts processes, and what they tell.
   */
  constructor(gracePeriod: number, events: PoolEvents) {
    this.#graceMs = gracePeriod * 1000;
    this.#events = events;
    this.prepare({ isAwaited: true });
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

  /** The one on standby, if it is there. */
  get standby(): GenerationProcess | undefined {
    return this.#standby;
  }

  /**
   * Starts the standby, if there is none.
   *
   * @throws {Error} If no process can be started.
   */
  prepare({ isAwaited = false, isBare = false } = {}): void {
    clearTimeout(this.#standbyTimer);
    if (this.#standby?.hasEnded === false) return;
    this.#standby = this.#start({ isAwaited, isBare });
  }

  /** Starts the standby in a moment, if there is none. */
  prepareLater(): void {
    clearTimeout(this.#standbyTimer);
    this.#standbyTimer = setTimeout(() => {
      try {
        this.prepare();
      } catch {
        // Whoever waits for one tries again, and tells.
      }
    }, STANDBY_DELAY_MS);
  }

  /**
   * Takes the standby, which is to get an order, or a process that is started now.
   *
   * @throws {Error} If no process can be started.
   */
  take({ isBare = false } = {}): GenerationProcess {
    this.prepare({ isAwaited: true, isBare });
    const standby = this.#standby!;
    this.#standby = undefined;
    return standby;
  }

  /** Ends the standby: it has been started under other conditions. */
  drop(): void {
    clearTimeout(this.#standbyTimer);
    this.#standby?.kill();
    this.#standby = undefined;
  }

  /** Has those that have retired pass on what comes in to another one. */
  follow(successor: string | undefined): void {
    for (const process of this.#all) process.follow(successor);
  }

  /** Ends a process that has been told to end and does not. */
  killLater(process: GenerationProcess): void {
    const ms = this.#graceMs + KILL_AFTER_MS;
    const timer = setTimeout(() => process.kill(), ms);
    process.ended.then(() => clearTimeout(timer));
  }

  /**
   * Stops all, when they have finished their requests.
   *
   * @param live The one that serves.
   */
  async stop(live: GenerationProcess | undefined): Promise<void> {
    this.#clearTimers();
    for (const process of this.#all) {
      if (process === live) process.stop();
      else if (process.generation === 0) process.kill();
      else process.hurry();
      this.killLater(process);
    }
    await Promise.all([...this.#all].map(({ ended }) => ended));
  }

  /** Ends all at once. */
  kill(): void {
    this.#clearTimers();
    for (const process of this.#all) process.kill();
  }

  /** Leaves nothing behind. */
  removeFolder(): void {
    this.#folder.remove();
  }

  #clearTimers(): void {
    clearTimeout(this.#standbyTimer);
    clearTimeout(this.#tidyTimer);
  }

  #start(traits: SpawnTraits): GenerationProcess {
    const events = this.#events;
    const process = startGeneration(
      `${this.#folder.path}/${++this.#sockets}.sock`,
      (path) => events.spawn(path, traits),
      {
        onStandby: () => events.onStandby(process),
        onModules: (modules) => events.onModules(process, modules),
        onReload: () => events.onReload(),
        onStopped: () => events.onStopped(process),
      },
    );
    this.#all.add(process);
    process.ended.then((status) => {
      this.#all.delete(process);
      events.onEnd(process, status);
    });
    return process;
  }
}
