import { fromFileUrl } from "@std/path/from-file-url";
import { type ChildProcess, startProcess } from "./_process.ts";

/** The command line of this working copy. */
export const MAIN: string = fromFileUrl(new URL("../mod.ts", import.meta.url));

/** Options for {@linkcode startDevserve}. */
export interface DevserveOptions {
  /** The folder to run in. */
  cwd?: string;
  /** Variables on top of those of the tests. */
  env?: Record<string, string>;
}

/** Runs the command line of this working copy, without colors. */
export function startDevserve(
  args: readonly string[],
  { cwd, env = {} }: DevserveOptions = {},
): ChildProcess {
  return startProcess([Deno.execPath(), "run", "-A", MAIN, ...args], {
    ...(cwd !== undefined && { cwd }),
    env: { NO_COLOR: "1", ...env },
  });
}

/** Waits for the banner, and returns the URL in it. */
export async function servedAt(child: ChildProcess): Promise<string> {
  const match = await child.waitFor(/Local\s+(https?:\S+)/, "stderr");
  return match[1]!;
}

/** Makes a folder with these files, which is removed with the returned object. */
export function makeFolder(
  files: Record<string, string>,
): Disposable & { path: string } {
  const path = Deno.makeTempDirSync({ prefix: "devserve-test-" });
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${path}/${name}`, text);
  }
  return {
    path,
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}
