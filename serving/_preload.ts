/**
 * Loaded ahead of the user's main module (`deno run --preload`), in a generation
 * of a program that calls `runSimple` with `useReloader`.
 *
 * @module
 */
import type { Serving } from "../reloader/generation.ts";
import { beGeneration } from "../reloader/code_generation.ts";
import { preloadGeneration } from "../reloader/preload_generation.ts";
import {
  type ConnectionSteering,
  connectionSteering,
} from "../reloader/steer_connections.ts";
import { failurePage } from "./_failure_page.ts";
import type { GenerationJob } from "./_generation_job.ts";
import { loadApp } from "./load_app.ts";
import { describeFailure, loadFailure } from "./_load_failure.ts";
import { createLog } from "./log.ts";
import { rehearsalJob, rehearsalLog, rehearse } from "./_rehearse.ts";
import { runSimple } from "./run_simple.ts";
import { seedCrypto } from "./_seed_crypto.ts";
import { servingOf } from "./_serving_of.ts";
import { startServer } from "./_start_server.ts";
import {
  installDebugHook,
  loadDebugger,
  removeDebugHook,
} from "./_with_debugger.ts";
import { steerLater } from "./_steer_later.ts";
import { openTakeOver, takeOverPath } from "./_take_over.ts";

const { searchParams } = new URL(import.meta.url);

let steering: ConnectionSteering | undefined;
const hook = searchParams.get("hook");
const isAwaited = searchParams.has("awaited");

/** Serves an app of ours as the user's main module does. */
async function serveRehearsed(
  module: string,
  directory: string,
): Promise<Serving> {
  const { app } = await loadApp(module);
  const served = Promise.withResolvers<Serving>();
  beGeneration({
    job: rehearsalJob(directory, { isDebugged: hook !== null }),
    turn: Promise.resolve(),
    serve: served.resolve,
    stopped() {},
  });
  runSimple("localhost", 0, app, { useReloader: true, log: rehearsalLog })
    .catch(served.reject);
  return await served.promise;
}

await preloadGeneration(new URL(import.meta.url), {
  async warmUp(directory) {
    if (searchParams.has("secure")) seedCrypto();
    if (hook !== null) {
      await Promise.all([
        loadDebugger(),
        installDebugHook(JSON.parse(hook), { rehearse: !isAwaited }),
      ]);
    }
    if (isAwaited) return;
    steering = connectionSteering();
    await rehearse(directory, (app) => serveRehearsed(app, directory));
  },
  async serveFailure(job, failure) {
    // With it, Deno does not say where an import is that leads to nothing.
    if (hook !== null) await removeDebugHook();
    const shown = await loadFailure(Deno.mainModule) ?? failure;
    const { addresses, relayed, directory, options, ssl, log, color } =
      job as GenerationJob;
    const server = startServer(addresses, failurePage(shown), options, {
      log: createLog(log, { color }),
      takeOver: openTakeOver(takeOverPath(directory)),
      ssl,
      relayed,
    });
    const serving = servingOf(server);
    steerLater(serving, steering);
    return serving;
  },
  onServing(serving) {
    steerLater(serving, steering);
  },
  describe: describeFailure,
});
