import { caDirectory } from "./_ca_directory.ts";
import { issue, type IssuedLeaf, type LeafOrder } from "./_issue.ts";
import { lockFile } from "./_lock_file.ts";
import { findMkcertCa } from "./_mkcert_ca.ts";
import { optionalEnv } from "./_optional_env.ts";
import {
  checkOwnDirectory,
  checkOwnKey,
  makeOwnDirectory,
} from "./_own_directory.ts";
import { CERT_MODE, KEY_MODE, replaceFile } from "./_private_file.ts";
import { checkSslPair } from "./load_ssl_context.ts";
import type { SslPair } from "./ssl_context.ts";

export { caDirectory };

/**
 * An authority (CA) that signs certificates for development: a system or a
 * browser that trusts it, trusts every certificate that devserve makes.
 */
export interface DevCa {
  /** The path of the certificate. */
  readonly certFile: string;
  /** The path of the private key. */
  readonly keyFile: string;
  /** The certificate in PEM. */
  readonly cert: string;
  /** Whether it is the one of mkcert, which devserve uses but does not own. */
  readonly isMkcert: boolean;
}

/**
 * The authority of this user: the one of mkcert if there is one whose key can
 * be read, else the one in {@linkcode caDirectory}.
 *
 * Requires `--allow-env` and `--allow-read` permission.
 *
 * @returns The authority, or `undefined` if there is none.
 * @throws {Deno.errors.PermissionDenied} If others can write to the directory
 * or read the key.
 */
export function findDevCa(): DevCa | undefined {
  return findMkcertCa() ?? findOwnCa(caDirectory());
}

/**
 * The authority of this user, which is made if there is none. It is valid for
 * ten years, and for names of development alone: `localhost`, `.test`,
 * `.local`, `.internal`, `.home.arpa`, the name of this computer, loopback,
 * private and link-local addresses.
 *
 * Requires `--allow-env`, `--allow-read`, `--allow-write` and `--allow-run`
 * permission; with `--allow-sys=hostname` the name of the computer is in it.
 *
 * @returns The authority.
 * @throws {Deno.errors.InvalidData} If there is one that cannot be used.
 */
export function ensureDevCa(): DevCa {
  return usableCa() ?? makeCa().ca;
}

/**
 * Issues a certificate from the authority of this user, which is made in the
 * same go if there is none. Names that the authority may not sign get one that
 * is signed by itself: from the authority, no client would take it.
 */
export function issueFromDevCa(
  leaf: LeafOrder,
): { ca: DevCa; leaf: IssuedLeaf } {
  const ca = usableCa();
  if (ca === undefined) {
    const made = makeCa(leaf);
    // Another process may have been quicker: then it has to sign, too.
    return { ca: made.ca, leaf: made.leaf ?? issueLeaf(made.ca, leaf) };
  }
  return { ca, leaf: issueLeaf(ca, leaf) };
}

function issueLeaf(ca: DevCa, order: LeafOrder): IssuedLeaf {
  const { leaf } = issue({
    authority: { cert: ca.cert, key: Deno.readTextFileSync(ca.keyFile) },
    leaf: order,
  });
  if (leaf) return leaf;
  throw new Error("Cannot issue a certificate: none came back");
}

function makeCa(order?: LeafOrder): { ca: DevCa; leaf?: IssuedLeaf } {
  const directory = caDirectory();
  makeOwnDirectory(directory);
  using _lock = lockFile(`${directory}/ca.lock`);
  const found = usableCa();
  if (found) return { ca: found };
  const { authority, leaf } = issue({ owner: currentOwner(), leaf: order });
  if (authority === undefined) {
    throw new Error("Cannot make an authority: none came back");
  }
  const ca = writeCa(directory, authority);
  return leaf ? { ca, leaf } : { ca };
}

function writeCa(directory: string, { cert, key }: SslPair): DevCa {
  const { certFile, keyFile } = filesIn(directory);
  // The certificate says that both are there; an old one has lost its key.
  removeIfThere(certFile);
  replaceFile(keyFile, key, KEY_MODE);
  replaceFile(certFile, cert, CERT_MODE);
  return { certFile, keyFile, cert, isMkcert: false };
}

function findOwnCa(directory: string): DevCa | undefined {
  const { certFile, keyFile } = filesIn(directory);
  try {
    const cert = Deno.readTextFileSync(certFile);
    checkOwnKey(keyFile);
    checkOwnDirectory(directory);
    return { certFile, keyFile, cert, isMkcert: false };
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) {
      return undefined;
    }
    throw error;
  }
}

/** An authority is never replaced: the user may have trusted it. */
function usableCa(): DevCa | undefined {
  const ca = findDevCa();
  if (ca === undefined) return undefined;
  const { cert, certFile, keyFile } = ca;
  const key = Deno.readTextFileSync(keyFile);
  try {
    checkSslPair({ cert, key }, { cert: certFile, key: keyFile });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Deno.errors.InvalidData(
      `Cannot issue certificates from "${certFile}" (remove it to have a new authority made, which needs to be trusted again): ${reason}`,
      { cause },
    );
  }
  return ca;
}

function filesIn(directory: string): { certFile: string; keyFile: string } {
  return { certFile: `${directory}/ca.crt`, keyFile: `${directory}/ca.key` };
}

/** Whom to name in the authority, so that lists of trust tell them apart. */
function currentOwner(): { user?: string; hostname?: string } {
  const user = optionalEnv("USER") ?? optionalEnv("LOGNAME") ??
    optionalEnv("USERNAME");
  const { state } = Deno.permissions.querySync({
    name: "sys",
    kind: "hostname",
  });
  return {
    ...(user === undefined ? {} : { user }),
    ...(state === "granted" ? { hostname: Deno.hostname() } : {}),
  };
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
