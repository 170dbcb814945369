import { ByteQueue } from "./_wsgi_byte_queue.ts";
import { readSize } from "./_wsgi_read_size.ts";
import type { WsgiInput } from "./wsgi.ts";

/** `wsgi.input` over a request's body, which it takes up at the first read. */
export class StreamInput implements WsgiInput {
  #request: Request;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #queue = new ByteQueue();
  #ended = false;
  #cancelled = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(request: Request) {
    this.#request = request;
  }

  /** Whether this reads the body of `request` and nothing has been read yet. */
  isUnreadBodyOf(request: Request): boolean {
    return this.#request === request && this.#reader === undefined;
  }

  read(size?: number): Promise<Uint8Array> {
    const wanted = readSize(size);
    return this.#inTurn(async () => {
      let more = true;
      while (more && this.#queue.length < wanted) more = await this.#pull();
      return this.#queue.take(wanted);
    });
  }

  readline(size?: number): Promise<Uint8Array> {
    const limit = readSize(size);
    return this.#inTurn(() => this.#readLine(limit));
  }

  readlines(hint?: number): Promise<Uint8Array[]> {
    const enough = readSize(hint === 0 ? undefined : hint);
    return this.#inTurn(async () => {
      const lines: Uint8Array[] = [];
      for (let total = 0; total < enough;) {
        const line = await this.#readLine(Infinity);
        if (line.length === 0) break;
        lines.push(line);
        total += line.length;
      }
      return lines;
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const line = await this.readline();
      if (line.length === 0) return;
      yield line;
    }
  }

  /** The next bytes as they come in, however many. Empty means the end. */
  readChunk(): Promise<Uint8Array> {
    return this.#inTurn(async () => {
      if (this.#queue.length === 0) await this.#pull();
      return this.#queue.take(Infinity);
    });
  }

  /** Gives up the rest of the body: who still reads gets an error. */
  async cancel(reason?: unknown): Promise<void> {
    if (this.#ended || this.#cancelled) return;
    this.#cancelled = true;
    await this.#reader?.cancel(reason).catch(() => {
      // It has failed before, which is known to those who read.
    });
  }

  async #readLine(limit: number): Promise<Uint8Array> {
    for (;;) {
      const length = this.#queue.lineLength(limit);
      if (length !== undefined) return this.#queue.take(length);
      if (!await this.#pull()) return this.#queue.take(limit);
    }
  }

  /** Waits for more bytes. `false` at the end. */
  async #pull(): Promise<boolean> {
    if (this.#ended) return false;
    this.#throwIfCancelled();
    this.#reader ??= this.#request.body?.getReader();
    const { done = true, value } = await this.#reader?.read() ?? {};
    // Canceling ends the wait as if all had come.
    this.#throwIfCancelled();
    this.#ended = done;
    if (value) this.#queue.push(value);
    return !done;
  }

  #throwIfCancelled(): void {
    if (!this.#cancelled) return;
    throw new Deno.errors.BadResource(
      "Cannot read the request body after the response",
    );
  }

  /** Runs a read after those begun before, so that none gets mixed up. */
  #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const result = this.#last.then(read);
    this.#last = result.catch(() => {
      // The one who asked gets the error; the next one in turn gets its own.
    });
    return result;
  }
}
