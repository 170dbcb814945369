import { isHopByHop, type WsgiStart } from "./_wsgi_start.ts";

/**
 * The body of a `Response` as a WSGI-style app returns it, with what it has
 * told `startResponse()`.
 */
export class ResponseBody implements AsyncIterable<Uint8Array> {
  /** Where the body comes from. */
  readonly response: Response;
  readonly #completed: PromiseWithResolvers<void>;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #ended = false;

  /**
   * Takes over a response.
   *
   * @param response The response.
   * @param completed Is settled when all of the body has been taken.
   */
  constructor(response: Response, completed: PromiseWithResolvers<void>) {
    this.response = response;
    this.#completed = completed;
  }

  /** Status code and phrase; a space follows the code even without a phrase. */
  get status(): string {
    return `${this.response.status} ${this.response.statusText}`;
  }

  /** The headers without those about the connection, which are not an app's. */
  get headers(): Array<[name: string, value: string]> {
    return [...this.response.headers].filter(([name]) => !isHopByHop(name));
  }

  /** Whether `start` announces the response as it is, body unread. */
  isAnnouncedBy(start: WsgiStart): boolean {
    const { headers } = this;
    return this.#reader === undefined && !this.#ended &&
      start.line === this.status && start.list.length === headers.length &&
      start.list.every(([name, value], i) =>
        headers[i]?.[0] === name && headers[i]?.[1] === value
      );
  }

  /** Goes on where an earlier iteration has stopped, as iterators do. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    this.#reader ??= this.response.body?.getReader();
    while (!this.#ended) {
      const chunk = await this.#read();
      if (chunk) yield chunk;
    }
  }

  /** Gives up the rest of the body. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#completed.reject(
      new Deno.errors.Interrupted(
        "Cannot complete the response as it was closed before its end",
      ),
    );
    await (this.#reader ?? this.response.body)?.cancel();
  }

  async #read(): Promise<Uint8Array | undefined> {
    try {
      const { done = true, value } = await this.#reader?.read() ?? {};
      if (done) {
        this.#ended = true;
        this.#completed.resolve();
      }
      return value;
    } catch (error) {
      // There is nothing left to cancel.
      this.#ended = true;
      this.#completed.reject(error);
      throw error;
    }
  }
}
