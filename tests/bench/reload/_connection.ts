/** What has gone wrong with a request. */
export type FailureKind = "refused" | "reset" | "cut off" | "status" | "late";

/** A request that was not answered as it should have been. */
export class RequestFailure extends Error {
  /** What has gone wrong. */
  readonly kind: FailureKind;

  /** Says what has gone wrong. */
  constructor(kind: FailureKind, options?: ErrorOptions) {
    super(`Request failed: ${kind}`, options);
    this.kind = kind;
  }
}

/** A whole response. */
export interface Reply {
  /** Its bytes, with the head. */
  readonly text: string;
  /** Whether the connection takes no further request. */
  readonly isLast: boolean;
}

const HOSTNAME = "127.0.0.1";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of a `GET` request. */
export function requestFor(path: string, isLast: boolean): Uint8Array {
  return encoder.encode(
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${
      isLast ? "Connection: close\r\n" : ""
    }\r\n`,
  );
}

/** An HTTP connection by hand, which costs the client less than `fetch`. */
export class Connection implements Disposable {
  readonly #socket: Deno.TcpConn;
  readonly #buffer = new Uint8Array(16_384);
  #early: Promise<number | null> | undefined;
  /** Whether the server has closed it between two requests. */
  isClosed = false;

  private constructor(socket: Deno.TcpConn) {
    this.#socket = socket;
  }

  /** Connects to a port of this machine. */
  static async open(port: number): Promise<Connection> {
    try {
      return new Connection(await Deno.connect({ hostname: HOSTNAME, port }));
    } catch (error) {
      throw toFailure(error, "refused");
    }
  }

  /** Sends a request and reads the response, to its end. */
  async ask(request: Uint8Array): Promise<Reply> {
    try {
      await this.#socket.write(request);
      let text = "";
      for (;;) {
        const count = await this.#read();
        if (count === null) {
          if (endsWithConnection(text)) return { text, isLast: true };
          throw new RequestFailure("cut off");
        }
        text += decoder.decode(this.#buffer.subarray(0, count));
        if (!isComplete(text)) continue;
        if (!/^HTTP\/1\.[01] 200 /.test(text)) {
          throw new RequestFailure("status");
        }
        return { text, isLast: /^connection: close\r$/im.test(text) };
      }
    } catch (error) {
      throw toFailure(error, "reset");
    }
  }

  /** Looks out for an end of the connection until the next request. */
  watch(): void {
    this.#early = this.#socket.read(this.#buffer);
    this.#early.then(
      (count) => void (this.isClosed ||= count === null),
      () => void (this.isClosed = true),
    );
  }

  [Symbol.dispose](): void {
    try {
      this.#socket.close();
    } catch {
      // The watchdog of the load was quicker.
    }
  }

  async #read(): Promise<number | null> {
    const early = this.#early;
    this.#early = undefined;
    return await (early ?? this.#socket.read(this.#buffer));
  }
}

function toFailure(error: unknown, kind: FailureKind): RequestFailure {
  return error instanceof RequestFailure
    ? error
    : new RequestFailure(kind, { cause: error });
}

function isComplete(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /^content-length: *(\d+)/im.exec(text.slice(0, end));
  if (length) return text.length >= end + 4 + Number(length[1]);
  return isChunked(text) && text.endsWith("0\r\n\r\n");
}

/** Whether the end of the connection is the proper end of such a response. */
function endsWithConnection(text: string): boolean {
  return text.includes("\r\n\r\n") && !isChunked(text) &&
    !/^content-length:/im.test(text);
}

function isChunked(text: string): boolean {
  return /^transfer-encoding: *chunked/im.test(text);
}
