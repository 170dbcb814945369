import { checkCertificate } from "./_check_certificate.ts";
import {
  isCertificateBlock,
  isEncryptedKey,
  isKeyBlock,
  type PemBlock,
  pemBlocks,
} from "./_pem.ts";
import type { SslPair } from "./ssl_context.ts";

/**
 * Reads a certificate and its private key from files in PEM, and checks that a
 * server can use them. Which file holds what is told by the content, so their
 * order does not matter, and one file may hold both.
 *
 * Requires `--allow-read` permission.
 *
 * @param certFile The file of the certificate and the rest of its chain.
 * @param keyFile The file of the private key, which must not be encrypted.
 * @default {certFile}
 * @returns The certificates, the server's own first, and the key, in PEM.
 * @throws {Deno.errors.NotFound} If a file does not exist.
 * @throws {SyntaxError} If there is no certificate or no usable key in the files.
 * @throws {TypeError} If the key is not the one of the certificate.
 * @throws {RangeError} If the certificate has expired, or is not valid yet.
 *
 * @example Usage
 * ```ts
 * import { loadSslContext } from "@x/devserve";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => loadSslContext("missing.crt"), Deno.errors.NotFound);
 * ```
 */
export function loadSslContext(certFile: string, keyFile?: string): SslPair {
  const cert = readPem(certFile);
  // The same file twice is the same as the file alone.
  const isOne = keyFile === undefined || keyFile === certFile;
  return checkSslPair(
    { cert, key: isOne ? cert : readPem(keyFile) },
    { cert: certFile, key: keyFile ?? certFile },
    isOne ? keyHint(certFile) : "",
  );
}

/** Names the key that most programs would write beside a certificate. */
function keyHint(certFile: string): string {
  const keyFile = certFile.replace(/\.[^./\\]*$/, "") + ".key";
  try {
    if (keyFile === certFile || !Deno.statSync(keyFile).isFile) return "";
    return `; give the key as well, such as "${keyFile}"`;
  } catch {
    // A hint is an extra.
    return "";
  }
}

/** What the texts of a pair are called in messages. */
export interface SslPairNames {
  /** The name of the text with the certificate. */
  readonly cert: string;
  /** The name of the text with the private key. */
  readonly key: string;
}

/**
 * Checks that a server can use a certificate and private key in PEM: like
 * {@linkcode loadSslContext}, for texts that are there already.
 *
 * @param pair The texts. Which holds what is told by the content.
 * @param names What the texts are called in messages, such as paths.
 * @param keyHint What is said besides if there is no key.
 * @returns The certificates, the server's own first, and the key, in PEM.
 * @throws {SyntaxError} If there is no certificate or no usable key in the texts.
 * @throws {TypeError} If the key is not the one of the certificate.
 * @throws {RangeError} If the certificate has expired, or is not valid yet.
 */
export function checkSslPair(
  pair: SslPair,
  names: SslPairNames = { cert: "cert", key: "key" },
  keyHint: string = "",
): SslPair {
  const inCert = blocksOf(pair.cert, names.cert);
  const inKey = blocksOf(pair.key, names.key);
  const where = names.cert === names.key
    ? `"${names.cert}"`
    : `"${names.cert}" and "${names.key}"`;
  const chain = firstOf(isCertificateBlock, inCert, inKey);
  const [key] = firstOf(isKeyBlock, inKey, inCert);
  if (chain.length === 0) {
    throw new SyntaxError(`Cannot find a certificate in ${where}`);
  }
  if (key === undefined) {
    throw new SyntaxError(`Cannot find a private key in ${where}${keyHint}`);
  }
  if (isEncryptedKey(key)) {
    throw new SyntaxError(
      `Cannot use the private key in ${where} as it must not be encrypted (write one that is not: openssl pkey -in KEY -out NEW_KEY)`,
    );
  }
  const checked = { cert: joined(chain), key: joined([key]) };
  checkCertificate(checked, where);
  if (pair.ca === undefined) return checked;
  const authorities = blocksOf(pair.ca, "ca").filter(isCertificateBlock);
  if (authorities.length === 0) {
    throw new SyntaxError(`Cannot find a certificate in "ca"`);
  }
  return { ...checked, ca: joined(authorities) };
}

function readPem(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Deno.errors.NotFound(
      `Cannot read the certificate or key "${path}": the file does not exist`,
      { cause },
    );
  }
}

function blocksOf(text: string, name: string): PemBlock[] {
  const blocks = pemBlocks(text);
  if (blocks.length > 0) return blocks;
  throw new SyntaxError(
    `Cannot read "${name}" as it must be in PEM ("-----BEGIN …"): it has no such block`,
  );
}

/** The blocks of a kind in the first text that has any. */
function firstOf(
  isWanted: (block: PemBlock) => boolean,
  ...texts: PemBlock[][]
): PemBlock[] {
  return texts.map((blocks) => blocks.filter(isWanted))
    .find((found) => found.length > 0) ?? [];
}

function joined(blocks: PemBlock[]): string {
  return blocks.map(({ text }) => `${text}\n`).join("");
}
