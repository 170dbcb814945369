import type { ReloaderType } from "../reloader/reloader_type.ts";
import { assertDenoVersion } from "../reloader/assert_deno_version.ts";
import { announce } from "./_banner.ts";
import {
  type Check,
  checkOptions,
  isAbortSignal,
  isBoolean,
  isFunction,
  isReloaderType,
  isSeconds,
  isStrings,
  refuse,
} from "../reloader/option_checks.ts";
import { checkAddresses, checkApp, SERVER_CHECKS } from "./_check_options.ts";
import type { BindAddress } from "./bind_address.ts";
import type { ShownErrors } from "./_code_debug.ts";
import type { DevServer } from "./dev_server.ts";
import type { App } from "./handler.ts";
import {
  type CodeGeneration,
  codeGeneration,
} from "../reloader/code_generation.ts";
import { loadSsl } from "./_load_ssl.ts";
import { createLog, type TerminalLog } from "./log.ts";
import type { ServerOptions } from "./make_server.ts";
import type { RunningServer } from "./_running_server.ts";
import { seedCrypto } from "./_seed_crypto.ts";
import { startServer } from "./_start_server.ts";
import { captured } from "./_own_server.ts";
import { stopOnSignals } from "./_stop_on_signals.ts";
import { surviveStrayErrors } from "./_survive_stray_errors.ts";

const CODE_DEBUG = new URL("./_code_debug.ts", import.meta.url).href;

/** Options for {@linkcode runSimple}: those of Werkzeug, and a few more. */
export interface RunSimpleOptions extends ServerOptions {
  /**
   * Runs the main module anew, in a process of its own, when one of its files
   * changes. No connection is lost by that. A program can have one app reloaded;
   * the apps of other calls are served as they were at the start.
   *
   * @default {false}
   */
  useReloader?: boolean;
  /**
   * Answers failed requests with a page about the error, with the sources around
   * each call. With `useReloader` it has the variables of each call, too.
   * Not where others can reach the server, unless `allowedHosts` are named.
   *
   * @default {false}
   */
  useDebugger?: boolean;
  /**
   * With `useDebugger`, allows code to be run in each call, by whoever gives the
   * PIN that the terminal shows.
   *
   * @default {true}
   */
  useEvalex?: boolean;
  /** With `useReloader`, files, directories and globs to watch besides. */
  extraFiles?: readonly string[];
  /** With `useReloader`, globs of what is not watched. */
  excludePatterns?: readonly string[];
  /**
   * With `useReloader`, the time between two looks at the files, in seconds.
   *
   * @default {1}
   */
  reloaderInterval?: number;
  /**
   * With `useReloader`, how changes are noticed.
   *
   * @default {"auto"}
   */
  reloaderType?: ReloaderType;
  /**
   * With `useReloader`, has one process accept all connections and pass them on,
   * instead of sharing the port between processes. It is always so where the
   * system cannot share ports, which is anywhere but on Linux.
   *
   * @default {false}
   */
  relay?: boolean;
  /**
   * Serves with one worker thread per processor. Not available yet; requests are
   * served concurrently in any case.
   *
   * @default {false}
   */
  threaded?: boolean;
  /**
   * Serves with this many processes. More than one are not available yet.
   *
   * @default {1}
   */
  processes?: number;
  /** Stops the server when aborted, as {@linkcode DevServer.shutdown} does. */
  signal?: AbortSignal;
  /**
   * Called once when all addresses are listened on.
   *
   * @param server The running server.
   */
  onListen?: (server: DevServer) => void;
}

const RUN_CHECKS: Record<keyof RunSimpleOptions, Check> = {
  ...SERVER_CHECKS,
  useReloader: isBoolean,
  useDebugger: isBoolean,
  useEvalex: isBoolean,
  extraFiles: isStrings,
  excludePatterns: isStrings,
  reloaderInterval: isSeconds,
  reloaderType: isReloaderType,
  relay: isBoolean,
  threaded: isUnavailable,
  processes: isOneProcess,
  signal: isAbortSignal,
  onListen: isFunction,
};

