/**
 * Says that folders cannot be watched, and what to do about it.
 *
 * @param folders The folders.
 * @param error What the system said.
 * @param interval How many seconds are between two looks instead.
 * @returns The text.
 */
export function watchFailureNotice(
  folders: readonly string[],
  error: Error,
  interval: number,
): string {
  // Deno adds the paths, which are named already.
  const reason = error.message.replace(/ about \[.*/s, "").replace(/\.$/, "");
  return `Cannot watch ${listOf(folders)}: ${reason}; ${insteadOf(interval)}${
    wayOut(error)
  }`;
}

/**
 * Says that the file system of folders does not tell about changes.
 *
 * @param folders The folders.
 * @param type The type of the file system.
 * @param interval How many seconds are between two looks instead.
 * @returns The text.
 */
export function polledMountNotice(
  folders: readonly string[],
  type: string,
  interval: number,
): string {
  return `Cannot rely on events for ${listOf(folders)}, which is on ${type}; ${
    insteadOf(interval)
  }. Choose the reloader type "watch" if they work there`;
}

function listOf(folders: readonly string[]): string {
  const rest = folders.length - 1;
  if (rest === 0) return `"${folders[0]}"`;
  return `"${folders[0]}" and ${rest} more folder${rest === 1 ? "" : "s"}`;
}

function insteadOf(interval: number): string {
  const pause = interval === 1 ? "second" : `${interval} seconds`;
  return `looking at the files every ${pause} instead`;
}

function wayOut(error: Error): string {
  if (Deno.build.os !== "linux") return "";
  const command = "sudo sysctl -w fs.inotify";
  if (/watch limit|no space left|os error 28/i.test(error.message)) {
    return `. Raise the limit with "${command}.max_user_watches=524288"`;
  }
  if (/too many open files|os error 24/i.test(error.message)) {
    return `. Raise the limits with "${command}.max_user_instances=512" and "ulimit -n 65536"`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return ". Make it readable for this user";
  }
  if (error instanceof Deno.errors.NotCapable) {
    return ". Allow it with --allow-read";
  }
  return "";
}
