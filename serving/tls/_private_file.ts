/** The mode of a private key: for its owner only. */
export const KEY_MODE = 0o600;

/** The mode of a certificate, which is public. */
export const CERT_MODE = 0o644;

/**
 * Creates a file that is not there yet. It has its mode from the first moment,
 * and a link that someone put in its place is an error, not a way elsewhere.
 */
export function createFile(path: string, text: string, mode: number): void {
  using file = Deno.openSync(path, { write: true, createNew: true, mode });
  try {
    writeAll(file, text);
  } catch (error) {
    Deno.removeSync(path);
    throw error;
  }
}

/**
 * Puts the text beside the path, in a file of its own mode, from where
 * `commit` moves it to the path at once, over what is there. A link at the path
 * is replaced, not followed.
 */
export function stageFile(
  path: string,
  text: string,
  mode: number,
): StagedFile {
  // The name cannot be guessed, and is refused should it exist nevertheless.
  const staged = `${path}.${crypto.randomUUID()}.tmp`;
  createFile(staged, text, mode);
  let isStaged = true;
  return {
    commit() {
      Deno.renameSync(staged, path);
      isStaged = false;
    },
    [Symbol.dispose]() {
      if (isStaged) Deno.removeSync(staged);
    },
  };
}

/** A file that waits beside its place; it is removed if it never gets there. */
export interface StagedFile extends Disposable {
  /** Moves the file to its place. */
  commit(): void;
}

/** Writes a file, or replaces it at once: readers see the old or the new one. */
export function replaceFile(path: string, text: string, mode: number): void {
  using staged = stageFile(path, text, mode);
  staged.commit();
}

function writeAll(file: Deno.FsFile, text: string): void {
  let rest: Uint8Array = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
}
