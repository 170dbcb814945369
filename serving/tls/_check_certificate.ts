import type { SslPair } from "./ssl_context.ts";

type Crypto = typeof import("node:crypto");

/**
 * Checks that the first certificate is valid now and that the key is its own.
 * `where` says where they are from.
 */
export function checkCertificate({ cert, key }: SslPair, where: string): void {
  // It takes some 14 ms to load, which only those who need it should pay for.
  const crypto: Crypto = process.getBuiltinModule("node:crypto");
  const certificate = parsed(
    `the certificate in ${where}`,
    () => new crypto.X509Certificate(cert),
  );
  const privateKey = parsed(
    `the private key in ${where}`,
    () => crypto.createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new TypeError(
      `Cannot use the certificate and private key in ${where}: they do not belong together`,
    );
  }
  const [from, to] = [certificate.validFrom, certificate.validTo];
  const now = Date.now();
  if (now > Date.parse(to)) {
    throw new RangeError(
      `Cannot use the certificate in ${where}: it expired on ${isoDate(to)}`,
    );
  }
  if (now < Date.parse(from)) {
    throw new RangeError(
      `Cannot use the certificate in ${where}: it is not valid before ${
        isoDate(from)
      }`,
    );
  }
}

function parsed<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${what}: it is damaged`, { cause });
  }
}

function isoDate(date: string): string {
  return new Date(date).toISOString().replace(/\.000Z$/, "Z");
}
