/**
 * Starts what random keys are made of, in another thread. The first key takes
 * 25 ms for that (Deno 2.9), which the first client would wait for: a handshake
 * makes one.
 */
export function seedCrypto(): void {
  const key = { name: "HMAC", hash: "SHA-256", length: 256 };
  crypto.subtle.generateKey(key, false, ["sign"]).catch(() => {
    // Then the handshake says what is wrong.
  });
}
