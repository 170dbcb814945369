import { findUpward, isFile } from "./_find_upward.ts";
import { parseJsonc } from "./_parse_jsonc.ts";
import { absolutePath, joinPath, parentOf } from "./_paths.ts";
import { workspaceMembers } from "./_workspace_members.ts";

/** The names of Deno's configuration file; the first one wins in a folder. */
const CONFIG_NAMES: readonly string[] = ["deno.json", "deno.jsonc"];

/** What the members of a workspace are described in. */
const MEMBER_NAMES: readonly string[] = [...CONFIG_NAMES, "package.json"];

/** What of a configuration file says where others are. */
interface Config {
  readonly importMap?: unknown;
  readonly lock?: unknown;
  readonly workspace?: unknown;
  readonly workspaces?: unknown;
}

/**
 * The configuration file that holds for a folder, as Deno finds it.
 *
 * @param folder The absolute path of the folder.
 * @returns The nearest `deno.json` or `deno.jsonc`, in the folder or above it.
 */
export function findConfig(folder: string): string | undefined {
  return findUpward(folder, CONFIG_NAMES);
}

/**
 * The description of the npm package that a folder belongs to.
 *
 * @param folder The absolute path of the folder.
 * @returns The nearest `package.json`, in the folder or above it.
 */
export function findPackage(folder: string): string | undefined {
  return findUpward(folder, ["package.json"]);
}

/**
 * The files that decide how an app is loaded: its `deno.json` and
 * `package.json`, those of the workspace that it is a member of and of the other
 * members, the import maps and lockfiles that they use, and the `.env` file.
 *
 * @param appPath The absolute path of the app's main module.
 * @returns The paths of those that exist, and of import maps and lockfiles that
 * are named but missing.
 */
export function configFilesOf(appPath: string): string[] {
  const folder = parentOf(appPath);
  const files = new Set<string>();
  for (const names of [CONFIG_NAMES, ["package.json"]]) {
    for (const path of configsUpward(folder, names)) {
      files.add(path);
      for (const named of filesNamedIn(path)) files.add(named);
      for (const member of memberConfigs(path)) files.add(member);
    }
  }
  const env = findUpward(folder, [".env"]);
  if (env !== undefined) files.add(env);
  return [...files];
}

/** The nearest file of these names, and the workspace root's above it. */
function configsUpward(folder: string, names: readonly string[]): string[] {
  const nearest = findUpward(folder, names);
  if (nearest === undefined) return [];
  let current = nearest;
  while (true) {
    const { workspace, workspaces } = readConfig(current);
    const isRoot = workspace !== undefined || workspaces !== undefined;
    if (isRoot && current !== nearest) return [nearest, current];
    const above = parentOf(parentOf(current));
    const next = findUpward(above, names);
    if (isRoot || next === undefined || next === current) return [nearest];
    current = next;
  }
}

/** The configurations of the members, if it is that of a workspace. */
function memberConfigs(path: string): string[] {
  const { workspace, workspaces } = readConfig(path);
  return workspaceMembers(parentOf(path), workspace ?? workspaces)
    .flatMap((folder) => MEMBER_NAMES.map((name) => joinPath(folder, name)))
    .filter(isFile);
}

/** The local files that a configuration names, and the lockfile beside it. */
function filesNamedIn(path: string): string[] {
  const { importMap, lock } = readConfig(path);
  const folder = parentOf(path);
  const files: string[] = [];
  const map = localPath(importMap, folder);
  if (map !== undefined) files.push(map);
  const named = typeof lock === "object" && lock !== null && "path" in lock
    ? lock.path
    : lock;
  const lockfile = localPath(named, folder);
  const beside = joinPath(folder, "deno.lock");
  if (lockfile !== undefined) files.push(lockfile);
  else if (lock !== false && isFile(beside)) files.push(beside);
  return files;
}

/** Reads a configuration; a broken one names nothing. */
function readConfig(path: string): Config {
  try {
    const value = parseJsonc(Deno.readTextFileSync(path));
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    // Deno tells about it when the app is loaded; the file itself is watched.
    return {};
  }
}

/** The path that a configuration gives, unless it is somewhere on the web. */
function localPath(value: unknown, folder: string): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  if (/^[a-z][a-z\d+.-]+:/i.test(value)) return undefined;
  return absolutePath(value, folder);
}
