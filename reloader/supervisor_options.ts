import type { Failure } from "./messages.ts";
import type { Relay } from "./relay.ts";
import type { ReloaderType } from "./reloader_type.ts";

/** What is to be known about a generation that serves now. */
export interface GenerationStart {
  /** Its number, from 1. */
  readonly generation: number;
  /** What it tells about itself. */
  readonly detail: unknown;
  /** The paths whose change it comes from; none at the start. */
  readonly paths: readonly string[];
  /** From the change to its readiness, in milliseconds. */
  readonly duration: number;
  /** Whether it serves a failure in place of the app. */
  readonly isFailure: boolean;
}

/** What a {@linkcode Supervisor} tells. */
export interface SupervisorEvents {
  /** Called when the supervisor begins to stop. */
  onStop?(): void;
  /** Called when a generation serves. */
  onStart(start: GenerationStart): void;
  /**
   * Called when the app cannot be loaded, or has ended. Then the generation
   * before serves on if it is kept, or the failure is served in its place.
   */
  onFailure(failure: Failure, isKept: boolean): void;
  /** Called when an error of the app has stopped it, as it was to do. */
  onStopped(error: string): void;
  /** Called with what else there is to say. */
  onNotice(text: string): void;
}

/** What is known of a process when it is started. */
export interface SpawnTraits {
  /** Whether somebody waits for it, so that it had better prepare nothing. */
  readonly isAwaited: boolean;
  /** Whether it is to serve a failure, so that the app's config is not needed. */
  readonly isBare: boolean;
}

/** Options for {@linkcode Supervisor}. */
export interface SupervisorOptions extends SupervisorEvents {
  /** Starts a generation, which connects to the Unix socket at `path`. */
  spawn(path: string, traits: SpawnTraits): Deno.ChildProcess;
  /** Makes the job of the next generation. */
  job(): unknown | Promise<unknown>;
  /** Passes connections on, where generations do not share the addresses. */
  relay?: Relay | undefined;
  /** Whether a generation goes on serving while the next one loads. */
  overlap: boolean;
  /** What is done with a failure: serve it, or keep the last good generation. */
  onError: "page" | "keep";
  /** How long requests may take once their generation has retired, in seconds. */
  gracePeriod: number;
  /** The path of the app's module, to look into when it cannot be loaded. */
  entry: string | undefined;
  /** The config file of the app, as it is now. */
  config: string | undefined;
  /** Files that count besides the modules; asked for each time they are watched. */
  configFiles: readonly string[];
  /** Those of them that a process reads when it starts, not when it loads. */
  startFiles?: readonly string[];
  /** The project folder. */
  root: string;
  /** Files, directories and globs to watch besides. */
  extraFiles: readonly string[];
  /** What is not watched. */
  excludePatterns: readonly string[];
  /** How changes are noticed. */
  reloaderType: ReloaderType;
  /** Seconds between two looks at the files. */
  reloaderInterval: number;
}
