import { CurrentConfigFiles } from "../reloader/current_config_files.ts";
import type { CodeGeneration } from "../reloader/code_generation.ts";
import { ownCommand } from "../reloader/own_command.ts";
import { preloadUrl } from "../reloader/preload_generation.ts";
import { denoSpawner } from "../reloader/spawn_deno.ts";
import { Supervisor } from "../reloader/supervisor.ts";
import type { BindAddress } from "./bind_address.ts";
import { fromFileUrl } from "../reloader/file_url.ts";
import type { GenerationJob } from "./_generation_job.ts";
import type { App } from "./handler.ts";
import { checkApp } from "./_check_options.ts";
import { codeDebug } from "./_code_debug.ts";
import { type HookJob, pinOf } from "./_debug_setup.ts";
import { keptPinFailures } from "./_kept_pin_failures.ts";
import { loadSsl } from "./_load_ssl.ts";
import type { TerminalLog } from "./log.ts";
import {
  awaitFirstProcess,
  endReloadedCall,
  giveReloadBack,
  isReloadedCall,
  takeReload,
} from "./_reloaded_call.ts";
import { reserveAddresses } from "./_reserve_addresses.ts";
import { type RunSimpleOptions, serveToEnd } from "./run_simple.ts";
import { servingOf } from "./_serving_of.ts";
import { startServer } from "./_start_server.ts";
import { openTakeOver, takeOverPath } from "./_take_over.ts";
import { reportToLog, signalsToLog } from "./_report_to_log.ts";
import { sslFiles, sslSource } from "./_ssl_source.ts";
import { debugBoundary, loadDebugger } from "./_with_debugger.ts";
import { superviseSignals } from "../reloader/supervise_signals.ts";

const PRELOAD = new URL("./_preload.ts", import.meta.url);

/**
 * Turns this process, whose main module has called `runSimple`, into the
 * supervisor of generations that run the same main module.
 */
export async function superviseMain(
  addresses: readonly BindAddress[],
  options: RunSimpleOptions,
  log: TerminalLog,
): Promise<void> {
  takeReload();
  const prepared = await prepare(addresses, options, log).catch((error) => {
    // The program may try it with another port.
    giveReloadBack();
    throw error;
  });
  const { currentSsl, debug } = prepared;
  using reservation = prepared.reservation;
  const { addresses: reserved, relay, relayed } = reservation;
  const { mainModule } = Deno;
  const entry = mainModule.startsWith("file:")
    ? fromFileUrl(mainModule)
    : undefined;
  const configs = new CurrentConfigFiles(entry);
  const { allowedHosts, gracePeriod = 5, serverHeader, signal } = options;
  const { log: logOption = "dev" } = options;

  const spawnDeno = denoSpawner();
  const report = reportToLog(log, reserved, options, { pin: pinOf(debug) });
  const supervisor = new Supervisor({
    ...report,
    onStart(start) {
      report.onStart(start);
      reservation[Symbol.dispose]();
    },
    extraFiles: options.extraFiles ?? [],
    excludePatterns: options.excludePatterns ?? [],
    reloaderType: options.reloaderType ?? "auto",
    reloaderInterval: options.reloaderInterval ?? 1,
    relay,
    overlap: true,
    onError: "page",
    entry,
    config: undefined,
    get startFiles() {
      return configs.known;
    },
    get configFiles() {
      return [...configs.look(), ...sslFiles(options)];
    },
    root: Deno.cwd(),
    gracePeriod,
    spawn: (path, { isAwaited }) =>
      spawnDeno(ownCommand([
        "--unstable-net",
        `--preload=${
          preloadOf(path, {
            isAwaited,
            isSecure: options.sslContext !== undefined,
            hook: debug?.hook,
          })
        }`,
      ])),
    job: async (): Promise<GenerationJob> => ({
      addresses: reserved,
      asked: addresses,
      relayed,
      // What shows a failure; the rest cannot travel and is not needed for it.
      options: {
        gracePeriod,
        ...allowedHosts && { allowedHosts },
        ...serverHeader !== undefined && { serverHeader },
      },
      ssl: await currentSsl(),
      debug: debug?.job,
      log: typeof logOption === "function" ? false : logOption,
      color: true,
      directory: supervisor.directory,
    }),
  });

  using _signals = superviseSignals(supervisor, signalsToLog(log));
  const stop = () => void supervisor.stop();
  signal?.addEventListener("abort", stop);
  try {
    if (signal?.aborted) stop();
    await supervisor.run();
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** What has to be there before there is a generation. */
async function prepare(
  addresses: readonly BindAddress[],
  options: RunSimpleOptions,
  log: TerminalLog,
) {
  const currentSsl = await sslSource(addresses, options, log);
  const debug = await codeDebug(addresses, options, log);
  const reservation = reserveAddresses(
    addresses,
    options.relay ?? false,
    options.sslContext !== undefined,
  );
  return { reservation, currentSsl, debug };
}

/** Serves in a generation of such a program, or lets the first process serve. */
export async function serveInGeneration(
  generation: CodeGeneration,
  asked: readonly BindAddress[],
  app: App,
  options: RunSimpleOptions,
  log: TerminalLog,
): Promise<void> {
  if (!isReloadedCall(generation, asked, options)) {
    return await awaitFirstProcess(generation, options);
  }
  // The ports that were asked for may be others by now, so the job has them.
  const { addresses, relayed, directory, debug } = generation
    .job as GenerationJob;
  const ssl = await loadSsl(addresses, options);
  const boundary = debug &&
    debugBoundary(
      await loadDebugger(),
      debug,
      log,
      {},
      keptPinFailures(directory),
    );
  await generation.turn;
  const server = startServer(addresses, checkApp(app), options, {
    log,
    takeOver: openTakeOver(takeOverPath(directory)),
    debug: boundary,
    ssl,
    relayed,
  });
  generation.serve(servingOf(server));
  try {
    // Signals are the supervisor's.
    await serveToEnd(server, app, log, options);
    generation.stopped();
  } catch (error) {
    generation.stopped(error);
    throw error;
  } finally {
    endReloadedCall(generation);
  }
}

/** What a process is told when it is started. */
interface MainTraits {
  /** Whether somebody waits for it already. */
  readonly isAwaited: boolean;
  /** Whether it is to serve HTTPS. */
  readonly isSecure: boolean;
  /** What goes before the app, so that its frames can be looked into. */
  readonly hook: HookJob | undefined;
}

/** The URL of what goes before the main module of a generation. */
function preloadOf(
  path: string,
  { isAwaited, isSecure, hook }: MainTraits,
): string {
  const module = new URL(PRELOAD);
  if (isAwaited) module.searchParams.set("awaited", "");
  if (isSecure) module.searchParams.set("secure", "");
  if (hook !== undefined) {
    module.searchParams.set("hook", JSON.stringify(hook));
  }
  return preloadUrl(module, path);
}
