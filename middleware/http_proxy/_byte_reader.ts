/** Takes exact amounts from chunks of any size. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  /** Reads from the beginning. */
  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** Resolves to `undefined` if there is less. */
  async read(count: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const parts = [this.#rest];
    let size = this.#rest.length;
    while (size < count) {
      const { done, value } = await this.#chunks.next();
      if (done) return undefined;
      parts.push(value);
      size += value.length;
    }
    const last = parts.pop()!;
    const used = count - (size - last.length);
    parts.push(last.subarray(0, used));
    this.#rest = last.subarray(used);
    return join(parts);
  }
}

/** How many bytes there are in all. */
export function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((size, part) => size + part.length, 0);
}

/** Puts bytes together, in a buffer of their own. */
export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(sizeOf(parts));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
