import { bannerLines } from "./_banner.ts";
import { type BindAddress, parseBindAddress } from "./bind_address.ts";
import { findDefaultApp } from "./_find_default_app.ts";
import { loadEnvFiles } from "./_env_file.ts";
import { formatLoadError } from "./load_error.ts";
import { helpText } from "./_help_text.ts";
import { inspectError } from "./_inspect_error.ts";
import { loadApp, type LoadedApp } from "./load_app.ts";
import {
  assertLogOption,
  createLog,
  type Log,
  type LogOption,
} from "./_log.ts";
import { type ServerOptions, startServer } from "./make_server.ts";
import { openBrowser } from "./_open_browser.ts";
import { type ParsedFlags, parseFlags, UsageError } from "./_parse_flags.ts";
import { runToEnd } from "./run_simple.ts";
import { defaultAllowedHosts } from "./allowed_hosts.ts";
import { checkApp } from "./_check_options.ts";
import type { DevServer } from "./dev_server.ts";
import { VERSION } from "./_version.ts";

const DEFAULT_HOST = "localhost";
const DEFAULT_PORT = 8000;

/** How many ports are tried when the user named none. */
const PORTS_TO_TRY = 100;

/** What the flags come to, all checked. */
interface Settings {
  app: string | undefined;
  addresses: BindAddress[];
  isDefaultPort: boolean;
  options: ServerOptions;
  log: LogOption;
  color: boolean;
  open: boolean;
}

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
  const env = await readableEnv();
  let settings: Settings;
  try {
    const flags = parseFlags(args, env);
    if (flags.switches.has("help")) return print(helpText());
    if (flags.switches.has("version")) return print(`devserve ${VERSION}\n`);
    settings = settingsOf(flags);
    await loadEnvFiles(flags.values.get("env-file") ?? []);
  } catch (error) {
    return failUsage(error);
  }
  const log = createLog(settings.log, { color: settings.color });
  try {
    return await serve(settings, log);
  } finally {
    log.flush();
  }
}

async function serve(settings: Settings, log: Log): Promise<number> {
  let loaded: LoadedApp;
  const notice = setTimeout(() => {
    log.message("warn", "The app is still loading after 10 s");
  }, 10_000);
  try {
    loaded = await loadApp(settings.app ?? await findDefaultApp(Deno.cwd()));
  } catch (error) {
    log.message("error", formatLoadError(error, { cwd: Deno.cwd() }));
    return 1;
  } finally {
    clearTimeout(notice);
  }
  let server: DevServer;
  try {
    server = start(settings, loaded, log);
  } catch (error) {
    log.message("error", messageOf(error));
    return 1;
  }
  const lines = bannerLines(
    server,
    settings.addresses,
    settings.options,
    log.paint,
  );
  for (const line of lines) log.message("info", line);
  if (settings.open) openBrowser(server.url, log);
  try {
    await runToEnd(server, loaded.app, log, settings.options);
    return Deno.exitCode;
  } catch (error) {
    log.message(
      "error",
      `Stopped by an error of the app: ${inspectError(error)}`,
    );
    return 1;
  }
}

/** Starts the server; a port that nobody asked for may be another one. */
function start(settings: Settings, { app }: LoadedApp, log: Log): DevServer {
  const { addresses, options, isDefaultPort } = settings;
  const handler = checkApp(app);
  const context = {
    log,
    allowHint: (host: string) => `to allow it, pass --allowed-host ${host}`,
  };
  if (!isDefaultPort) return startServer(addresses, handler, options, context);
  for (let port = DEFAULT_PORT;; port++) {
    const onPort = addresses.map((address) =>
      address.transport === "tcp" ? { ...address, port } : address
    );
    try {
      const server = startServer(onPort, handler, options, context);
      if (port !== DEFAULT_PORT) {
        log.message(
          "warn",
          `Port ${DEFAULT_PORT} is in use, so this is port ${port}`,
        );
      }
      return server;
    } catch (error) {
      const isInUse = error instanceof Deno.errors.AddrInUse &&
        !error.message.includes("unix://");
      if (!isInUse || port === DEFAULT_PORT + PORTS_TO_TRY - 1) throw error;
    }
  }
}

function settingsOf({ app, switches, values }: ParsedFlags): Settings {
  const one = (name: string) => values.get(name)?.[0];
  const port = one("port");
  const texts = values.get("bind") ?? [one("host") ?? DEFAULT_HOST];
  if (values.has("bind") && values.has("host")) {
    throw new UsageError(
      "Cannot use --host besides --bind: expected one of them",
    );
  }
  const parsed = texts.map(parseBindAddress);
  const hasOwnPorts = parsed.every((address) =>
    address.transport === "unix" || address.port !== undefined
  );
  const fallback = port === undefined ? DEFAULT_PORT : parsePort(port);
  const addresses = parsed.map((address) =>
    address.transport === "tcp"
      ? { ...address, port: address.port ?? fallback }
      : address
  );
  const quiet = switches.has("quiet");
  return {
    app,
    addresses,
    isDefaultPort: port === undefined && !hasOwnPorts,
    options: serverOptions(addresses, switches, values),
    log: quiet ? false : parseLog(one("log")),
    color: !switches.has("no-color"),
    open: switches.has("open"),
  };
}

function serverOptions(
  addresses: BindAddress[],
  switches: Set<string>,
  values: Map<string, string[]>,
): ServerOptions {
  const options: ServerOptions = {
    passthroughErrors: switches.has("passthrough-errors"),
  };
  const hosts = values.get("allowed-host");
  if (hosts !== undefined) {
    // With all interfaces bound the default is anything: then the names given
    // are the only ones, besides this machine's own.
    options.allowedHosts = [
      ...defaultAllowedHosts(addresses) ?? defaultAllowedHosts([])!,
      ...hosts,
    ];
  }
  const grace = values.get("grace")?.[0];
  if (grace !== undefined) options.gracePeriod = parseSeconds("grace", grace);
  const statics = values.get("static");
  if (statics !== undefined) options.staticFiles = statics.map(parseStatic);
  return options;
}

function parsePort(text: string): number {
  const address = /^\d+$/.test(text) ? parseBindAddress(text) : undefined;
  if (address?.transport !== "tcp" || address.port === undefined) {
    throw new UsageError(
      `Cannot use --port ${text}: expected an integer from 0 to 65535`,
    );
  }
  return address.port;
}

function parseSeconds(flag: string, text: string): number {
  const seconds = Number(text);
  if (text.trim() === "" || !(seconds >= 0 && seconds < Infinity)) {
    throw new UsageError(
      `Cannot use --${flag} ${text}: expected a number of seconds from 0 on`,
    );
  }
  return seconds;
}

function parseStatic(text: string): [string, string] {
  const at = text.indexOf("=");
  const [url, path] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || !url.startsWith("/") || path === "") {
    throw new UsageError(
      `Cannot use --static ${text}: expected /url=directory`,
    );
  }
  return [url, path];
}

function parseLog(text: string | undefined): LogOption {
  if (text === undefined) return "dev";
  if (text === "none") return false;
  try {
    assertLogOption(text);
    return text;
  } catch {
    throw new UsageError(
      `Cannot use --log ${text}: expected dev, common, combined, json or none`,
    );
  }
}

/** The environment, which is empty where it may not be read. */
async function readableEnv(): Promise<
  { get(name: string): string | undefined }
> {
  const { state } = await Deno.permissions.query({ name: "env" });
  return state === "granted" ? Deno.env : { get: () => undefined };
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
  return error instanceof Error ? error.message : inspectError(error);
}
