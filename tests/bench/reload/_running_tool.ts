import { AppFiles, type AppShape } from "./_apps.ts";
import { Connection, RequestFailure, requestFor } from "./_connection.ts";
import { killTree, processTree } from "./_process_tree.ts";
import type { ReloadTool } from "./_tools.ts";

/** How long a tool may take for its first response, in milliseconds. */
const START_LIMIT_MS = 30_000;

/** A tool that serves an app. */
export class RunningTool implements AsyncDisposable {
  /** The tool. */
  readonly tool: ReloadTool;
  /** The port. */
  readonly port: number;
  /** The files of the app. */
  readonly files: AppFiles;
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;

  private constructor(
    tool: ReloadTool,
    port: number,
    folder: string,
    files: AppFiles,
  ) {
    this.tool = tool;
    this.port = port;
    this.files = files;
    this.#folder = folder;
    this.#child = spawn(tool.command(files.entry, port), folder);
  }

  /**
   * Writes the app, starts the tool and waits for the first response.
   *
   * @param tool The tool.
   * @param shape The app.
   * @param npm Where Hono is for those who look into `node_modules`.
   */
  static async start(
    tool: ReloadTool,
    shape: AppShape,
    npm: string,
  ): Promise<RunningTool> {
    const folder = await Deno.makeTempDir({ prefix: "devserve-bench-" });
    if (tool.flavor === "bun" || tool.flavor === "node") {
      await Deno.symlink(`${npm}/node_modules`, `${folder}/node_modules`);
    }
    const port = freePort();
    const files = new AppFiles(folder, port, tool.flavor, shape);
    const running = new RunningTool(tool, port, folder, files);
    try {
      await firstResponse(port);
    } catch (error) {
      await running[Symbol.asyncDispose]();
      throw new Error(`Cannot start ${tool.name}: no response`, {
        cause: error,
      });
    }
    return running;
  }

  /** The ids of its processes. */
  get pids(): number[] {
    return processTree(this.#child.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    killTree(this.#child.pid);
    await this.#child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** Milliseconds from the start of a bare `deno run` to the first response. */
export async function coldStart(
  shape: AppShape,
  rounds: number,
): Promise<number[]> {
  const folder = await Deno.makeTempDir({ prefix: "devserve-bench-" });
  const port = freePort();
  const files = new AppFiles(folder, port, "deno", shape);
  const times: number[] = [];
  // The first start transpiles everything, and is not counted.
  for (let round = 0; round <= rounds; round++) {
    files.change(round % 2 === 0 ? "entry" : "leaf").save();
    const started = performance.now();
    const child = spawn([Deno.execPath(), "run", "-A", files.entry], folder);
    try {
      await firstResponse(port);
      if (round > 0) times.push(performance.now() - started);
    } finally {
      child.kill("SIGKILL");
      await child.status;
    }
  }
  await Deno.remove(folder, { recursive: true });
  return times;
}

function spawn([program, ...args]: string[], cwd: string): Deno.ChildProcess {
  const isLoud = Deno.args.includes("--loud");
  return new Deno.Command(program!, {
    args,
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: isLoud ? "inherit" : "null",
    stderr: isLoud ? "inherit" : "null",
  }).spawn();
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function firstResponse(port: number): Promise<void> {
  const end = performance.now() + START_LIMIT_MS;
  for (;;) {
    try {
      using connection = await Connection.open(port);
      await connection.ask(requestFor("/", true));
      return;
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 0.2));
    }
  }
}