/**
 * Serves an app during development, until SIGINT, SIGTERM, the `signal` or
 * {@linkcode DevServer.shutdown} stops it. Not for production: use `deno serve`.
 *
 * Prints where it listens, logs requests, and survives errors of the app: also
 * those that no request can be blamed for. After a signal it sets
 * `Deno.exitCode` to 130 or 143; a second signal ends the process at once.
 *
 * Requires `--allow-net` permission; for a Unix socket `--allow-read` and
 * `--allow-write` as well, and `--allow-sys` if it has a mode. With
 * `--allow-sys=networkInterfaces` it knows its addresses in the network.
 *
 * @param hostname A host name, an IP address, `unix://` and a path, or several of
 * these, each of which may have a port of its own (`[::1]:8001`). `localhost`
 * means both loopbacks.
 * @param port The port of those that have none. `0` takes a free one.
 * @param app The app.
 * @param options Additional options.
 * @returns When the server has stopped.
 * @throws {TypeError} If an argument or an option has the wrong type, is not
 * available yet, or if a second app is to be reloaded.
 * @throws {RangeError} If a number is out of range.
 * @throws {Deno.errors.AddrInUse} If an address is in use.
 * @throws {Deno.errors.NotSupported} If `useReloader` or `useDebugger` is set and
 * Deno is older than 2.9.
 *
 * @example Usage
 * ```ts ignore
 * import { runSimple } from "@x/devserve";
 *
 * await runSimple("localhost", 8000, () => new Response("hello"));
 * ```
 *
 * @example Stopping after a request
 * ```ts
 * import { runSimple } from "@x/devserve";
 * import { assertEquals } from "@std/assert";
 *
 * const done = new AbortController();
 * let answer: Promise<Response> | undefined;
 *
 * await runSimple("localhost", 0, () => {
 *   done.abort();
 *   return new Response("You can close this page");
 * }, {
 *   signal: done.signal,
 *   onListen: (server) => answer = fetch(server.url),
 * });
 *
 * assertEquals(await (await answer)?.text(), "You can close this page");
 * ```
 */
export async function runSimple(
  hostname: string | readonly string[],
  port: number,
  app: App,
  options: RunSimpleOptions = {},
): Promise<void> {
  const addresses = checkAddresses(hostname, port);
  const handler = checkApp(app);
  checkOptions(options, RUN_CHECKS);
  // Run by the command line, which serves the app with its own options.
  if (captured(app)) return;
  if (options.useReloader || options.useDebugger) assertDenoVersion();
  const { log: logOption = "dev", passthroughErrors = false } = options;
  const log = createLog(logOption);
  const generation = ownGeneration();
  if (options.useReloader || generation !== undefined) {
    const { serveInGeneration, superviseMain } = await import(
      "./_supervise_main.ts"
    );
    return generation === undefined
      ? await superviseMain(addresses, options, log)
      : await serveInGeneration(generation, addresses, app, options, log);
  }
  if (options.sslContext !== undefined) seedCrypto();
  const ssl = options.sslContext && await loadSsl(addresses, options);
  const shown = options.useDebugger
    ? await showErrors(addresses, options, log)
    : undefined;
  const debug = shown?.boundary;
  const server = startServer(addresses, handler, options, { log, ssl, debug });
  const told = { ...options, pin: shown?.pin };
  announce(log, server.urls, addresses, told);
  await runToEnd(server, app, log, { ...options, passthroughErrors });
}

/** The generation that this process is, unless it is one of `runWithReloader`. */
function ownGeneration(): CodeGeneration | undefined {
  const generation = codeGeneration();
  return generation?.job === undefined ? undefined : generation;
}

/** Loaded when wanted: Deno would load an import by name ahead of time. */
async function showErrors(
  addresses: readonly BindAddress[],
  options: RunSimpleOptions,
  log: TerminalLog,
): Promise<ShownErrors | undefined> {
  const { showErrors } = await import(
    CODE_DEBUG
  ) as typeof import("./_code_debug.ts");
  return await showErrors(addresses, options, log);
}

/** Serves until the server is stopped, by whatever there is to stop it. */
export async function runToEnd(
  server: RunningServer,
  app: App,
  log: TerminalLog,
  options: RunSimpleOptions,
): Promise<void> {
  using _signals = stopOnSignals(server, log);
  await serveToEnd(server, app, log, options);
}

/** Does the same, but for signals. */
export async function serveToEnd(
  server: RunningServer,
  app: App,
  log: TerminalLog,
  { signal, onListen, passthroughErrors }: RunSimpleOptions,
): Promise<void> {
  using _strays = surviveStrayErrors(
    log,
    passthroughErrors ? (error) => server.fail(error) : undefined,
  );
  const stop = () => void server.shutdown();
  signal?.addEventListener("abort", stop);
  try {
    if (typeof app === "object") {
      for (const addr of server.addrs) app.onListen?.(addr);
    }
    onListen?.(server);
    if (signal?.aborted) stop();
    await server.finished;
  } finally {
    signal?.removeEventListener("abort", stop);
    await server.shutdown();
  }
}

function isUnavailable(value: unknown, name: string): void {
  isBoolean(value, name);
  if (value === true) notAvailableYet(name);
}

function isOneProcess(value: unknown, name: string): void {
  if (typeof value !== "number" || !Number.isInteger(value)) {
    refuse(name, value, "an integer");
  }
  if (value < 1) {
    throw new RangeError(
      `Cannot use option "${name}": expected an integer from 1 on, got ${value}`,
    );
  }
  if (value > 1) notAvailableYet(name);
}

function notAvailableYet(name: string): never {
  throw new TypeError(
    `Cannot use option "${name}": it is not available yet`,
  );
}
