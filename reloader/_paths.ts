const IS_WINDOWS = Deno.build.os === "windows";

/** What is between the names of a path. */
const SEPARATOR = IS_WINDOWS ? "\\" : "/";

/** The path with `/` between its names, as globs are written. */
export function withSlashes(path: string): string {
  return IS_WINDOWS ? path.replaceAll("\\", "/") : path;
}

/** The path of `name` in `folder`. */
export function joinPath(folder: string, name: string): string {
  return folder.endsWith(SEPARATOR)
    ? folder + name
    : `${folder}${SEPARATOR}${name}`;
}

/** The folder that `path` is in; that of a file system's root is itself. */
export function parentOf(path: string): string {
  const root = rootOf(path);
  const end = path.lastIndexOf(SEPARATOR);
  return end < root.length ? root : path.slice(0, end);
}

/** The last name of `path`. */
export function nameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf(SEPARATOR) + 1, 0));
}

/**
 * Whether `path` is `folder` or somewhere in it.
 *
 * @param path An absolute path.
 * @param folder An absolute path.
 * @returns Whether it is in there.
 */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(joinPath(folder, ""));
}

/**
 * The names that lead from `folder` to `path`.
 *
 * @param path An absolute path.
 * @param folder An absolute path.
 * @returns The names, none for the folder itself; of a path that is elsewhere,
 * those after the folder that both have in common.
 */
export function namesBelow(path: string, folder: string): string[] {
  let common = folder;
  while (!isWithin(path, common)) {
    const parent = parentOf(common);
    if (parent === common) break;
    common = parent;
  }
  const rest = isWithin(path, common) ? path.slice(common.length) : path;
  return rest.split(SEPARATOR).filter((name) => name !== "");
}

/**
 * Makes a path absolute, without `.`, `..`, doubled or trailing separators.
 *
 * @param path A path.
 * @param base The absolute path that a relative one starts at.
 * @returns The absolute path.
 */
export function absolutePath(path: string, base: string): string {
  const native = IS_WINDOWS ? path.replaceAll("/", "\\") : path;
  const whole = rootOf(native) === "" ? joinPath(base, native) : native;
  const root = rootOf(whole);
  const names: string[] = [];
  for (const name of whole.slice(root.length).split(SEPARATOR)) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return root + names.join(SEPARATOR);
}

/** What an absolute path begins with (`/`, `C:\`), `""` of a relative one. */
function rootOf(path: string): string {
  if (!IS_WINDOWS) return path.startsWith("/") ? "/" : "";
  return /^(?:[A-Za-z]:\\|\\\\[^\\]+\\[^\\]+\\?|\\)/.exec(path)?.[0] ?? "";
}
