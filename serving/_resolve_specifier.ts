import { displayPath } from "./_display_path.ts";
import { fromFileUrl, toFileUrl } from "../reloader/file_url.ts";
import { findDefaultApp } from "./_find_default_app.ts";
import { nearestName } from "./_nearest_name.ts";

const SCRIPT_REGEXP = /\.(?:[cm]?[jt]s|[jt]sx)$/;

/**
 * Makes the URL to import of an import string's specifier. What is not a URL is a
 * path from `cwd`; a folder stands for the app file in it.
 *
 * @throws {Deno.errors.NotFound} If there is no such local file.
 */
export async function resolveSpecifier(
  specifier: string,
  cwd: string,
): Promise<string> {
  if (/^(?:https?|npm|jsr|node|data|blob):/i.test(specifier)) return specifier;
  const url = /^file:/i.test(specifier)
    ? new URL(specifier)
    : toFileUrl(specifier, cwd);
  const info = statOrUndefined(url);
  if (info === undefined) throw await missing(url, cwd);
  if (!info.isDirectory) return url.href;
  const folder = fromFileUrl(url);
  return toFileUrl(await findDefaultApp(folder), folder).href;
}

/** Does not wait: on the way of a reload, an `await` of the disk is 0.4 ms. */
function statOrUndefined(url: URL): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(url);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

async function missing(url: URL, cwd: string): Promise<Error> {
  const path = displayPath(url.href, cwd);
  const folder = new URL("./", url);
  const name = fromFileUrl(url).split(/[\\/]/).findLast((part) => part !== "");
  const names = await scriptsIn(folder);
  if (names === undefined) {
    const shown = displayPath(folder.href.replace(/\/$/, ""), cwd);
    return new Deno.errors.NotFound(
      `Cannot load an app from "${path}": there is no folder "${shown}"`,
    );
  }
  const meant = nearestScript(name ?? "", names);
  const hint = meant === undefined
    ? ""
    : `, but "${
      displayPath(new URL(encodeURIComponent(meant), folder).href, cwd)
    }" does`;
  return new Deno.errors.NotFound(
    `Cannot load an app from "${path}": file does not exist${hint}`,
  );
}

async function scriptsIn(folder: URL): Promise<string[] | undefined> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.map(({ name }) => name)
      .filter((name) => SCRIPT_REGEXP.test(name)).sort();
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** The script of this name, with the extension left off maybe, or the nearest. */
function nearestScript(name: string, names: string[]): string | undefined {
  const nearest = nearestName(stem(name), names.map(stem));
  return names.find((other) => stem(other) === nearest) ??
    nearestName(name, names);
}

function stem(name: string): string {
  return name.replace(SCRIPT_REGEXP, "");
}

function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory;
}
