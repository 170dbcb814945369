import { basename } from "@std/path/basename";
import { SEPARATOR } from "@std/path/constants";

/** A regular file, open for reading. */
export interface SharedFile {
  /** The handle. */
  file: Deno.FsFile;
  /** What the handle says about the file. */
  info: Deno.FileInfo;
  /** The path below the root with all links followed, with slashes. */
  realName: string;
}

/**
 * Opens a regular file, and only if it is inside of `root`, links included.
 *
 * The path is looked at before it is opened, since opening a FIFO waits for a
 * writer and opening a device can have effects. Somebody could exchange it in
 * between, so all that decides is asked afterwards: the kind and size of the
 * handle, and whether the real path below the real root leads to the very same
 * file. What remains: who may write to the directory can make it a FIFO within
 * the first gap, so that this request waits, and, exchanging a directory for a
 * link and back twice, each time between two given system calls, can have a
 * file outside of it served. Deno has no `openat` to close these gaps.
 *
 * @param path The path.
 * @param root The directory that the file has to be in, `undefined` if it may
 * be a link to anywhere.
 * @returns The file, `undefined` if there is none that may be served.
 */
export async function openSharedFile(
  path: string,
  root: string | undefined,
): Promise<SharedFile | undefined> {
  let file: Deno.FsFile | undefined;
  try {
    if (!(await Deno.stat(path)).isFile) return undefined;
    file = await Deno.open(path);
    const info = await file.stat();
    const realName = await realNameOf(path, root, info);
    if (!info.isFile || realName === undefined) return undefined;
    const shared = { file, info, realName };
    file = undefined;
    return shared;
  } catch (error) {
    if (isMiss(error)) return undefined;
    throw error;
  } finally {
    file?.close();
  }
}

async function realNameOf(
  path: string,
  root: string | undefined,
  info: Deno.FileInfo,
): Promise<string | undefined> {
  if (root === undefined) return basename(path);
  const [realPath, realRoot] = await Promise.all([
    Deno.realPath(path),
    Deno.realPath(root),
  ]);
  const base = realRoot.endsWith(SEPARATOR) ? realRoot : realRoot + SEPARATOR;
  if (!realPath.startsWith(base)) return undefined;
  const real = await Deno.lstat(realPath);
  if (real.ino !== info.ino || real.dev !== info.dev) return undefined;
  return realPath.slice(base.length).replaceAll(SEPARATOR, "/");
}

/** Whether there is no file to serve, rather than something wrong with us. */
function isMiss(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.FilesystemLoop ||
    error instanceof Error && "code" in error && error.code === "ENAMETOOLONG";
}
