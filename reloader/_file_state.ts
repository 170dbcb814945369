/** Files above this are told apart by size and time alone, not by content. */
const HASHED_SIZE_LIMIT = 1024 * 1024;

/**
 * How long after a write another one may leave all times of a file as they are:
 * the change time is known in whole seconds, and some disks keep two.
 */
const RACY_MILLISECONDS = 3000;

/** What is known of a path. */
export interface FileState {
  /**
   * Stands for the content: equal for equal content, `"missing"` when there is
   * none, `undefined` when it has not been read yet.
   */
  readonly content: string | number | undefined;
  /** The size in bytes. */
  readonly size: number;
  /** Tells without reading whether the file may be another one now. */
  readonly signature: string;
  /** Whether the file may have been written again with the same signature. */
  readonly isRacy: boolean;
}

/** The state of a path where there is nothing. */
export const MISSING: FileState = {
  content: "missing",
  size: 0,
  signature: "",
  isRacy: false,
};

/** The state of a file whose content is not known at all. */
export const UNKNOWN: FileState = { ...MISSING, content: undefined };

/**
 * Reads the state of a path, through links.
 *
 * @param path The path.
 * @param before What was known of it: its content is read again only when it
 * may have changed.
 * @returns The state; `before` itself if it still holds.
 */
export function fileState(path: string, before?: FileState): FileState {
  const info = statOf(path);
  if (info === undefined) return MISSING;
  const signature = signatureOf(info);
  if (before?.signature === signature && !before.isRacy) return before;
  const content = contentOf(path, info);
  return content === "missing"
    ? MISSING
    : { content, size: info.size, signature, isRacy: isRacy(info) };
}

/**
 * Reads the state of a path without the content.
 *
 * @param path The path.
 * @returns The state.
 */
export function unreadState(path: string): FileState {
  const info = statOf(path);
  if (info === undefined) return MISSING;
  return { ...UNKNOWN, size: info.size, signature: signatureOf(info) };
}

/**
 * Tells without reading whether a file may be another one later.
 *
 * @param path The path.
 * @returns What is different as soon as the file is; `undefined` if there is no
 * file, or one that may be written again without any such difference.
 */
export function settledSignature(path: string): string | undefined {
  const info = statOf(path);
  return info === undefined || isRacy(info) ? undefined : signatureOf(info);
}

/**
 * Whether the file has changed since a moment, as far as its times tell.
 *
 * @param path The path.
 * @param moment Milliseconds since the epoch.
 * @returns Whether its time of change is after the moment.
 */
export function changedSince(path: string, moment: number): boolean {
  const info = statOf(path);
  return info !== undefined && lastChange(info) > moment;
}

/**
 * Whether there may be another file at a path, or none, compared with a moment
 * at which there was one: rather too often than not.
 *
 * @param path The path.
 * @param moment Milliseconds since the epoch.
 * @returns Whether it is gone, or has a time in the second of that moment or later.
 */
export function mayHaveChangedSince(path: string, moment: number): boolean {
  const info = statOf(path);
  if (info === undefined) return true;
  // The time of change is known in whole seconds.
  const second = moment - moment % 1000;
  return lastChange(info) > moment || (info.ctime?.getTime() ?? 0) >= second;
}

/**
 * Whether a file was last written in a span of time, after its start.
 *
 * @param path The path.
 * @param start Milliseconds since the epoch.
 * @param end The same.
 * @returns Whether it was; not if it is gone.
 */
export function wasWrittenBetween(
  path: string,
  start: number,
  end: number,
): boolean {
  const written = statOf(path)?.mtime?.getTime() ?? 0;
  return start < written && written <= end;
}

/** Looks at what a path leads to; `undefined` if that is no file. */
function statOf(path: string): Deno.FileInfo | undefined {
  try {
    const info = Deno.statSync(path);
    return info.isDirectory ? undefined : info;
  } catch {
    // Missing, a file where a folder should be, a circle of links or a folder
    // that may not be entered: there is nothing that the app could load.
    return undefined;
  }
}

function signatureOf(info: Deno.FileInfo): string {
  return `${info.dev}:${info.ino}:${info.size}:${info.mtime?.getTime()}:${info.ctime?.getTime()}`;
}

function isRacy(info: Deno.FileInfo): boolean {
  return Math.abs(Date.now() - lastChange(info)) < RACY_MILLISECONDS;
}

function lastChange({ mtime, ctime }: Deno.FileInfo): number {
  const written = mtime?.getTime() ?? 0;
  const changed = ctime?.getTime() ?? 0;
  // What is dated far in the future was so by hand.
  const isFuture = written > Date.now() + RACY_MILLISECONDS;
  return isFuture ? changed : Math.max(written, changed);
}

function contentOf(path: string, info: Deno.FileInfo): string | number {
  // Reading a pipe or a device could wait for ever.
  if (!info.isFile) return "special";
  if (info.size > HASHED_SIZE_LIMIT) {
    return `${info.size}:${info.mtime?.getTime()}:${info.ctime?.getTime()}`;
  }
  try {
    return hashOf(Deno.readFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "missing";
    // Not to be read, so not to be loaded either; a change of that is one.
    return "unreadable";
  }
}

/**
 * A quick hash of 53 bits (cyrb53, over words instead of characters). It guards
 * against chance, not against anybody: whoever writes these files is trusted.
 */
function hashOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wordsEnd = bytes.byteLength & ~3;
  let high = 0xdeadbeef ^ bytes.byteLength;
  let low = 0x41c6ce57 ^ bytes.byteLength;
  for (let index = 0; index < wordsEnd; index += 4) {
    const word = view.getInt32(index, true);
    high = mix(high, word, 2654435761);
    low = mix(low, word, 1597334677);
  }
  for (let index = wordsEnd; index < bytes.byteLength; index++) {
    const byte = view.getUint8(index);
    high = mix(high, byte, 2654435761);
    low = mix(low, byte, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^
    Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^
    Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}

/** Turns as well as multiplies, so that high bits reach the low ones. */
function mix(hash: number, word: number, factor: number): number {
  const product = Math.imul(hash ^ word, factor);
  return (product << 13) | (product >>> 19);
}
