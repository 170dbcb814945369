import { globToRegExp } from "./_glob.ts";
import {
  absolutePath,
  joinPath,
  nameOf,
  namesBelow,
  parentOf,
  withSlashes,
} from "./_paths.ts";

/** Folders that hold nothing of the app's own. */
const IGNORED_FOLDERS: ReadonlySet<string> = new Set([
  ".git",
  "__pycache__",
  "node_modules",
]);

/** What editors put beside the file that they write. */
const EDITOR_FILE_REGEXP = new RegExp(
  [
    ".*~", // backups of vim, emacs and others
    "\\.(?:.*\\.)?sw[a-z]", // swap files of vim
    "4913", // vim tries whether it may write
    "#.*#|\\.#.*", // emacs: auto-save and lock
    ".*\\.tmp", // temporary files that are renamed over the target
    ".*___jb_(?:tmp|old|bak)___", // JetBrains safe write
    "\\.goutputstream-.*", // GLib: gedit and others
  ].map((name) => `^(?:${name})$`).join("|"),
  "s",
);

/** Decides whether a path is left out. */
export type Excluded = (path: string) => boolean;

/**
 * Whether a file or folder of this name never counts when a folder is walked.
 *
 * @param name The last name of a path.
 * @returns Whether it is left out.
 */
export function isIgnoredName(name: string): boolean {
  return IGNORED_FOLDERS.has(name) || EDITOR_FILE_REGEXP.test(name);
}

/**
 * Whether a folder that never counts (`node_modules`, `.git`) leads to `path`.
 *
 * @param path An absolute path.
 * @param root The project folder. Names above it, or above the folder that it
 * shares with `path`, do not matter.
 * @returns Whether it is in such a folder.
 */
export function isInIgnoredFolder(path: string, root: string): boolean {
  return namesBelow(path, root).some((name) => IGNORED_FOLDERS.has(name));
}

/**
 * The one matcher of `excludePatterns`, for all ways to watch.
 *
 * A pattern is a glob for absolute paths or for paths relative to `root`; one
 * without a slash is for names at any depth of the project. What is in a folder
 * that matches is left out, too.
 *
 * @param root The project folder.
 * @param patterns The patterns.
 * @returns The matcher of absolute paths.
 */
export function excludedBy(
  root: string,
  patterns: readonly string[],
): Excluded {
  const matchers = patterns
    .map((pattern) => pattern.replace(/^(?:\.\/)+|\/+$/g, ""))
    .filter((pattern) => pattern !== "")
    .map((pattern) => matcherOf(pattern, root));
  if (matchers.length === 0) return () => false;
  const folders = new Map<string, boolean>();

  function isExcludedFolder(folder: string): boolean {
    let result = folders.get(folder);
    if (result === undefined) {
      result = isExcluded(folder);
      folders.set(folder, result);
    }
    return result;
  }
  function isExcluded(path: string): boolean {
    if (path === root || path === parentOf(path)) return false;
    return matchers.some((matches) => matches(path)) ||
      isExcludedFolder(parentOf(path));
  }
  return isExcluded;
}

function matcherOf(pattern: string, root: string): Excluded {
  const slashed = withSlashes(pattern);
  if (!slashed.includes("/")) {
    const name = globToRegExp(slashed);
    return (path) => isProjectName(path, root) && name.test(nameOf(path));
  }
  // A relative pattern is made absolute as text, so that a root whose own name
  // has brackets does not become part of the glob.
  const written = globToRegExp(slashed);
  const prefix = withSlashes(joinPath(root, ""));
  const climbing = /^(?:\.\.\/)+/.exec(slashed)?.[0];
  const outside = climbing === undefined
    ? undefined
    : withSlashes(joinPath(absolutePath(climbing, root), ""));
  const rest = climbing === undefined
    ? undefined
    : globToRegExp(slashed.slice(climbing.length));
  return (path) => {
    const whole = withSlashes(path);
    if (written.test(whole)) return true;
    if (outside !== undefined && rest !== undefined) {
      return whole.startsWith(outside) &&
        rest.test(whole.slice(outside.length));
    }
    return whole.startsWith(prefix) && written.test(whole.slice(prefix.length));
  };
}

/** Whether the last name is one that the project has chosen. */
function isProjectName(path: string, root: string): boolean {
  return namesBelow(path, root).length > 0;
}
