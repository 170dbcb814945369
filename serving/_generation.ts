import { connectionSteering } from "../reloader/steer_connections.ts";
import { runGeneration } from "../reloader/generation.ts";
import { checkApp } from "./_check_options.ts";
import { failurePage } from "./_failure_page.ts";
import { formatError } from "./format_error.ts";
import type { AppJob, GenerationJob } from "./_generation_job.ts";
import { giveArguments } from "./_give_arguments.ts";
import type { Handler } from "./handler.ts";
import { loadApp } from "./load_app.ts";
import { createLog } from "./log.ts";
import { rehearse } from "./_rehearse.ts";
import type { RunningServer } from "./_running_server.ts";
import { seedCrypto } from "./_seed_crypto.ts";
import { servingOf } from "./_serving_of.ts";
import { startServer } from "./_start_server.ts";
import { steerLater } from "./_steer_later.ts";
import { surviveStrayErrors } from "./_survive_stray_errors.ts";
import { withProxies } from "./_with_proxies.ts";
import { openTakeOver, type TakeOver, takeOverPath } from "./_take_over.ts";

/**
 * Runs a generation for the command line, whose supervisor listens at `path`. The
 * first one prepares nothing: somebody waits for it, and nothing comes before it.
 */
export async function generationMain(
  path: string,
  { isFirst, isSecure }: { isFirst: boolean; isSecure: boolean },
): Promise<never> {
  if (isSecure) seedCrypto();
  let steer: (() => void) | undefined;
  let takeOver: TakeOver | undefined;

  function listen(job: GenerationJob, app: Handler): RunningServer {
    const { addresses, relayed, options, ssl, directory, color } = job;
    const log = createLog(job.log, { color });
    const server = startServer(addresses, app, options, {
      log,
      allowHint: (host) => `to allow it, pass --allowed-host ${host}`,
      takeOver: takeOver ?? openTakeOver(takeOverPath(directory)),
      ssl,
      relayed,
    });
    if (relayed === undefined) steerLater(steer);
    surviveStrayErrors(
      log,
      options.passthroughErrors ? (error) => server.fail(error) : undefined,
    );
    return server;
  }

  return await runGeneration(path, {
    async warmUp() {
      if (isFirst) return;
      steer = connectionSteering();
      await rehearse();
      takeOver = openTakeOver(takeOverPath(path.replace(/\/[^/]*$/, "")));
    },
    async serve(job, { turn, stopped }) {
      const { app, appArgs, env, proxies } = job as AppJob;
      for (const [name, value] of Object.entries(env)) {
        if (!Deno.env.has(name)) Deno.env.set(name, value);
      }
      giveArguments(appArgs);
      const loaded = await loadApp(app, { catchServe: true });
      const handler = await withProxies(checkApp(loaded.app), proxies);
      await turn;
      const server = listen(job as AppJob, handler);
      if (typeof loaded.app === "object") {
        for (const addr of server.addrs) loaded.app.onListen?.(addr);
      }
      loaded.closed?.then(() => server.shutdown());
      server.finished.then(() => stopped(), stopped);
      return servingOf(server);
    },
    serveFailure(job, failure) {
      const server = listen(job as AppJob, failurePage(failure));
      return Promise.resolve(servingOf(server));
    },
    exit: () => Deno.exit(Deno.exitCode),
    describe(error) {
      const text = formatError(error);
      return { title: text.split("\n", 1)[0]!, text };
    },
  });
}

if (import.meta.main) {
  const [path, ...traits] = Deno.args;
  generationMain(path!, {
    isFirst: traits.includes("first"),
    isSecure: traits.includes("secure"),
  });
}
