import { CERT_MODE, createFile, KEY_MODE, stageFile } from "./_private_file.ts";
import type { SslPair } from "./ssl_context.ts";

/** Where a certificate and its key are. */
export interface PairFiles {
  /** The path of the certificate. */
  certFile: string;
  /** The path of the private key. */
  keyFile: string;
}

/** Refuses early what `writePair` would refuse, before anything is issued. */
export function checkFree(files: PairFiles, force: boolean): void {
  for (const path of [files.certFile, files.keyFile]) {
    withClearError(path, () => {
      checkFolder(path);
      if (!force && exists(path)) throw new Deno.errors.AlreadyExists();
    });
  }
}

/**
 * Writes both files, or none. Without `force` they must not be there, which the
 * system makes sure of as it creates them; with it, they are replaced at once.
 */
export function writePair(
  files: PairFiles,
  pair: SslPair,
  force: boolean,
): void {
  if (force) replacePair(files, pair);
  else createPair(files, pair);
}

function createPair({ certFile, keyFile }: PairFiles, pair: SslPair): void {
  withClearError(keyFile, () => createFile(keyFile, pair.key, KEY_MODE));
  try {
    withClearError(certFile, () => createFile(certFile, pair.cert, CERT_MODE));
  } catch (error) {
    Deno.removeSync(keyFile);
    throw error;
  }
}

function replacePair({ certFile, keyFile }: PairFiles, pair: SslPair): void {
  using key = stageFile(keyFile, pair.key, KEY_MODE);
  using cert = stageFile(certFile, pair.cert, CERT_MODE);
  key.commit();
  cert.commit();
}

/** Looks at what is there, not at what a link leads to. */
function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function checkFolder(path: string): void {
  Deno.statSync(path.replace(/[^\\/]*$/, "") || ".");
}

function withClearError(path: string, act: () => void): void {
  try {
    act();
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) {
      throw new Deno.errors.AlreadyExists(
        `Cannot write "${path}": the file exists (it is replaced with "force")`,
        { cause },
      );
    }
    if (cause instanceof Deno.errors.NotFound) {
      throw new Deno.errors.NotFound(
        `Cannot write "${path}": its folder does not exist`,
        { cause },
      );
    }
    throw cause;
  }
}
