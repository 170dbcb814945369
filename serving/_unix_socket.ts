import type { UnixBindAddress } from "./bind_address.ts";
import { isListening } from "./_is_listening.ts";

/**
 * The longest path of a Unix socket in bytes: `sun_path` of `sockaddr_un`, less
 * its final zero (unix(7); 104 on BSD and macOS, 108 on Linux).
 */
const MAX_PATH_BYTES = Deno.build.os === "linux" ? 107 : 103;

/**
 * Makes sure that a socket can be bound at the path: removes a socket that no
 * one listens on any more, and refuses anything else that is there.
 *
 * Requires `--allow-read`, `--allow-write` and `--allow-net` permission.
 */
export function clearStaleSocket(path: string): void {
  const bytes = new TextEncoder().encode(path).length;
  if (bytes > MAX_PATH_BYTES) {
    throw new RangeError(
      `Cannot listen on "unix://${path}" as the path must be at most ${MAX_PATH_BYTES} bytes long: current length is ${bytes}`,
    );
  }
  let info: Deno.FileInfo;
  try {
    // Not `stat`: a link is not followed to something that is not ours.
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (!info.isSocket) {
    throw new Deno.errors.AlreadyExists(
      `Cannot listen on "unix://${path}": the path exists and is not a socket`,
    );
  }
  if (isListening(path)) {
    throw new Deno.errors.AddrInUse(
      `Cannot listen on "unix://${path}": another process is listening on it`,
    );
  }
  Deno.removeSync(path);
}

/**
 * Runs `bind`, which creates the socket file, so that the file has its mode
 * from the first moment: with `chmod` afterwards anyone could connect before.
 */
export function withSocketMode<T>(address: UnixBindAddress, bind: () => T): T {
  if (address.mode === undefined) return bind();
  const before = Deno.umask(0o777 & ~address.mode);
  try {
    return bind();
  } finally {
    Deno.umask(before);
  }
}

/**
 * What tells the socket file at a path from one that is there at another time,
 * as another server may have taken the path: the number of a file is given to
 * the next one at once, so it is not enough. `undefined` if there is none.
 */
export function socketIdentity(path: string): string | undefined {
  try {
    const { dev, ino, mtime } = Deno.lstatSync(path);
    return `${dev} ${ino} ${mtime?.getTime()}`;
  } catch {
    // It is gone, or cannot be looked at: then it is not known to be ours.
    return undefined;
  }
}

/** Removes a socket file, unless others listen at its path by now. */
export function removeSocket(path: string, identity: string | undefined): void {
  if (identity === undefined || identity !== socketIdentity(path)) return;
  try {
    Deno.removeSync(path);
  } catch {
    // It is gone already, or stays where nobody may remove it.
  }
}
