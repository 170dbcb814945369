const NEWLINE = 10;

/** Bytes that have arrived and were not read yet. Keeps chunks, copies late. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #length = 0;
  /** Chunks without a line break, and their bytes: not to be searched again. */
  #searched = { chunks: 0, bytes: 0 };

  /** How many bytes wait. */
  get length(): number {
    return this.#length;
  }

  /** Appends a chunk. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Removes and returns the first `size` bytes, or all if there are fewer. */
  take(size: number): Uint8Array {
    const taken: Uint8Array[] = [];
    let missing = Math.min(size, this.#length);
    this.#length -= missing;
    for (const chunk of this.#chunks) {
      if (missing === 0) break;
      taken.push(chunk.subarray(0, missing));
      missing -= Math.min(chunk.length, missing);
    }
    const last = this.#chunks[taken.length - 1];
    const rest = last?.subarray(taken.at(-1)?.length);
    // Once for all of them: `shift()` for each would move all that follow.
    this.#chunks.splice(0, taken.length, ...(rest?.length ? [rest] : []));
    this.#searched = { chunks: 0, bytes: 0 };
    return taken.length === 1 && taken[0] ? taken[0] : concat(taken);
  }

  /**
   * The length of the first line with its `\n`, or of `limit` bytes of it.
   * `undefined` if it takes more bytes to tell.
   */
  lineLength(limit: number): number | undefined {
    const searched = this.#searched;
    while (searched.bytes < limit && searched.chunks < this.#chunks.length) {
      const chunk = this.#chunks[searched.chunks] ?? new Uint8Array();
      const at = chunk.indexOf(NEWLINE);
      if (at >= 0) return Math.min(searched.bytes + at + 1, limit);
      searched.chunks++;
      searched.bytes += chunk.length;
    }
    return this.#length >= limit ? limit : undefined;
  }
}

function concat(chunks: Uint8Array[]): Uint8Array {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
