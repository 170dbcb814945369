/**
 * Hashes a text to 11 letters and digits: for caches, not against attackers.
 * A hook that loads files has to be synchronous, which Web Crypto is not, and
 * `node:crypto` takes longer to start than this takes for all files of an app.
 *
 * It is cyrb53, a public-domain relative of MurmurHash3.
 *
 * @param text The text.
 * @returns The hash.
 */
export function sourceHash(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = mixed(a, 2246822507) ^ mixed(b, 3266489909, 13);
  b = mixed(b, 2246822507) ^ mixed(a, 3266489909, 13);
  const number = 4294967296 * (0x1fffff & b) + (a >>> 0);
  return number.toString(36).padStart(11, "0");
}

function mixed(value: number, factor: number, shift = 16): number {
  return Math.imul(value ^ (value >>> shift), factor);
}
