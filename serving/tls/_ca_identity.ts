import type { DevCa } from "./dev_ca.ts";

/** What tells a certificate authority from all others. */
export interface CaIdentity {
  /** The certificate in base64, on one line. */
  readonly base64: string;
  /** SHA-1 of the certificate: capital hexadecimal digits. */
  readonly sha1: string;
  /** SHA-256 of the certificate: capital hexadecimal digits. */
  readonly sha256: string;
  /** What its entries in stores are called; no other authority has it. */
  readonly label: string;
}

const BLOCK_REGEXP = /-----BEGIN ([^-]+)-----([^-]*)-----END [^-]+-----/g;

/**
 * Reads what a certificate authority is known by.
 *
 * @throws {SyntaxError} If its file has anything but one certificate: what is
 * given to a store can be read by all, a key must never be.
 */
export async function caIdentity(ca: DevCa): Promise<CaIdentity> {
  const blocks = [...ca.cert.matchAll(BLOCK_REGEXP)];
  const [only] = blocks;
  if (blocks.length !== 1 || only?.[1] !== "CERTIFICATE") {
    const found = blocks.map((block) => block[1]).join(", ") || "nothing";
    throw new SyntaxError(
      `Cannot use the authority in "${ca.certFile}" as it must be one certificate and nothing else: current value is ${found}`,
    );
  }
  const base64 = only[2]!.replace(/\s+/g, "");
  const der = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const sha256 = await digest("SHA-256", der);
  return {
    base64,
    sha1: await digest("SHA-1", der),
    sha256,
    label: `devserve-${sha256.slice(0, 16).toLowerCase()}`,
  };
}

/** The certificates of a PEM text, each in base64 on one line. */
export function certificatesOf(pem: string): string[] {
  return [...pem.matchAll(BLOCK_REGEXP)]
    .filter((block) => block[1]?.endsWith("CERTIFICATE"))
    .map((block) => block[2]!.replace(/\s+/g, ""));
}

async function digest(
  algorithm: string,
  data: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest(algorithm, data));
  return hash.toHex().toUpperCase();
}
