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
import { createLog } from "./log.ts";
import { rehearse } from "./_rehearse.ts";
import { servingOf, takeOverPath } from "./_serving_of.ts";
import { startServer } from "./_start_server.ts";

let steer: (() => void) | undefined;

await preloadGeneration(new URL(import.meta.url), {
  async warmUp() {
    steer = connectionSteering();
    await rehearse();
  },
  serveFailure(job, failure) {
    const { addresses, relayed, directory, options, log, color } =
      job as GenerationJob;
    const server = startServer(addresses, failurePage(failure), options, {
      log: createLog(log, { color }),
      takeOverAt: takeOverPath(directory),
      relayed,
    });
    steer?.();
    return Promise.resolve(servingOf(server));
  },
  onServing: () => steer?.(),
});
