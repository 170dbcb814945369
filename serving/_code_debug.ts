import { isLoopback } from "./allowed_hosts.ts";
import { checkPinText } from "../middleware/check_pin_text.ts";
import { editorUrl } from "./_editor_url.ts";
import type { BindAddress } from "./bind_address.ts";
import {
  type DebugSettings,
  type DebugSetup,
  debugSetup,
  pinOf,
} from "./_debug_setup.ts";
import type { TerminalLog } from "./log.ts";
import type { RunSimpleOptions } from "./run_simple.ts";
import {
  type DebugBoundary,
  debugBoundary,
  loadDebugger,
} from "./_with_debugger.ts";

/** The debugger that the options of `runSimple` ask for. */
export async function codeDebug(
  addresses: readonly BindAddress[],
  options: RunSimpleOptions,
  log: TerminalLog,
): Promise<DebugSetup | undefined> {
  const { useDebugger = false, passthroughErrors, allowedHosts } = options;
  if (!useDebugger || passthroughErrors) return undefined;
  const isExposed = addresses.some((address) =>
    address.transport === "tcp" && !isLoopback(address.hostname)
  );
  if (isExposed && allowedHosts === undefined) {
    log.message(
      "warn",
      "Errors are not shown to clients, as others can reach this server: name the allowedHosts that may see them",
    );
    return undefined;
  }
  return await debugSetup(settingsOf(options), Deno.cwd(), allowedHosts, log);
}

/** What shows errors in a process that has loaded its app by itself. */
export interface ShownErrors {
  /** What is around the app. */
  readonly boundary: DebugBoundary;
  /** The PIN to be told to the user, if one is needed. */
  readonly pin: string | undefined;
}

/** Prepares the debugger for an app that is there already. */
export async function showErrors(
  addresses: readonly BindAddress[],
  options: RunSimpleOptions,
  log: TerminalLog,
): Promise<ShownErrors | undefined> {
  const setup = await codeDebug(addresses, options, log);
  return setup && {
    boundary: debugBoundary(await loadDebugger(), setup.job, log, {}),
    pin: pinOf(setup),
  };
}

function settingsOf({ useEvalex = true }: RunSimpleOptions): DebugSettings {
  const pin = optionalEnv("DEVSERVE_DEBUG_PIN");
  if (pin !== undefined) checkPinText(pin);
  return {
    evalex: useEvalex,
    packages: [],
    exclude: [],
    pin,
    editorPaths: {},
    editor: editorUrl(optionalEnv("DEVSERVE_EDITOR")),
  };
}

/** A variable, where it may be read without asking. */
function optionalEnv(variable: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) || undefined : undefined;
}
