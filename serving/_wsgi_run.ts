import { describe } from "./_wsgi_describe.ts";
import { ResponseBody } from "./_wsgi_response_body.ts";
import { ReturnedBody } from "./_wsgi_returned.ts";
import { parseStart, type WsgiStart } from "./_wsgi_start.ts";
import type { StartResponse, WsgiBody, WsgiWrite } from "./wsgi.ts";

/** Calls an app with its environ. */
type Call = (startResponse: StartResponse) => WsgiBody | Promise<WsgiBody>;

/** Statuses of responses without a body. */
const BODYLESS: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/** One call of a WSGI-style app: what it announces, writes and returns. */
export class WsgiRun {
  readonly #method: string;
  readonly #release: () => Promise<void>;
  #start: WsgiStart | undefined;
  #headersSent = false;
  /** Bytes that were written or returned, and not taken yet. */
  #pending: Uint8Array[] = [];
  #accepted = 0;
  #wrote = false;
  #returned: ReturnedBody | undefined;
  #failure: { error: unknown } | undefined;
  #closed = false;
  #progress = Promise.withResolvers<void>();

  /**
   * Calls an app.
   *
   * @param method The method of the request.
   * @param call Calls the app.
   * @param release Called when the app needs the request no more.
   */
  constructor(
    method: string,
    call: Call,
    release: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.#method = method;
    this.#release = release;
    this.#call(call).catch(() => {
      // The body could not be closed after the client had left: there is
      // nobody to tell.
    });
  }

  /** Settles when the app has returned, failed or written something. */
  get progress(): Promise<void> {
    return this.#progress.promise;
  }

  /** What the app has announced. Throws if it has not. */
  get start(): WsgiStart {
    if (this.#start) return this.#start;
    throw new TypeError(
      "Cannot respond before the app has called startResponse()",
    );
  }

  /** What the app has returned, unless it has written ahead of it. */
  get returned(): WsgiBody | undefined {
    return this.#wrote ? undefined : this.#returned?.body;
  }

  /** The response of `toWsgi()`, if nobody has changed anything about it. */
  get unchanged(): Response | undefined {
    const { returned } = this;
    return returned instanceof ResponseBody && this.#start &&
        returned.isAnnouncedBy(this.#start)
      ? returned.response
      : undefined;
  }

  /** Whether HTTP allows the response no body. Throws if not announced. */
  get isBodyless(): boolean {
    return this.#method === "HEAD" || BODYLESS.has(this.start.status);
  }

  /** From now on the announced response cannot be replaced. */
  markHeadersSent(): void {
    this.#headersSent = true;
  }

  /** The next bytes of the body, at least one, or `undefined` at its end. */
  async next(): Promise<Uint8Array | undefined> {
    try {
      return await this.#next();
    } catch (error) {
      await this.close().catch(() => {
        // The first error is the one to tell about.
      });
      throw error;
    }
  }

  /** Ends the response, wherever it is. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#progress.resolve();
    try {
      await this.#returned?.close();
    } finally {
      await this.#release();
    }
  }

  async #call(call: Call): Promise<void> {
    try {
      this.#returned = new ReturnedBody(await call(this.#startResponse));
    } catch (error) {
      this.#failure = { error };
    }
    this.#progress.resolve();
    // The client may have left while the app was at work.
    if (this.#closed) await this.close();
  }

  #startResponse: StartResponse = (status, headers, excInfo) => {
    if (excInfo === undefined || excInfo === null) {
      if (this.#start) {
        throw new TypeError(
          "Cannot call startResponse() twice unless the error that is the reason is its third argument",
        );
      }
    } else if (this.#headersSent) {
      throw excInfo;
    }
    this.#start = parseStart(status, headers);
    return this.#write;
  };

  #write: WsgiWrite = (chunk) => {
    if (this.#closed) {
      throw new Deno.errors.BrokenPipe(
        "Cannot write as the response is over or the client has left",
      );
    }
    this.#accept(chunk);
    this.#wrote = true;
    this.#headersSent = true;
    this.#progress.resolve();
  };

  async #next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk = this.#pending.shift();
      if (chunk || this.#closed) return chunk;
      if (this.#failure) throw this.#failure.error;
      if (this.#returned) {
        const { done, value } = await this.#returned.next();
        if (!done) this.#accept(await value);
        else if (this.#pending.length === 0) return await this.#finish();
      } else {
        this.#progress = Promise.withResolvers();
        await this.progress;
      }
    }
  }

  #accept(chunk: unknown): void {
    if (!(chunk instanceof Uint8Array)) {
      throw new TypeError(
        `Cannot send a chunk as it must be a Uint8Array, such as TextEncoder makes from a string: current value is ${
          describe(chunk)
        }`,
      );
    }
    if (chunk.length === 0) return;
    const { length = Infinity } = this.start;
    const accepted = this.#accepted + chunk.length;
    if (accepted > length && !this.isBodyless) {
      throw new RangeError(
        `Cannot send more bytes than "Content-Length" says, which is ${length}: current value is ${accepted}`,
      );
    }
    this.#accepted = accepted;
    this.#pending.push(chunk);
  }

  async #finish(): Promise<undefined> {
    const { length = 0 } = this.start;
    if (this.#accepted < length && !this.isBodyless) {
      throw new RangeError(
        `Cannot send fewer bytes than "Content-Length" says, which is ${length}: current value is ${this.#accepted}`,
      );
    }
    await this.close();
  }
}
