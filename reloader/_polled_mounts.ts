import { isWithin } from "./_paths.ts";

/**
 * File systems whose files may be changed by another machine, without an event:
 * network disks and the folders that virtual machines share with their host.
 */
const POLLED_TYPE_REGEXP =
  /^(?:9p|afs|ceph|cifs|drvfs|fuse(?:\..+)?|gfs2|lustre|ncpfs|nfs\d?|ocfs2|osxfs|prl_fs|smb3|smbfs|vboxsf|virtiofs|vmhgfs)$/;

/** A mounted file system. */
export interface Mount {
  /** Where it is mounted. */
  readonly folder: string;
  /** Its type, as in `mount -t`. */
  readonly type: string;
}

/** The mounted file systems; none where that cannot be read. */
export function readMounts(): readonly Mount[] {
  if (Deno.build.os !== "linux") return [];
  const path = "/proc/mounts";
  // Without the permission Deno would ask for it, on the terminal.
  const { state } = Deno.permissions.querySync({ name: "read", path });
  if (state !== "granted") return [];
  try {
    return parseMounts(Deno.readTextFileSync(path));
  } catch {
    // No proc file system, or only `--allow-all` may read it: then nothing is
    // known, as on other systems.
    return [];
  }
}

/**
 * Reads the text of `/proc/mounts` (proc_pid_mounts(5), fstab(5)).
 *
 * @param text The text.
 * @returns The mounts, the newest last.
 */
export function parseMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [, folder, type] = line.split(" ");
    if (folder === undefined || type === undefined) return [];
    return [{ folder: folder.replace(/\\([0-7]{3})/g, unescape), type }];
  });
}

/**
 * The type of the file system of a folder, if it does not tell about changes.
 *
 * @param folder A path without links.
 * @param mounts The mounted file systems.
 * @returns The type; `undefined` if it does tell.
 */
export function polledType(
  folder: string,
  mounts: readonly Mount[],
): string | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    if (!isWithin(folder, mount.folder)) continue;
    if (found !== undefined && mount.folder.length < found.folder.length) {
      continue;
    }
    found = mount;
  }
  const type = found?.type;
  return type !== undefined && POLLED_TYPE_REGEXP.test(type) ? type : undefined;
}

function unescape(_: string, octal: string): string {
  return String.fromCharCode(parseInt(octal, 8));
}
