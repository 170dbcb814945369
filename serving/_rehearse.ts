import { loadApp } from "./load_app.ts";
import { formatterOf } from "./access_log.ts";
import { createLog, type LogRecord } from "./log.ts";
import { painter } from "./_paint.ts";
import { checkApp } from "./_check_options.ts";
import { forwardTo } from "./_forward.ts";
import { startServer } from "./_start_server.ts";
import { openTakeOver } from "./_take_over.ts";
import type { DebugBoundary } from "./_with_debugger.ts";

const formatDev = formatterOf("dev", painter({ color: true }));

const APP = `
interface Greeting { text: string }
const greeting: Greeting = { text: "warm" };
export default (_request: Request): Response => new Response(greeting.text);
`;

/**
 * Does once, with an app of its own, what a generation does with the user's:
 * whatever runs for the first time takes several times as long, and this
 * happens while nobody waits.
 *
 * @param makeDebug Makes what shows errors, if they are shown; it is given a
 * folder for files.
 */
export async function rehearse(
  makeDebug?: (folder: string) => DebugBoundary,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "devserve-rehearsal-" });
  const module = `${folder}/app.ts`;
  await Deno.writeTextFile(module, APP);
  try {
    const { app } = await loadApp(module, { catchServe: true });
    const takeOver = openTakeOver(`${folder}/take-over.sock`);
    const server = startServer(
      [{ transport: "tcp", hostname: "127.0.0.1", port: 0 }],
      checkApp(app),
      {},
      {
        log: createLog(rehearseLog),
        debug: makeDebug?.(folder),
        takeOver,
      },
    );
    await requestOnce(server.port!);
    await forwardOnce(takeOver.path);
    await server.shutdown();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The first look at the clock on the wall takes half a millisecond. */
function rehearseLog(record: LogRecord): void {
  if (record.kind === "access") formatDev(record);
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
