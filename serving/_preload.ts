/**
 * Loaded ahead of the user's main module (`deno run --preload`), in a generation
 * of a program that calls `runSimple` with `useReloader`.
 *
 * @module
 */
import { preloadGeneration } from "../reloader/preload_generation.ts";
import { connectionSteering } from "../reloader/steer_connections.ts";
import { failurePage } from "./_failure_page.ts";
import type { GenerationJob } from "./_generation_job.ts";
import { describeFailure, loadFailure } from "./_load_failure.ts";
import { keptPinFailures } from "./_kept_pin_failures.ts";
import { createLog } from "./log.ts";
import { rehearse } from "./_rehearse.ts";
import { seedCrypto } from "./_seed_crypto.ts";
import { servingOf } from "./_serving_of.ts";
import { startServer } from "./_start_server.ts";
import {
  type DebugBoundary,
  installDebugHook,
  loadDebugger,
  rehearsalBoundary,
} from "./_with_debugger.ts";
import { steerLater } from "./_steer_later.ts";
import { openTakeOver, takeOverPath } from "./_take_over.ts";

const { searchParams } = new URL(import.meta.url);

let steer: (() => void) | undefined;

await preloadGeneration(new URL(import.meta.url), {
  async warmUp() {
    if (searchParams.has("secure")) seedCrypto();
    const hook = searchParams.get("hook");
    let debug: ((folder: string) => DebugBoundary) | undefined;
    if (hook !== null) {
      const [, module] = await Promise.all([
        installDebugHook(JSON.parse(hook), { rehearse: true }),
        loadDebugger(),
      ]);
      debug = (folder) => rehearsalBoundary(module, keptPinFailures(folder));
    }
    steer = connectionSteering();
    await rehearse(debug);
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
