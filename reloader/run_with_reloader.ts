import { assertDenoVersion } from "./assert_deno_version.ts";
import { codeGeneration } from "./code_generation.ts";
import { CurrentConfigFiles } from "./current_config_files.ts";
import {
  type Check,
  checkOptions,
  describe,
  isAbortSignal,
  isFunction,
  isReloaderType,
  isSeconds,
  isStrings,
} from "./option_checks.ts";
import { fromFileUrl } from "./file_url.ts";
import { ownCommand } from "./own_command.ts";
import { preloadUrl } from "./preload_generation.ts";
import type { ReloaderType } from "./reloader_type.ts";
import { denoSpawner } from "./spawn_deno.ts";
import { Supervisor } from "./supervisor.ts";
import { superviseSignals } from "./supervise_signals.ts";

/** Options for {@linkcode runWithReloader}. */
export interface RunWithReloaderOptions {
  /** Files, directories and globs to watch besides the modules. */
  extraFiles?: readonly string[];
  /** Globs of what is not watched. */
  excludePatterns?: readonly string[];
  /**
   * Seconds between two looks at the files, where the system tells of no changes.
   *
   * @default {1}
   */
  reloaderInterval?: number;
  /**
   * How changes are noticed.
   *
   * @default {"auto"}
   */
  reloaderType?: ReloaderType;
  /**
   * How long `main` may take once its signal is aborted, in seconds.
   *
   * @default {5}
   */
  gracePeriod?: number;
  /** Ends everything when aborted. */
  signal?: AbortSignal;
  /**
   * Called in the first process when `main` was started anew, and did not fail at
   * once.
   *
   * @param paths The files that have changed.
   */
  onReload?: (paths: readonly string[]) => void;
  /**
   * Called in the first process with what there is to say: that the program has
   * ended, or that a file cannot be watched. By default it is written to standard
   * error.
   *
   * @param text The text.
   */
  onNotice?: (text: string) => void;
}

const CHECKS: Record<keyof RunWithReloaderOptions, Check> = {
  extraFiles: isStrings,
  excludePatterns: isStrings,
  reloaderInterval: isSeconds,
  reloaderType: isReloaderType,
  gracePeriod: isSeconds,
  signal: isAbortSignal,
  onReload: isFunction,
  onNotice: isFunction,
};

/** Any time: it just keeps the process alive. */
const KEEP_ALIVE_MS = 60_000;

const PRELOAD = new URL("./_preload.ts", import.meta.url);

/**
 * Runs a program, and runs it anew when one of its files changes. The process
 * that was started watches, and runs the same main module in another process,
 * where this function calls `main`.
 *
 * SIGINT and SIGTERM abort the signal of `main` and set `Deno.exitCode` to 130 or
 * 143; a second one ends all at once. SIGHUP runs `main` anew, or stops all if
 * the terminal is gone.
 *
 * Requires `--allow-read`, `--allow-write`, `--allow-net` and `--allow-run`.
 *
 * @param main The program. It is to end when its signal is aborted.
 * @param options Additional options.
 * @returns When `main` has ended by itself, or `signal` was aborted.
 * @throws {TypeError} If an argument or an option has the wrong type.
 * @throws {RangeError} If a number is out of range.
 * @throws {Deno.errors.NotSupported} If Deno is older than 2.9.
 *
 * @example Usage
 * ```ts ignore
 * import { runWithReloader } from "@x/devserve/reloader";
 *
 * await runWithReloader(async (signal) => {
 *   const server = Deno.serve({ signal }, () => new Response("hi"));
 *   await server.finished;
 * });
 * ```
 */
export async function runWithReloader(
  main: (signal: AbortSignal) => unknown,
  options: RunWithReloaderOptions = {},
): Promise<void> {
  if (typeof main !== "function") {
    throw new TypeError(
      `Cannot run the program: expected a function, got ${describe(main)}`,
    );
  }
  checkOptions(options, CHECKS);
  const generation = codeGeneration();
  if (generation === undefined) {
    assertDenoVersion();
    return await supervise(options);
  }

  const controller = new AbortController();
  const ended = Promise.resolve(main(controller.signal)).then(() => {});
  const ordered = Promise.withResolvers<void>();
  async function end(onClosed?: () => void): Promise<void> {
    ordered.resolve();
    controller.abort();
    await ended;
    onClosed?.();
  }
  generation.serve({
    retire: (_successor, onClosed) => end(onClosed),
    stop: () => end(),
  });
  await ended;
  generation.stopped();
  // The process would end with this one, and before it has told that.
  const alive = setInterval(() => {}, KEEP_ALIVE_MS);
  await ordered.promise;
  clearInterval(alive);
}

async function supervise(options: RunWithReloaderOptions): Promise<void> {
  const { gracePeriod = 5, signal, onReload, onNotice = notice } = options;
  const { mainModule } = Deno;
  const entry = mainModule.startsWith("file:")
    ? fromFileUrl(mainModule)
    : undefined;
  const configs = new CurrentConfigFiles(entry);

  const spawnDeno = denoSpawner();
  const supervisor = new Supervisor({
    spawn: (path) =>
      spawnDeno(ownCommand([`--preload=${preloadUrl(PRELOAD, path)}`])),
    job: () => undefined,
    // Two programs at a time might ask for the same port.
    overlap: false,
    onError: "keep",
    gracePeriod,
    entry,
    config: undefined,
    get startFiles() {
      return configs.known;
    },
    get configFiles() {
      return configs.look();
    },
    root: Deno.cwd(),
    extraFiles: options.extraFiles ?? [],
    excludePatterns: options.excludePatterns ?? [],
    reloaderType: options.reloaderType ?? "auto",
    reloaderInterval: options.reloaderInterval ?? 1,
    onStart({ generation, paths, isFailure }) {
      if (isFailure) onNotice("Waiting until a file changes");
      else if (generation > 1) onReload?.(paths);
    },
    onFailure: ({ title }) => onNotice(title),
    onStopped: (error) => onNotice(error),
    onNotice,
  });
  using _signals = superviseSignals(supervisor, { onNotice });
  const stop = () => void supervisor.stop();
  signal?.addEventListener("abort", stop);
  try {
    if (signal?.aborted) stop();
    await supervisor.run();
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function notice(text: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
  } catch {
    // Nobody reads any more: the program goes on.
  }
}
