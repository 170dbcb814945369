import { describe } from "./_wsgi_describe.ts";
import type { WsgiBody } from "./wsgi.ts";

/** What a WSGI-style app has returned, iterated over and closed once. */
export class ReturnedBody {
  /** The body itself. */
  readonly body: WsgiBody;
  #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  #exhausted = false;
  #closed = false;

  constructor(body: WsgiBody) {
    this.#iterator = iterate(body);
    this.body = body;
  }

  /** The next item, whatever it is. Done for good once it says so or throws. */
  async next(): Promise<IteratorResult<unknown>> {
    try {
      if (this.#exhausted) return { done: true, value: undefined };
      const item = await this.#iterator.next();
      if (item.done) this.#exhausted = true;
      return item;
    } catch (error) {
      this.#exhausted = true;
      throw error;
    }
  }

  /** Tells iterator and body, in their two languages, that it is over. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // Both at once: a generator that waits for something returns only then,
    // and it may be `close()` that ends its wait.
    await Promise.all([this.#stopIterating(), this.#closeBody()]);
  }

  async #stopIterating(): Promise<void> {
    if (!this.#exhausted) await this.#iterator.return?.();
  }

  async #closeBody(): Promise<void> {
    await this.body.close?.();
  }
}

function iterate(body: WsgiBody): Iterator<unknown> | AsyncIterator<unknown> {
  // The type promises more than an app without types keeps. Strings and byte
  // arrays would iterate, but into characters and numbers.
  const value: unknown = body;
  if (
    typeof value === "object" && value !== null &&
    !(value instanceof Uint8Array)
  ) {
    if (Symbol.asyncIterator in body) return body[Symbol.asyncIterator]();
    if (Symbol.iterator in body) return body[Symbol.iterator]();
  }
  throw new TypeError(
    `Cannot send the body as the app must return an iterable of Uint8Array, such as [bytes]: current value is ${
      describe(value)
    }`,
  );
}
