import type { Serving } from "../reloader/generation.ts";
import { formatterOf } from "./access_log.ts";
import type { DebugJob } from "./_debug_setup.ts";
import type { GenerationJob } from "./_generation_job.ts";
import type { LogRecord } from "./log.ts";
import { painter } from "./_paint.ts";
import { REHEARSAL_APP } from "./_rehearsal_app.ts";
import { stderrWriter } from "./_stderr_writer.ts";
import { forwardTo } from "./_forward.ts";

const writer = stderrWriter({ isTerminal: true });
const formatDev = formatterOf("dev", painter({ color: true }));

/** How errors of an app are shown that has none. */
const DEBUG: DebugJob = {
  root: "/",
  evalex: true,
  pin: "000-000-000",
  secret: "0".repeat(96),
  trustedHosts: [],
  editorPaths: {},
};

/** A job like those of the supervisor, whose folder for sockets is `directory`. */
export function rehearsalJob(
  directory: string,
  { isDebugged }: { isDebugged: boolean },
): GenerationJob {
  return {
    addresses: [{ transport: "tcp", hostname: "localhost", port: 0 }],
    options: {},
    debug: isDebugged ? DEBUG : undefined,
    log: rehearsalLog,
    color: true,
    directory,
  };
}

/** The log of a rehearsal: the first look at the clock on the wall takes long. */
export function rehearsalLog(record: LogRecord): void {
  if (record.kind === "access") formatDev(record);
  writer.write("");
}

/**
 * Does once, with an app of its own, what a generation does with the user's:
 * whatever runs for the first time takes several times as long, and this
 * happens while nobody waits.
 *
 * @param directory The folder of the supervisor, which removes it: this process
 * may be killed at any moment.
 * @param serve Serves the app at a path.
 */
export async function rehearse(
  directory: string,
  serve: (app: string) => Promise<Serving>,
): Promise<void> {
  const folder = await Deno.makeTempDir({
    dir: directory,
    prefix: "rehearsal-",
  });
  const app = `${folder}/app.ts`;
  await Deno.writeTextFile(app, REHEARSAL_APP);
  try {
    const serving = await serve(app);
    const { urls } = serving.detail as { urls: readonly [string] };
    await requestOnce(Number(new URL(urls[0]).port));
    await forwardOnce(serving.address!);
    await serving.stop();
  } catch {
    // Where the current folder is gone, for example. What does not work for the app
    // either is told then.
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The first `fetch` takes 4 ms, and a client that has retired to us waits. */
async function forwardOnce(path: string): Promise<void> {
  using forwarder = forwardTo(path);
  const request = new Request("http://localhost/");
  const response = await forwarder.handle(request, {
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 0 },
    localAddr: { transport: "tcp", hostname: "127.0.0.1", port: 0 },
    completed: Promise.resolve(),
  });
  await response.body?.cancel();
}

async function requestOnce(port: number): Promise<void> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const request =
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  await connection.read(new Uint8Array(1024));
}
