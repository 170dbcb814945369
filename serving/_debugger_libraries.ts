import { toFileUrl } from "../reloader/file_url.ts";
import { VERSION } from "./_version.ts";

/** What says where the user's cache is. */
const VARIABLES: readonly string[] = Deno.build.os === "windows"
  ? ["HOME", "USERPROFILE", "LOCALAPPDATA"]
  : ["HOME", "XDG_CACHE_HOME"];

const FETCH_LIBRARIES = new URL("./_fetch_libraries.ts", import.meta.url).href;

/** Where the debugger finds what it needs of packages. */
export interface DebuggerLibraries {
  /** The URL of the parser acorn. */
  readonly acornUrl: string;
  /** The URL of what colors sources. */
  readonly highlightUrl: string;
  /** The folder for instrumented sources. */
  readonly cacheDir: string;
}

/**
 * Has copies of the debugger's libraries in the user's cache, where any process
 * can load them: from npm they would be bound to the config of the app, and so
 * be written to its lockfile and `node_modules`, or refused there. They are
 * copied once, by a process that knows no config.
 *
 * Requires `--allow-read`, `--allow-env` and, the first time, `--allow-run`.
 *
 * @throws {Error} If they cannot be had, such as without a network.
 */
export async function debuggerLibraries(): Promise<DebuggerLibraries> {
  const folder = `${cacheFolder()}/devserve/${VERSION}`;
  const permission = { name: "read", path: folder } as const;
  if (Deno.permissions.querySync(permission).state !== "granted") {
    throw new Error(`Showing them takes --allow-read=${folder}`);
  }
  const acorn = `${folder}/acorn.mjs`;
  if (!isFile(acorn)) await fetchLibraries(folder);
  return {
    acornUrl: toFileUrl(acorn).href,
    highlightUrl: toFileUrl(`${folder}/speed-highlight/index.js`).href,
    cacheDir: `${folder}/instrumented`,
  };
}

async function fetchLibraries(folder: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-config",
      "--no-lock",
      "--node-modules-dir=none",
      "--allow-read",
      `--allow-write=${folder.replaceAll(",", ",,")}`,
      FETCH_LIBRARIES,
      folder,
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
  }).output();
  if (success) return;
  const [reason] = new TextDecoder().decode(stderr).trim().split("\n");
  throw new Error(`Cannot get the libraries of the debugger: ${reason}`);
}

/** The folder that the system gives to caches of the user's programs. */
function cacheFolder(): string {
  const get = readVariable;
  const home = get("HOME") ?? get("USERPROFILE") ?? "/tmp";
  switch (Deno.build.os) {
    case "darwin":
      return `${home}/Library/Caches`;
    case "windows":
      return get("LOCALAPPDATA")?.replaceAll("\\", "/") ?? home;
    default:
      // The specification of base directories has relative ones ignored.
      return get("XDG_CACHE_HOME")?.match(/^\/.*/)?.[0] ?? `${home}/.cache`;
  }
}

/** A variable. Nobody is asked for the permission because of this. */
function readVariable(variable: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  if (state === "granted") return Deno.env.get(variable);
  throw new Error(`Showing them takes --allow-env=${VARIABLES.join(",")}`);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
