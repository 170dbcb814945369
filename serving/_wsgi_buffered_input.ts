import { ByteQueue } from "./_wsgi_byte_queue.ts";
import { readSize } from "./_wsgi_read_size.ts";
import type { WsgiBufferedInput } from "./wsgi.ts";

/** `wsgi.input` over a body that is in memory already. */
export class BufferedInput implements WsgiBufferedInput {
  #queue = new ByteQueue();

  constructor(body: Uint8Array) {
    this.#queue.push(body);
  }

  read(size?: number): Uint8Array {
    return this.#queue.take(readSize(size));
  }

  readline(size?: number): Uint8Array {
    const limit = readSize(size);
    return this.#queue.take(this.#queue.lineLength(limit) ?? limit);
  }

  readlines(hint?: number): Uint8Array[] {
    const enough = readSize(hint === 0 ? undefined : hint);
    const lines: Uint8Array[] = [];
    for (let total = 0; total < enough;) {
      const line = this.readline();
      if (line.length === 0) break;
      lines.push(line);
      total += line.length;
    }
    return lines;
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    for (;;) {
      const line = this.readline();
      if (line.length === 0) return;
      yield line;
    }
  }
}
