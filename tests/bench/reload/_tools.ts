import { fromFileUrl } from "@std/path/from-file-url";
import type { Flavor } from "./_apps.ts";

/** A tool that reloads. */
export interface ReloadTool {
  /** What is called on the command line. */
  readonly name: string;
  /** How its apps are written. */
  readonly flavor: Flavor;
  /** Its command, for an entry and a port. */
  command(entry: string, port: number): [string, ...string[]];
  /** The apps that it cannot run, by name. */
  readonly without?: readonly string[];
}

/** Where the tools come from. */
export interface ToolPlaces {
  /** The main module of devserve. */
  readonly devserve: string;
  /** The folder where npm has installed Bun, nodemon and Hono. */
  readonly npm: string;
  /** The folder of copies of the programs. */
  readonly programs: string;
}

/** The main module of this working copy. */
export const MAIN: string = fromFileUrl(
  new URL("../../../mod.ts", import.meta.url),
);

/**
 * Gets the tools that are to be had here.
 *
 * Each of them runs a copy of its own of its program: the pages of a program are
 * shared by all who run it, so they would be counted too low.
 */
export function reloadTools(
  { devserve, npm, programs }: ToolPlaces,
  say: (text: string) => void,
): ReloadTool[] {
  function copyOf(program: string, tool: string): string {
    const folder = `${programs}/${tool}`;
    Deno.mkdirSync(folder, { recursive: true });
    const path = `${folder}/${program.replace(/^.*\//, "")}`;
    Deno.copyFileSync(program, path);
    Deno.chmodSync(path, 0o755);
    return path;
  }

  const deno = Deno.execPath();
  const bun = Deno.realPathSync(`${npm}/node_modules/.bin/bun`);
  const forDevserve = copyOf(deno, "devserve");
  const bunHot = copyOf(bun, "bun-hot");
  const bunWatch = copyOf(bun, "bun-watch");
  const denoRun = copyOf(deno, "deno-run");
  const denoServe = copyOf(deno, "deno-serve");
  const tools: ReloadTool[] = [
    {
      name: "devserve",
      flavor: "fetch",
      command: (entry, port) => [
        forDevserve,
        "run",
        "-A",
        devserve,
        entry,
        "-b",
        `127.0.0.1:${port}`,
      ],
    },
    {
      name: "bun-hot",
      flavor: "bun",
      command: (entry) => [bunHot, "--hot", entry],
    },
    {
      name: "bun-watch",
      flavor: "bun",
      command: (entry) => [bunWatch, "--watch", entry],
    },
    {
      name: "deno-run",
      flavor: "deno",
      command: (entry) => [denoRun, "run", "-A", "--watch", entry],
    },
    {
      name: "deno-serve",
      flavor: "fetch",
      command: (entry, port) => [
        denoServe,
        "serve",
        "-A",
        "--watch",
        "--host=127.0.0.1",
        `--port=${port}`,
        entry,
      ],
    },
  ];
  const node = output("node", ["-p", "process.execPath"]);
  if (node === undefined) {
    say("Node is not installed: without node --watch and nodemon");
  } else {
    const nodeWatch = copyOf(node, "node");
    const forNodemon = copyOf(node, "nodemon");
    tools.push({
      name: "node",
      flavor: "node",
      command: (entry) => [nodeWatch, "--watch", entry],
    }, {
      name: "nodemon",
      flavor: "node",
      command: (entry) => [
        forNodemon,
        `${npm}/node_modules/nodemon/bin/nodemon.js`,
        "--exec",
        forNodemon,
        entry,
      ],
    });
  }
  const python = output("python3", [
    "-c",
    "import sys, werkzeug.serving; print(sys.executable)",
  ]);
  if (python === undefined) {
    say("Werkzeug is not installed (python3-werkzeug): without it");
  } else {
    tools.push({
      name: "werkzeug",
      flavor: "werkzeug",
      command: (entry) => [python, entry],
      without: ["hono"],
    });
  }
  return tools;
}

function output(program: string, args: string[]): string | undefined {
  try {
    const command = new Deno.Command(program, { args, stderr: "null" });
    const { success, stdout } = command.outputSync();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
