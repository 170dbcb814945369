import { PemConverter, type X509Certificate } from "./_x509.ts";

/**
 * The private key of an authority, from PEM of any kind: mkcert has written
 * PKCS#8 (`PRIVATE KEY`) and PKCS#1 (`RSA PRIVATE KEY`).
 */
export async function readSigningKey(
  pem: string,
  certificate: X509Certificate,
): Promise<CryptoKey> {
  return await crypto.subtle.importKey(
    "pkcs8",
    await toPkcs8(pem),
    { ...certificate.publicKey.algorithm, hash: "SHA-256" },
    true,
    ["sign"],
  );
}

async function toPkcs8(pem: string): Promise<BufferSource> {
  const [block] = PemConverter.decodeWithHeaders(pem);
  if (block?.type === "PRIVATE KEY") return block.rawData;
  // It takes a while to load, and only old keys need it.
  const { createPrivateKey } = await import("node:crypto");
  const key = createPrivateKey(pem);
  return new Uint8Array(key.export({ type: "pkcs8", format: "der" }));
}
