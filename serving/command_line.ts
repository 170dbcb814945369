import { assertDenoVersion } from "../reloader/assert_deno_version.ts";
import { announce } from "./_banner.ts";
import { debugSetup, pinOf } from "./_debug_setup.ts";
import { loadEnvFiles } from "./_env_file.ts";
import { findDefaultApp } from "./_find_default_app.ts";
import { formatError } from "./format_error.ts";
import { giveArguments } from "./_give_arguments.ts";
import { logError } from "./_log_error.ts";
import { loadApp, type LoadedApp } from "./load_app.ts";
import { createLog, type TerminalLog } from "./log.ts";
import { missingForReload } from "./_missing_for_reload.ts";
import { openBrowser } from "./_open_browser.ts";
import { parseFlags, UsageError } from "./_parse_flags.ts";
import { parseImportString } from "./import_string.ts";
import { refuseMistyped } from "./_refuse_mistyped.ts";
import { resolveSpecifier } from "./_resolve_specifier.ts";
import { runToEnd } from "./run_simple.ts";
import { seedCrypto } from "./_seed_crypto.ts";
import { type Settings, settingsOf } from "./_settings.ts";
import { startFromSettings } from "./_start_from_settings.ts";
import { unknownVariables } from "./_unknown_variables.ts";
import { VERSION } from "./_version.ts";
import {
  appScope,
  debugBoundary,
  installDebugHook,
  loadDebugger,
} from "./_with_debugger.ts";

const SLOW_LOAD_MS = 10_000;

/**
 * Runs the command line: serves the app it names until the server is stopped.
 *
 * Requires the permissions of {@linkcode runSimple}, those of the app, and
 * `--allow-env` for settings from the environment.
 *
 * @param args The arguments, without the program.
 * @returns The exit code: 0 stopped, 1 failed, 2 wrong usage, 130 or 143 by
 * signal.
 */
export async function commandLine(args: readonly string[]): Promise<number> {
  if (args[0] === "cert") return await runCertCommand(args.slice(1));
  const env = await readableEnv();
  let settings: Settings;
  try {
    const flags = parseFlags(args, env);
    if (flags.switches.has("help")) {
      const { helpText } = await import("./_help_text.ts");
      return print(helpText());
    }
    if (flags.switches.has("version")) return print(`devserve ${VERSION}\n`);
    settings = settingsOf(flags);
    refuseMistyped(settings);
  } catch (error) {
    return failUsage(error);
  }
  const log = createLog(settings.log, { color: settings.color });
  for (const text of unknownVariables(env.names())) log.message("warn", text);
  try {
    return await serve(settings, log);
  } finally {
    log.flush();
  }
}

async function serve(settings: Settings, log: TerminalLog): Promise<number> {
  try {
    const app = settings.app ?? await findDefaultApp(Deno.cwd());
    const { reload, debug } = settings;
    if (reload !== undefined || debug) assertDenoVersion();
    if (reload === undefined || !mayReload(log)) {
      return await serveOnce(app, settings, log);
    }
    const { superviseApp } = await import("./_supervise.ts");
    return await superviseApp(app, settings, reload, log);
  } catch (error) {
    log.message("error", messageOf(error));
    return 1;
  }
}

function mayReload(log: TerminalLog): boolean {
  const missing = missingForReload(Deno.cwd());
  if (missing.length === 0) return true;
  const flags = missing.join(", ");
  log.message("warn", `Changes are not noticed, as that takes ${flags}`);
  return false;
}

/** Serves the app in this process, which no change of it affects. */
async function serveOnce(
  app: string,
  settings: Settings,
  log: TerminalLog,
): Promise<number> {
  if (settings.options.sslContext !== undefined) seedCrypto();
  const entry = await entryOf(app);
  if (entry !== undefined) giveArguments(settings.appArgs, entry);
  await loadEnvFiles([...settings.envFiles]);
  const { addresses, options } = settings;
  const debug = settings.debug &&
    await debugSetup(
      settings.debug,
      Deno.cwd(),
      options.allowedHosts,
      log,
      entry,
    );
  if (debug?.hook !== undefined) await installDebugHook(debug.hook);
  const loaded = await load(app, log);
  if (loaded === undefined) return 1;
  const parts = debug && await loadDebugger();
  const boundary = parts &&
    debugBoundary(parts, debug.job, log, appScope(parts, loaded.module));
  const server = await startFromSettings(settings, loaded.app, log, boundary);
  const told = { ...options, pin: pinOf(debug) };
  announce(log, server.urls, addresses, told);
  if (settings.open) openBrowser(server.url, log);
  loaded.closed?.then(() => server.shutdown());
  try {
    await runToEnd(server, loaded.app, log, options);
    // Lets a module that serves by itself do what it does afterwards.
    loaded.close?.();
    await loaded.closed;
    return Deno.exitCode;
  } catch (error) {
    logError(log, "Stopped by the app", error);
    return 1;
  }
}

/** The URL of the app's module; what is wrong with it is said when it is loaded. */
async function entryOf(app: string): Promise<string | undefined> {
  try {
    const { specifier } = parseImportString(app);
    return await resolveSpecifier(specifier, Deno.cwd());
  } catch {
    return undefined;
  }
}

/** Loads the app; if that fails, says why. */
async function load(
  app: string,
  log: TerminalLog,
): Promise<LoadedApp | undefined> {
  // Not `setTimeout`, which takes some milliseconds to load the first time.
  const slow = AbortSignal.timeout(SLOW_LOAD_MS);
  const notice = () =>
    log.message("warn", "The app is still loading after 10 s");
  slow.addEventListener("abort", notice);
  try {
    const loaded = await loadApp(app, { catchServe: true });
    if (loaded.ignored !== undefined) {
      log.message(
        "warn",
        `Serving the export "${loaded.name}"; what the module gives to ${loaded.ignored} is not served`,
      );
    }
    return loaded;
  } catch (error) {
    log.message("error", formatError(error, { color: log.hasColors }));
  } finally {
    slow.removeEventListener("abort", notice);
  }
}

/** Loaded when wanted: Deno would load an import by name ahead of time. */
async function runCertCommand(args: readonly string[]): Promise<number> {
  const url = new URL("./tls/cert_command.ts", import.meta.url).href;
  try {
    const { certCommand } = await import(
      url
    ) as typeof import("./tls/cert_command.ts");
    return await certCommand(args, (line) => void print(`${line}\n`));
  } catch (error) {
    // Where a working copy may not be read, there is no such command.
    return failUsage(error);
  }
}

/** The environment, which is empty where it may not be read. */
async function readableEnv(): Promise<
  { get(name: string): string | undefined; names(): string[] }
> {
  const { state } = await Deno.permissions.query({ name: "env" });
  if (state !== "granted") return { get: () => undefined, names: () => [] };
  return {
    get: (name) => Deno.env.get(name),
    names: () => Object.keys(Deno.env.toObject()),
  };
}

function print(text: string): number {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
  return 0;
}

function failUsage(error: unknown): number {
  const log = createLog(false);
  log.message("error", messageOf(error));
  const isUsage = error instanceof UsageError || error instanceof SyntaxError ||
    error instanceof RangeError;
  return isUsage ? 2 : 1;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : formatError(error);
}
