const encoder = new TextEncoder();

/**
 * Compares two texts in a time that says nothing of where they differ, only
 * about how long the given one is.
 *
 * @param given What somebody sent.
 * @param secret What it must be.
 * @returns Whether they are the same.
 */
export function equalSecrets(given: string, secret: string): boolean {
  const a = encoder.encode(given);
  const b = encoder.encode(secret);
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) {
    difference |= a[i]! ^ (b[i % b.length] ?? 0);
  }
  return difference === 0;
}

/**
 * Makes a secret that nobody can guess.
 *
 * @param bits How many random bits are in it.
 * @returns The bits in hexadecimal digits, fit for URLs, cookies and headers.
 */
export function randomSecret(bits: 128 | 256): string {
  return crypto.getRandomValues(new Uint8Array(bits / 8)).toHex();
}
