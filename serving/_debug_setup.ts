import { debuggerLibraries } from "./_debugger_libraries.ts";
import type { TerminalLog } from "./log.ts";

const SECRETS =
  new URL("../middleware/debugger/debugger_secrets.ts", import.meta.url).href;

/** How errors of the app are shown. */
export interface DebugSettings {
  /** Whether code can be run in the frames of an error. */
  readonly evalex: boolean;
  /** The packages whose frames have variables, besides the app's own. */
  readonly packages: readonly string[];
  /** Patterns of files whose frames have no variables. */
  readonly exclude: readonly string[];
  /** Where the editor has the files, by where they are here. */
  readonly editorPaths: Readonly<Record<string, string>>;
  /** The PIN that the user wants: digits, or `"off"`. */
  readonly pin: string | undefined;
  /** The URL that opens a file in the editor. */
  readonly editor: string | undefined;
}

/** What a process needs before it loads the app. Anybody may know it. */
export interface HookJob {
  /** The folder of the project. */
  readonly root: string;
  /** The URL of the parser. */
  readonly acornUrl: string;
  /** The folder for instrumented sources. */
  readonly cacheDir: string;
  /** The packages besides. */
  readonly packages: readonly string[];
  /** Patterns of files that are left as they are. */
  readonly exclude: readonly string[];
  /** The URL of the app's module. */
  readonly entry?: string;
}

/** What a process needs to show errors. It has secrets. */
export interface DebugJob {
  /** The folder of the project. */
  readonly root: string;
  /** Whether code can be run. */
  readonly evalex: boolean;
  /** The PIN, or `"off"`. */
  readonly pin: string;
  /** What the console's addresses are made with. */
  readonly secret: string;
  /** Hosts besides those of this machine that may see errors. */
  readonly trustedHosts: readonly string[];
  /** The URL of the parser. */
  readonly acornUrl?: string;
  /** The URL of what colors sources. */
  readonly highlightUrl?: string;
  /** The URL that opens a file in the editor. */
  readonly editor?: string;
  /** Where the editor has the files, by where they are here. */
  readonly editorPaths: Readonly<Record<string, string>>;
}

/** The debugger of all processes that run an app. */
export interface DebugSetup {
  /** What goes before the app; `undefined` if its frames are not looked into. */
  readonly hook: HookJob | undefined;
  /** What shows its errors. */
  readonly job: DebugJob;
}

/** Prepares the debugger for an app in the folder `root`. */
export async function debugSetup(
  { evalex, packages, exclude, pin, editor, editorPaths }: DebugSettings,
  root: string,
  allowedHosts: readonly string[] | undefined,
  log: TerminalLog,
  entry?: string,
): Promise<DebugSetup> {
  const { debuggerSecrets } = await import(
    SECRETS
  ) as typeof import("../middleware/debugger/debugger_secrets.ts");
  const secrets = debuggerSecrets();
  const libraries = await debuggerLibraries().catch((error: Error) => {
    log.message("warn", `Errors are shown without variables. ${error.message}`);
    return undefined;
  });
  return {
    hook: libraries && {
      root,
      acornUrl: libraries.acornUrl,
      cacheDir: libraries.cacheDir,
      packages,
      exclude,
      ...entry !== undefined && { entry },
    },
    job: {
      root,
      evalex: evalex && libraries !== undefined,
      pin: pin ?? secrets.pin,
      secret: secrets.secret,
      editorPaths,
      trustedHosts: (allowedHosts ?? []).filter(isName),
      ...libraries && {
        acornUrl: libraries.acornUrl,
        highlightUrl: libraries.highlightUrl,
      },
      ...editor !== undefined && { editor },
    },
  };
}

/** Who allows any host trusts none with the sources of the app. */
function isName(host: string): boolean {
  return host !== "*" && host !== "<ip>";
}

/** The PIN to be told to the user, if one is needed. */
export function pinOf(setup: DebugSetup | undefined): string | undefined {
  const { evalex = false, pin } = setup?.job ?? {};
  return evalex && pin !== "off" ? pin : undefined;
}
