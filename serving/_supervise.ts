import { appFlags, namedConfig } from "./_app_flags.ts";
import { type AppConfig, appConfig, ownConfig } from "./_app_config.ts";
import { CurrentConfigFiles } from "../reloader/current_config_files.ts";
import { denoSpawner } from "../reloader/spawn_deno.ts";
import { Supervisor } from "../reloader/supervisor.ts";
import { debugSetup, pinOf } from "./_debug_setup.ts";
import { readEnvFiles } from "./_env_file.ts";
import { fromFileUrl, toFileUrl } from "../reloader/file_url.ts";
import type { AppJob } from "./_generation_job.ts";
import { parseImportString } from "./import_string.ts";
import type { TerminalLog } from "./log.ts";
import { onFreePort } from "./_on_free_port.ts";
import { openBrowser } from "./_open_browser.ts";
import { reportToLog, signalsToLog } from "./_report_to_log.ts";
import { reserveAddresses } from "./_reserve_addresses.ts";
import { resolveSpecifier } from "./_resolve_specifier.ts";
import type { ReloadSettings, Settings } from "./_settings.ts";
import { sharedData } from "../middleware/shared_data/shared_data.ts";
import { sslFiles, sslSource } from "./_ssl_source.ts";
import { superviseSignals } from "../reloader/supervise_signals.ts";
import { withProxies } from "./_with_proxies.ts";
import { VERSION } from "./_version.ts";

const GENERATION = new URL("./_generation.ts", import.meta.url).href;
const REDIRECT = new URL("./_redirect_module.ts", import.meta.url);

/** What a generation loads of ours when needed, with packages. */
const STATIC_FILES =
  new URL("../middleware/shared_data/_file_answers.ts", import.meta.url).href;

/**
 * Serves an app in generations: each is a process of its own, and the next one
 * follows when a file of the app changes. Returns the exit code.
 */
export async function superviseApp(
  app: string,
  settings: Settings,
  reload: ReloadSettings,
  log: TerminalLog,
): Promise<number> {
  const { specifier } = parseImportString(app);
  const url = await resolveSpecifier(specifier, Deno.cwd());
  const entry = url.startsWith("file:") ? fromFileUrl(url) : undefined;
  const folder = entry === undefined ? Deno.cwd() : folderOf(entry);
  const named = namedConfig();
  const { options } = settings;
  const { staticFiles } = options;
  // Says now what is wrong with them.
  if (staticFiles !== undefined) sharedData(() => new Response(), staticFiles);
  await withProxies(() => new Response(), settings.proxies);
  await readEnvFiles([...settings.envFiles]);
  const currentSsl = await sslSource(settings.addresses, options, log);
  using reserved = await onFreePort(
    settings,
    log,
    (addresses) =>
      reserveAddresses(
        addresses,
        reload.relay,
        options.sslContext !== undefined,
      ),
  );
  const { addresses, relay, relayed } = reserved;

  const needsCopies = staticFiles !== undefined && ownConfig() !== undefined &&
    appConfig(folder, named).path !== ownConfig();
  const configs = new CurrentConfigFiles(
    entry,
    named === undefined ? [] : [await Deno.realPath(named)],
  );
  const cwd = Deno.cwd();
  const root = entry?.startsWith(`${cwd}/`) ? cwd : folder;
  const debug = settings.debug &&
    await debugSetup(settings.debug, root, options.allowedHosts, log, url);
  let hasStarted = false;
  const report = reportToLog(log, addresses, options, {
    ...reload,
    pin: pinOf(debug),
  });
  const spawnDeno = denoSpawner();
  const supervisor = new Supervisor({
    ...reload,
    ...report,
    onStart(start) {
      report.onStart(start);
      reserved[Symbol.dispose]();
      const { urls } = start.detail as { urls: string[] };
      if (settings.open && !hasStarted) openBrowser(urls[0]!, log);
      hasStarted = true;
    },
    relay,
    overlap: true,
    entry,
    get config() {
      return appConfig(folder, named).path;
    },
    get startFiles() {
      return configs.known;
    },
    get configFiles() {
      const others = [...settings.envFiles, ...sslFiles(options)];
      return [...configs.look(), ...others];
    },
    root: Deno.cwd(),
    gracePeriod: options.gracePeriod ?? 5,
    spawn: (path, { isAwaited, isBare }) =>
      spawnDeno([
        "run",
        ...needsCopies ? [redirectFlag(path)] : [],
        ...commandIn(
          folder,
          isBare
            ? { path: ownConfig(), isNpm: false }
            : appConfig(folder, named),
        ),
        path,
        ...isAwaited ? ["awaited"] : [],
        ...options.sslContext === undefined ? [] : ["secure"],
        ...debug === undefined ? [] : ["debugged"],
        ...debug?.hook === undefined ? [] : [JSON.stringify(debug.hook)],
      ]),
    job: async (): Promise<AppJob> => {
      await copied;
      return {
        app,
        url,
        appArgs: settings.appArgs,
        proxies: settings.proxies,
        env: await readEnvFiles([...settings.envFiles]),
        addresses,
        relayed,
        options,
        ssl: await currentSsl(),
        debug: debug?.job,
        log: settings.log,
        color: settings.color,
        directory: supervisor.directory,
      };
    },
  });
  const copied = needsCopies
    ? copyStaticFiles(supervisor.directory)
    : undefined;

  using _signals = superviseSignals(supervisor, signalsToLog(log));
  await supervisor.run();
  return Deno.exitCode;
}

/** The flags and the main module of a generation of an app in a folder. */
function commandIn(folder: string, { path, isNpm }: AppConfig): string[] {
  const flags = appFlags(path, { isNpm });
  if (!isNpm) return [...flags, GENERATION];
  // From the main module Deno finds the "package.json". Nobody looks whether that
  // module is there, as what is loaded ahead of it never ends.
  const main = toFileUrl(".devserve-main.ts", folder).href;
  return [...flags, `--preload=${GENERATION}?preloaded`, main];
}

/** Where the copy is: as a package in Deno's cache, it is not taken for the app's. */
function copyIn(directory: string): string {
  return toFileUrl(
    `npm/devserve.local/devserve/${VERSION}/module.ts`,
    directory,
  ).href;
}

async function copyStaticFiles(directory: string): Promise<void> {
  try {
    const { copyModules } = await import("./_copy_modules.ts");
    await copyModules(STATIC_FILES, copyIn(directory));
  } catch {
    // What is missing is told when a file is asked for.
  }
}

/** Has the generation whose socket is at `path` use the copy. */
function redirectFlag(path: string): string {
  const url = new URL(REDIRECT);
  url.searchParams.set("from", STATIC_FILES);
  url.searchParams.set("to", copyIn(folderOf(path)));
  return `--preload=${url}`;
}

function folderOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, "") || "/";
}
