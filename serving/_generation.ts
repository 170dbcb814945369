import {
  type ConnectionSteering,
  connectionSteering,
} from "../reloader/steer_connections.ts";
import { runGeneration } from "../reloader/generation.ts";
import type { HookJob } from "./_debug_setup.ts";
import { checkApp } from "./_check_options.ts";
import { failurePage } from "./_failure_page.ts";
import { toFileUrl } from "../reloader/file_url.ts";
import { formatError } from "./format_error.ts";
import type { AppJob, GenerationJob } from "./_generation_job.ts";
import { giveArguments } from "./_give_arguments.ts";
import type { Handler } from "./handler.ts";
import { keptPinFailures } from "./_kept_pin_failures.ts";
import { loadAppWith } from "./_load_app_with.ts";
import { createLog, type TerminalLog } from "./log.ts";
import { plainLoadError } from "./_plain_load_error.ts";
import { rehearsalJob, rehearse } from "./_rehearse.ts";
import { leaveLater } from "./_leave_later.ts";
import type { RunningServer } from "./_running_server.ts";
import { seedCrypto } from "./_seed_crypto.ts";
import { servingOf } from "./_serving_of.ts";
import { startServer } from "./_start_server.ts";
import { steerLater } from "./_steer_later.ts";
import { surviveStrayErrors } from "./_survive_stray_errors.ts";
import {
  appScope,
  debugBoundary,
  failedLoadPage,
  installDebugHook,
  loadDebugger,
} from "./_with_debugger.ts";
import { withProxies } from "./_with_proxies.ts";
import { openTakeOver, type TakeOver, takeOverPath } from "./_take_over.ts";

/** What a process is told when it is started. */
interface GenerationTraits {
  /** Whether somebody waits for it already. */
  readonly isAwaited: boolean;
  /** Whether it is to serve HTTPS. */
  readonly isSecure: boolean;
  /** Whether errors of the app are shown. */
  readonly isDebugged: boolean;
  /** What goes before the app, so that its frames can be looked into. */
  readonly hook: HookJob | undefined;
}

/**
 * Runs a generation for the command line, whose supervisor listens at `path`. One
 * that somebody waits for prepares nothing.
 */
export async function generationMain(
  path: string,
  { isAwaited, isSecure, hook, isDebugged }: GenerationTraits,
): Promise<never> {
  if (isSecure) seedCrypto();
  const debuggerModule = isDebugged ? loadDebugger() : undefined;
  const hooked = hook && installDebugHook(hook, { rehearse: !isAwaited });
  let loadError: { error: unknown } | undefined;
  let ahead: {
    steering?: ConnectionSteering | undefined;
    takeOver?: TakeOver | undefined;
  } = {};
  let strays: Disposable | undefined;
  let leave = (): unknown => Deno.exit(Deno.exitCode);

  /** From the load on: what an app has begun may fail while its turn is awaited. */
  function surviveStrays(
    job: GenerationJob,
    log: TerminalLog,
    fail: (error: unknown) => void,
  ): void {
    strays?.[Symbol.dispose]();
    const { passthroughErrors } = job.options;
    strays = surviveStrayErrors(log, passthroughErrors ? fail : undefined);
  }

  async function listen(
    job: GenerationJob,
    log: TerminalLog,
    app: Handler,
    exported?: Readonly<Record<string, unknown>>,
    turn?: Promise<void>,
  ): Promise<RunningServer> {
    const { addresses, relayed, options, ssl, directory } = job;
    const parts = await debuggerModule;
    const debug = parts && job.debug &&
      debugBoundary(
        parts,
        job.debug,
        log,
        appScope(parts, exported),
        keptPinFailures(directory),
      );
    await turn;
    const { takeOver } = ahead;
    // A failure that is served in place of the app has one of its own.
    ahead.takeOver = undefined;
    const server = startServer(addresses, app, options, {
      log,
      debug,
      allowHint: (host) => `to allow it, pass --allowed-host ${host}`,
      takeOver: takeOver ?? openTakeOver(takeOverPath(directory)),
      ssl,
      relayed,
    });
    steerLater(servingOf(server), ahead.steering);
    surviveStrays(job, log, (error) => server.fail(error));
    return server;
  }

  return await runGeneration(path, {
    async warmUp(directory, rehearseOrder) {
      await hooked;
      if (isAwaited) return;
      await debuggerModule;
      ahead = { steering: { steer() {}, close() {} } };
      await rehearse(directory, async (app) => {
        const job: AppJob = {
          ...rehearsalJob(directory, { isDebugged }),
          app,
          url: toFileUrl(app, directory).href,
          appArgs: Deno.args,
          env: {},
          proxies: {},
        };
        const serving = await rehearseOrder(app, job);
        strays?.[Symbol.dispose]();
        return serving;
      });
      ahead = {
        steering: connectionSteering(),
        takeOver: openTakeOver(takeOverPath(directory)),
      };
    },
    async serve(job, { turn, run, stopped, unref }) {
      const { app, url, appArgs, env, proxies } = job as AppJob;
      const log = logOf(job as AppJob);
      const stray = Promise.withResolvers<never>();
      surviveStrays(job as AppJob, log, stray.reject);
      for (const [name, value] of Object.entries(env)) {
        if (!Deno.env.has(name)) Deno.env.set(name, value);
      }
      giveArguments(appArgs, url);
      const loading = loadAppWith(app, { catchServe: true }, run)
        .catch(async (error) => {
          throw hook === undefined ? error : await plainLoadError(error);
        });
      const loaded = await Promise.race([loading, stray.promise]);
      const handler = await withProxies(checkApp(loaded.app), proxies);
      const server = await listen(
        job as AppJob,
        log,
        handler,
        loaded.module,
        Promise.race([turn, stray.promise]),
      );
      try {
        if (typeof loaded.app === "object") {
          for (const addr of server.addrs) loaded.app.onListen?.(addr);
        }
      } catch (error) {
        // The failure is going to be served in its place.
        await server.shutdown();
        throw error;
      }
      if (loaded.close !== undefined) leave = () => leaveLater(loaded, unref);
      loaded.closed?.then(() => server.shutdown());
      server.finished.then(() => stopped(), stopped);
      return servingOf(server);
    },
    async serveFailure(job, failure) {
      const { debug, ...rest } = job as AppJob;
      // One that has ended in its process has left no error behind.
      const page = debug && loadError !== undefined
        ? await failedLoadPage(loadError.error, {
          ...debug,
          trustedHosts: [...debug.trustedHosts, ...rest.ssl?.hosts ?? []],
        })
        : failurePage(failure);
      return servingOf(await listen(rest, logOf(rest), page));
    },
    exit: () => leave(),
    describe(error) {
      loadError = { error };
      const text = formatError(error);
      return { title: text.split("\n", 1)[0]!, text };
    },
  });
}

function logOf({ log, color }: GenerationJob): TerminalLog {
  return createLog(log, { color });
}

// A missing main module may stand for it, which is in the folder of the app.
if (import.meta.main || import.meta.url.endsWith("?preloaded")) {
  const [path, ...traits] = Deno.args;
  await generationMain(path!, {
    isAwaited: traits.includes("awaited"),
    isSecure: traits.includes("secure"),
    isDebugged: traits.includes("debugged"),
    hook: traits.filter((trait) => trait.startsWith("{"))
      .map((trait): HookJob => JSON.parse(trait))[0],
  });
}
