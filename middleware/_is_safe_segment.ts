// A colon begins a drive or an NTFS stream (`C:`, `x::$DATA`); Windows drops
// dots and spaces at the end, so `x.` would be another way to write `x`. This
// refuses `.`, `..` and empty segments, too.
const UNSAFE_REGEXP = /[\0/\\:]|[. ]$|^$/;

// Windows opens the device whatever follows the first dot, and ignores spaces.
const DEVICE_REGEXP =
  /^\s*(?:AUX|CON|CONIN\$|CONOUT\$|NUL|PRN|(?:COM|LPT)[1-9¹²³])\s*(?:\.|$)/i;

// `GIT~1` is another name of `.git`; the rest cannot be in a name at all.
const WINDOWS_REGEXP = /~\d|[<>"|?*]/;

/**
 * Whether a decoded URL segment can be joined to a directory without leaving
 * it, naming a device, or being a second name for another file.
 *
 * All rules but the last apply on every system, so that a project does not
 * become unsafe by being moved to another one.
 *
 * @param segment The segment, decoded.
 * @param windows Whether to apply the rules for Windows file systems as well.
 * @returns Whether the segment is safe.
 */
export function isSafeSegment(
  segment: string,
  windows: boolean = Deno.build.os === "windows",
): boolean {
  return !UNSAFE_REGEXP.test(segment) && !DEVICE_REGEXP.test(segment) &&
    !(windows && WINDOWS_REGEXP.test(segment));
}
