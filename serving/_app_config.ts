import { findConfig, findPackage } from "../reloader/config_files.ts";
import { fromFileUrl } from "../reloader/file_url.ts";

/** What an app is loaded with. */
export interface AppConfig {
  /** The config file, if Deno is to be given one. */
  readonly path: string | undefined;
  /** Whether there is a `package.json` alone. */
  readonly isNpm: boolean;
}

/**
 * Finds what an app is loaded with, as it is now.
 *
 * @param folder The folder of the app.
 * @param named The config file that the user has named.
 */
export function appConfig(
  folder: string,
  named: string | undefined,
): AppConfig {
  const config = named ?? findConfig(folder);
  const isNpm = config === undefined && findPackage(folder) !== undefined;
  return { path: isNpm ? undefined : config ?? ownConfig(), isNpm };
}

/**
 * The config of a working copy of devserve, whose import map holds where the app
 * has none. Once published, devserve has no need of one.
 */
export function ownConfig(): string | undefined {
  const url = new URL("../deno.json", import.meta.url).href;
  return url.startsWith("file:") ? fromFileUrl(url) : undefined;
}
