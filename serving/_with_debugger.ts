import type { DebugJob, HookJob } from "./_debug_setup.ts";
import type { Handler } from "./handler.ts";
import type { ErrorKind } from "../middleware/debugger/error_report.ts";
import type {
  DebuggedApplicationOptions,
  ModuleScope,
} from "../middleware/debugger/debugged_application.ts";
import type { KeptPinFailures } from "./_kept_pin_failures.ts";
import { logError, noteLogged } from "./_log_error.ts";
import type { TerminalLog } from "./log.ts";
import { target } from "./access_log.ts";
import { escapeControl } from "./_escape_control.ts";
import type { RunningServer } from "./_running_server.ts";

const HOOK =
  new URL("../middleware/debugger/instrument/install_hook.ts", import.meta.url)
    .href;
const APPLICATION =
  new URL("../middleware/debugger/debugged_application.ts", import.meta.url)
    .href;

const MODULE_SCOPE = new URL(
  "../middleware/debugger/instrument/module_scope.ts",
  import.meta.url,
).href;
const FAILED_LOAD =
  new URL("../middleware/debugger/failed_load.ts", import.meta.url).href;

type HookModule =
  typeof import("../middleware/debugger/instrument/install_hook.ts");

type DebuggerModule =
  & typeof import("../middleware/debugger/debugged_application.ts")
  & typeof import("../middleware/debugger/instrument/module_scope.ts");

/** Has the frames of the app looked into, which is to be loaded after that. */
export async function installDebugHook(
  job: HookJob,
  { rehearse = false }: { rehearse?: boolean } = {},
): Promise<void> {
  const { installHook } = await import(HOOK) as HookModule;
  await installHook({ ...job, rehearse });
}

/** Has what is loaded from now on not looked into any more. */
export async function removeDebugHook(): Promise<void> {
  const { removeHook } = await import(HOOK) as HookModule;
  removeHook();
}

/** Loads what shows errors, without using it. */
export async function loadDebugger(): Promise<DebuggerModule> {
  const [application, moduleScope] = await Promise.all([
    import(APPLICATION),
    import(MODULE_SCOPE),
  ]);
  return { ...application, ...moduleScope };
}

/** What runs code in the scope of the app's module, once that is loaded. */
export function appScope(
  { moduleEvaluator }: DebuggerModule,
  exported: Readonly<Record<string, unknown>> | undefined,
): ModuleScope {
  return moduleEvaluator() ?? exported ?? {};
}

/**
 * Makes a handler that answers with the error of an app that could not be loaded.
 */
export async function failedLoadPage(
  error: unknown,
  { root, trustedHosts, highlightUrl, editor, editorPaths }: DebugJob,
): Promise<Handler> {
  const { failedLoad } = await import(
    FAILED_LOAD
  ) as typeof import("../middleware/debugger/failed_load.ts");
  return failedLoad(error, {
    root,
    trustedHosts,
    editorPaths,
    ...highlightUrl !== undefined && { highlightUrl },
    ...editor !== undefined && { editor },
    // It has been logged.
    logError() {},
  });
}

/** What is around the app, and outside of all middleware. */
export interface DebugBoundary {
  /** Answers in place of an app that fails, to who asks for these hosts, too. */
  wrap(app: Handler, hosts: readonly string[]): Handler;
  /** Lets go of all errors when the server has stopped. */
  attach(server: RunningServer): void;
}

/**
 * Makes the boundary that shows errors of an app.
 *
 * @param module What shows errors.
 * @param job How.
 * @param log Where they are told, too.
 * @param moduleScope What the console without an error can see.
 * @param pinFailures Where wrong PINs are counted, if others follow.
 */
export function debugBoundary(
  { debuggedApplication }: DebuggerModule,
  job: DebugJob,
  log: TerminalLog,
  moduleScope: ModuleScope,
  pinFailures?: KeptPinFailures,
): DebugBoundary {
  const { acornUrl, highlightUrl, editor, ...rest } = job;
  const ended = new AbortController();
  let origin = "";

  const options: DebuggedApplicationOptions = {
    ...rest,
    ...acornUrl !== undefined && { acornUrl },
    ...highlightUrl !== undefined && { highlightUrl },
    ...editor !== undefined && { editor },
    moduleScope,
    ...pinFailures !== undefined && { pinFailures },
    onPin(pin) {
      // The first process has told it, unless it was to be quiet.
      if (log.option !== false) return;
      log.message("warn", `The PIN for the consoles on error pages: ${pin}`);
    },
    signal: ended.signal,
    logError(error, { kind, request, path }) {
      logError(log, whatFailed(kind, request), error);
      noteLogged(error);
      if (path !== undefined) {
        log.message("info", log.paint("dim", `  See ${origin}${path}`));
      }
    },
  };
  return {
    wrap: (app, hosts) =>
      debuggedApplication(app, {
        ...options,
        trustedHosts: [...job.trustedHosts, ...hosts],
      }),
    attach(server) {
      origin = server.url.replace(/\/$/, "");
      server.finished.catch(() => {}).then(() => ended.abort());
    },
  };
}

function whatFailed(kind: ErrorKind, request: Request | undefined): string {
  if (request === undefined) return "Error outside of a request";
  const where = escapeControl(target(request.url));
  return `Error in ${
    kind === "stream" ? "the body of" : request.method
  } ${where}`;
}
