import { permissionFlags } from "../reloader/child_flags.ts";
import { configFilesOf, findConfig } from "../reloader/config_files.ts";
import { Supervisor } from "../reloader/supervisor.ts";
import { readEnvFiles } from "./_env_file.ts";
import { fromFileUrl } from "./_file_url.ts";
import type { AppJob } from "./_generation_job.ts";
import { parseImportString } from "./import_string.ts";
import type { TerminalLog } from "./log.ts";
import { onFreePort } from "./_on_free_port.ts";
import { openBrowser } from "./_open_browser.ts";
import { reportToLog } from "./_report_to_log.ts";
import { reserveAddresses } from "./_reserve_addresses.ts";
import { resolveSpecifier } from "./_resolve_specifier.ts";
import type { ReloadSettings, Settings } from "./_settings.ts";
import { sharedData } from "../middleware/shared_data.ts";
import { superviseSignals } from "./_supervise_signals.ts";

const GENERATION = new URL("./_generation.ts", import.meta.url).href;

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
  const config = findConfig(folder) ?? ownConfig();
  const { options } = settings;
  const { staticFiles } = options;
  // Says now what is wrong with them.
  if (staticFiles !== undefined) sharedData(() => new Response(), staticFiles);
  await readEnvFiles([...settings.envFiles]);
  const { addresses, relay, relayed } = await onFreePort(
    settings,
    log,
    (addresses) => reserveAddresses(addresses, reload.relay),
  );

  let hasStarted = false;
  const report = reportToLog(log, addresses, options, reload);
  const supervisor = new Supervisor({
    ...reload,
    ...report,
    onStart(start) {
      report.onStart(start);
      const { urls } = start.detail as { urls: string[] };
      if (settings.open && !hasStarted) openBrowser(urls[0]!, log);
      hasStarted = true;
    },
    relay,
    overlap: true,
    entry,
    config,
    configFiles: [
      ...entry === undefined ? [] : configFilesOf(entry),
      ...settings.envFiles,
    ],
    root: Deno.cwd(),
    gracePeriod: options.gracePeriod ?? 5,
    spawn: (path, isFirst) => spawnGeneration(path, isFirst, config),
    job: async (): Promise<AppJob> => ({
      app,
      appArgs: settings.appArgs,
      env: await readEnvFiles([...settings.envFiles]),
      addresses,
      relayed,
      options,
      log: settings.log,
      color: settings.color,
      directory: supervisor.directory,
    }),
  });

  using _signals = superviseSignals(supervisor, log);
  await supervisor.run();
  return Deno.exitCode;
}

function spawnGeneration(
  path: string,
  isFirst: boolean,
  config: string | undefined,
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      ...permissionFlags(),
      // For `reusePort`.
      "--unstable-net",
      ...config === undefined ? ["--no-config"] : ["--config", config],
      GENERATION,
      path,
      ...isFirst ? ["first"] : [],
    ],
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
}

/**
 * The config of a working copy of devserve, whose import map holds where the app
 * has none. Once published, devserve has no need of one.
 */
function ownConfig(): string | undefined {
  const url = new URL("../deno.json", import.meta.url).href;
  return url.startsWith("file:") ? fromFileUrl(url) : undefined;
}

function folderOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, "") || "/";
}
