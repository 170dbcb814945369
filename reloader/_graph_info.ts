import { fromFileUrl, toFileUrl } from "./file_url.ts";
import { absolutePath, parentOf } from "./_paths.ts";

/** Options for {@linkcode graphFiles}. */
export interface GraphFilesOptions {
  /** The configuration file, if it is not the nearest one to the entry. */
  config?: string | undefined;
}

/** A module, as `deno info --json` prints it. */
interface Module {
  readonly specifier?: unknown;
}

/**
 * Finds the files of an app that cannot be loaded: also what cannot be parsed,
 * and where an import looked for what is missing.
 *
 * Sees what is written in `import` and `export`, not what is computed; nothing
 * is downloaded, and packages are not looked into.
 *
 * Requires `--allow-run` permission for Deno itself.
 *
 * @param entry The absolute path or the `file:` URL of the main module.
 * @param options Additional options.
 * @returns The paths, existing or not, that of the entry first; only that one
 * if nothing can be found out, as with a broken configuration file or without
 * Deno; none if the entry is not a local file.
 */
export async function graphFiles(
  entry: string,
  options: GraphFilesOptions = {},
): Promise<string[]> {
  const path = pathOf(entry);
  if (path === undefined) return [];
  const { config } = options;
  const files = new Set([path]);
  const json = await infoOf(path, config);
  if (json === undefined) return [...files];
  for (const { specifier } of modulesIn(json)) {
    const file = typeof specifier === "string"
      ? localFile(specifier)
      : undefined;
    if (file !== undefined) files.add(file);
  }
  return [...files];
}

/** What Deno tells, if it can be asked. */
async function infoOf(
  path: string,
  config: string | undefined,
): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "info",
        "--json",
        "--no-remote",
        "--no-npm",
        "--no-lock",
        "--node-modules-dir=none",
        ...(config === undefined ? [] : [`--config=${config}`]),
        // A path would be decoded where it has a "%".
        toFileUrl(path).href,
      ],
      // Deno looks for the configuration from here.
      cwd: nearestFolder(parentOf(path)),
      stdin: "null",
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch {
    // Deno was replaced or removed, or the folder in the meantime.
    return undefined;
  }
}

/** The path of the entry, if it is a local one. */
function pathOf(entry: string): string | undefined {
  return localFile(entry) ??
    (/^[a-z][a-z\d+.-]+:/i.test(entry)
      ? undefined
      : absolutePath(entry, entry));
}

/** The path of a `file:` URL. */
function localFile(specifier: string): string | undefined {
  // It may be in an import that cannot be right.
  return specifier.startsWith("file:") && URL.canParse(specifier)
    ? absolutePath(fromFileUrl(specifier), "/")
    : undefined;
}

function modulesIn(json: string): readonly Module[] {
  const graph: unknown = JSON.parse(json);
  if (typeof graph !== "object" || graph === null || !("modules" in graph)) {
    return [];
  }
  return Array.isArray(graph.modules) ? graph.modules : [];
}

/** The folder itself, or what there is of the way to it. */
function nearestFolder(folder: string): string {
  try {
    if (Deno.statSync(folder).isDirectory) return folder;
  } catch {
    // Missing, like the entry that should be in it.
  }
  const parent = parentOf(folder);
  return parent === folder ? folder : nearestFolder(parent);
}
