/**
 * Loaded ahead of the user's main module (`deno run --preload`), in a generation
 * of a program that calls `runSimple` with `useReloader`.
 *
 * @module
 */
import type { Serving } from "../reloader/generation.ts";
import { preloadGeneration } from "../reloader/preload_generation.ts";
import { connectionSteering } from "../reloader/steer_connections.ts";
import { checkApp } from "./_check_options.ts";
import { failurePage } from "./_failure_page.ts";
import type { GenerationJob } from "./_generation_job.ts";
import { loadApp } from "./load_app.ts";
import { describeFailure, loadFailure } from "./_load_failure.ts";
import { keptPinFailures } from "./_kept_pin_failures.ts";
import { createLog } from "./log.ts";
import { rehearsalLog, rehearse } from "./_rehearse.ts";
import { seedCrypto } from "./_seed_crypto.ts";
import { servingOf } from "./_serving_of.ts";
import { startServer } from "./_start_server.ts";
import {
  debugBoundary,
  installDebugHook,
  loadDebugger,
  REHEARSAL_JOB,
} from "./_with_debugger.ts";
import { steerLater } from "./_steer_later.ts";
import { openTakeOver, takeOverPath } from "./_take_over.ts";

const { searchParams } = new URL(import.meta.url);

let steer: (() => void) | undefined;
let debuggerModule: Awaited<ReturnType<typeof loadDebugger>> | undefined;

/** Serves an app of ours in the way in which `runSimple` serves the user's. */
async function serveRehearsed(
  module: string,
  folder: string,
): Promise<Serving> {
  const { app } = await loadApp(module, { catchServe: true });
  const log = createLog(rehearsalLog);
  return servingOf(startServer(
    [{ transport: "tcp", hostname: "localhost", port: 0 }],
    checkApp(app),
    {},
    {
      log,
      debug: debuggerModule &&
        debugBoundary(
          debuggerModule,
          REHEARSAL_JOB,
          log,
          {},
          keptPinFailures(folder),
        ),
      takeOver: openTakeOver(takeOverPath(folder)),
    },
  ));
}

await preloadGeneration(new URL(import.meta.url), {
  async warmUp() {
    if (searchParams.has("secure")) seedCrypto();
    const hook = searchParams.get("hook");
    if (hook !== null) {
      [debuggerModule] = await Promise.all([
        loadDebugger(),
        installDebugHook(JSON.parse(hook), { rehearse: true }),
      ]);
    }
    steer = connectionSteering();
    await rehearse(serveRehearsed);
  },
  async serveFailure(job, failure) {
    const shown = await loadFailure(Deno.mainModule) ?? failure;
    const { addresses, relayed, directory, options, ssl, log, color } =
      job as GenerationJob;
    const server = startServer(addresses, failurePage(shown), options, {
      log: createLog(log, { color }),
      takeOver: openTakeOver(takeOverPath(directory)),
      ssl,
      relayed,
    });
    steerLater(steer);
    return servingOf(server);
  },
  onServing() {
    steerLater(steer);
  },
  describe: describeFailure,
});
