import { fromFileUrl } from "@std/path/from-file-url";
import { type ChildProcess, startProcess } from "../../_process.ts";

const SCRIPT = fromFileUrl(
  new URL("../../testdata/debugger/serve_app.ts", import.meta.url),
);
const CONFIG = fromFileUrl(new URL("../../../deno.json", import.meta.url));

/** A process in which an app is debugged with all that belongs to it. */
export interface ServedApp extends AsyncDisposable {
  /** The port of the app, on 127.0.0.1. */
  readonly port: string;
  /** The process. */
  readonly child: ChildProcess;
  /** Requests a path. */
  get(path: string, accept?: string): Promise<Response>;
}

/** Serves the app in `testdata/debugger` with the load hook. */
export async function serveApp(
  options: Record<string, unknown>,
): Promise<ServedApp> {
  const child = startProcess(
    [Deno.execPath(), "run", "--no-check", "-A", "--config", CONFIG, SCRIPT]
      .concat(JSON.stringify(options)) as [string, ...string[]],
    { env: { NO_COLOR: "1" } },
  );
  try {
    const [, port = ""] = await child.waitFor(/port (\d+)/);
    return {
      port,
      child,
      get: (path, accept = "text/html") =>
        fetch(`http://127.0.0.1:${port}${path}`, { headers: { accept } }),
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
}
