import { escapeControl } from "./_escape_control.ts";

const LISTEN = "0A";
const ATTEMPTS = 3;

/**
 * Finds out which process listens on a TCP port, as text such as
 * `"node" (process 123)`.
 *
 * Only where it can be read (Linux with all permissions, own processes unless
 * root); otherwise `undefined`. It is an ornament of an error message, so every
 * failure counts as "unknown".
 */
export function portHolder(port: number): string | undefined {
  if (Deno.build.os !== "linux") return undefined;
  // Nobody is to be asked for a permission because of this.
  const { state } = Deno.permissions.querySync({ name: "read" });
  if (state !== "granted") return undefined;
  // The tables change while they are read, and a line can be missed by that.
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const holder = lookUp(port);
    if (holder !== undefined) return holder;
  }
  return undefined;
}

function lookUp(port: number): string | undefined {
  try {
    const inodes = listeningInodes(port);
    if (inodes.size === 0) return undefined;
    for (const { name: pid } of Deno.readDirSync("/proc")) {
      if (/^\d+$/.test(pid) && holdsSocket(pid, inodes)) {
        const name = Deno.readTextFileSync(`/proc/${pid}/comm`).trim();
        // Any process may call itself what it likes.
        return `"${escapeControl(name)}" (process ${pid})`;
      }
    }
  } catch {
    // No permission to look, or the process has just gone.
  }
  return undefined;
}

/** Reads the inodes of listening sockets from `/proc/net/tcp` (proc(5)). */
function listeningInodes(port: number): Set<string> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of Deno.readTextFileSync(table).split("\n")) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTEN && local?.endsWith(`:${hexPort}`)) {
        inodes.add(`socket:[${inode}]`);
      }
    }
  }
  return inodes;
}

function holdsSocket(pid: string, inodes: Set<string>): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return Deno.readDirSync(folder)
      .some(({ name }) => inodes.has(linkAt(`${folder}/${name}`)));
  } catch {
    // Somebody else's process, or one that has just ended.
    return false;
  }
}

function linkAt(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    // It was closed after it was listed.
    return "";
  }
}
