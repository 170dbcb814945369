import { CERT_MODE, KEY_MODE, stageFile } from "./_private_file.ts";
import type { SslPair } from "./ssl_context.ts";

/** A certificate that is kept, and what there is to know of it. */
export interface StoredPair extends SslPair {
  /** The certificate of the authority that it is from, in PEM. */
  ca: string;
  /**
   * The names that were asked for besides those of localhost: the ones in it,
   * and the ones it may not have.
   */
  asked: readonly string[];
  /** The time from which it is valid, in ms since 1970. */
  notBefore: number;
  /** The time until which it is valid, in ms since 1970. */
  notAfter: number;
}

/** What is in the file beside the certificate, so that no one has to parse it. */
interface Sidecar extends Omit<StoredPair, "cert" | "key"> {
  /** Tells whether the other files are the ones it was written with. */
  checksum: number;
}

/** The pair that is kept in a directory, unless it is damaged or not there. */
export function readStoredPair(directory: string): StoredPair | undefined {
  const files = filesIn(directory);
  try {
    const sidecar = parseSidecar(Deno.readTextFileSync(files.sidecar));
    const cert = Deno.readTextFileSync(files.cert);
    const key = Deno.readTextFileSync(files.key);
    if (sidecar?.checksum !== checksumOf({ cert, key })) return undefined;
    return { ...sidecar, cert, key };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Keeps a pair: each file is replaced at once, the one that names it last. */
export function writeStoredPair(directory: string, pair: StoredPair): void {
  const files = filesIn(directory);
  const { cert, key, ...about } = pair;
  const sidecar: Sidecar = { ...about, checksum: checksumOf(pair) };
  using stagedKey = stageFile(files.key, key, KEY_MODE);
  using stagedCert = stageFile(files.cert, cert, CERT_MODE);
  using stagedSidecar = stageFile(
    files.sidecar,
    JSON.stringify(sidecar, null, 2),
    CERT_MODE,
  );
  stagedKey.commit();
  stagedCert.commit();
  stagedSidecar.commit();
}

function filesIn(
  directory: string,
): { cert: string; key: string; sidecar: string } {
  return {
    cert: `${directory}/adhoc.crt`,
    key: `${directory}/adhoc.key`,
    sidecar: `${directory}/adhoc.json`,
  };
}

function parseSidecar(text: string): Sidecar | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isSidecar(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isSidecar(value: unknown): value is Sidecar {
  if (typeof value !== "object" || value === null) return false;
  const { ca, asked, notBefore, notAfter, checksum } = {
    ...value,
  } as Partial<Record<keyof Sidecar, unknown>>;
  return typeof ca === "string" &&
    Array.isArray(asked) && asked.every((name) => typeof name === "string") &&
    typeof notBefore === "number" && typeof notAfter === "number" &&
    typeof checksum === "number";
}

/**
 * FNV-1a: finds files of different writers and torn ones. It is against
 * accidents; whoever can write there could as well replace all of them.
 */
function checksumOf({ cert, key }: SslPair): number {
  let hash = 0x811c9dc5;
  for (const char of `${cert}\n${key}`) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
