/** One block of a PEM file. */
export interface PemBlock {
  /** What it holds, e.g. `CERTIFICATE`. */
  label: string;
  /** The block with its first and last line. */
  text: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n[\s\S]*?-----END \1-----/g;

/** The blocks of a PEM file; what is between them is a comment (RFC 7468). */
export function pemBlocks(text: string): PemBlock[] {
  return [...text.matchAll(BLOCK)].map(([text, label = ""]) => ({
    label,
    text,
  }));
}

/** Whether a block is a certificate. */
export function isCertificateBlock({ label }: PemBlock): boolean {
  return label === "CERTIFICATE";
}

/** Whether a block is a private key, of whatever kind. */
export function isKeyBlock({ label }: PemBlock): boolean {
  return label.endsWith("PRIVATE KEY");
}

/** Whether a private key needs a password: in PKCS#8, or in OpenSSL's old way. */
export function isEncryptedKey({ label, text }: PemBlock): boolean {
  return label.startsWith("ENCRYPTED ") || text.includes("\nProc-Type: 4,ENC");
}
