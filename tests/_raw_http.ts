/** How long the server may be silent before the test counts as failed. */
const LIMIT_MS = 30_000;

/** Where a server is: a port on 127.0.0.1, a TCP address or a Unix socket. */
export type RawAddress =
  | number
  | { hostname: string; port: number }
  | { path: string };

/** A response as its bytes came over the socket. */
export interface RawResponse {
  /** The status line, without its end. */
  readonly statusLine: string;
  /** The status code. */
  readonly status: number;
  /** The header fields in their order, names in lower case. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** The body, without the framing of chunks, one character for each byte. */
  readonly body: string;
  /** Whether the body came to the end that its framing announced. */
  readonly isComplete: boolean;
}

/**
 * Sends bytes over a connection of its own and reads until the server closes it.
 *
 * @param address Where the server is.
 * @param text What is sent, one byte for each character.
 * @returns All that came, one character for each byte.
 */
export async function rawExchange(
  address: RawAddress,
  text: string,
): Promise<string> {
  using connection = await rawConnect(address);
  await connection.send(text);
  return await connection.readToEnd();
}

/**
 * Sends one request over a connection of its own and reads its response.
 *
 * @param address Where the server is.
 * @param text The request, one byte for each character.
 * @returns The response.
 */
export async function rawRequest(
  address: RawAddress,
  text: string,
): Promise<RawResponse> {
  using connection = await rawConnect(address);
  await connection.send(text);
  return await connection.readResponse(text.slice(0, text.indexOf(" ")));
}

/**
 * Connects to a server.
 *
 * @param address Where the server is.
 * @returns The connection.
 */
export async function rawConnect(address: RawAddress): Promise<RawConnection> {
  if (typeof address === "number") {
    return new RawConnection(
      await Deno.connect({ hostname: "127.0.0.1", port: address }),
    );
  }
  return new RawConnection(
    "path" in address
      ? await Deno.connect({ transport: "unix", path: address.path })
      : await Deno.connect(address),
  );
}

/**
 * Returns the values of a header field.
 *
 * @param response The response.
 * @param name The name in lower case.
 * @returns One entry for each line of that name.
 */
export function fieldValues(response: RawResponse, name: string): string[] {
  return response.fields.filter(([key]) => key === name).map(([, v]) => v);
}

/** A connection on which every byte is the test's own. */
export class RawConnection implements Disposable {
  readonly #connection: Deno.Conn;
  /** What was read and not yet returned, one character for each byte. */
  #buffer = "";
  #isAtEnd = false;
  #isClosed = false;

  /** Use {@linkcode rawConnect}. */
  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** Sends text, one byte for each character. */
  async send(text: string): Promise<void> {
    let bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    try {
      while (bytes.length > 0) {
        bytes = bytes.subarray(await this.#connection.write(bytes));
      }
    } catch (error) {
      // The server need not listen to the end; its answer is what counts.
      if (!isHangUp(error)) throw error;
    }
  }

  /** Says that no more is sent, and stays for the answer. */
  async closeWrite(): Promise<void> {
    await this.#connection.closeWrite();
  }

  /** Reads until the text read so far has `mark` in it, and returns all of it. */
  async readThrough(mark: string): Promise<string> {
    let end: number;
    while ((end = this.#buffer.indexOf(mark)) === -1) {
      if (!await this.#fill()) return this.#take(this.#buffer.length);
    }
    return this.#take(end + mark.length);
  }

  /** Reads until the server closes the connection. */
  async readToEnd(): Promise<string> {
    while (await this.#fill());
    return this.#take(this.#buffer.length);
  }

  /** Reads one response to a request of this method, and not a byte more. */
  async readResponse(method = "GET"): Promise<RawResponse> {
    const head = await this.readThrough("\r\n\r\n");
    const [statusLine = "", ...lines] = head.trimEnd().split("\r\n");
    const status = Number(statusLine.split(" ")[1]);
    const fields = lines.map((line) => {
      const colon = line.indexOf(":");
      return [
        line.slice(0, colon).toLowerCase(),
        line.slice(colon + 1).trim(),
      ] as const;
    });
    const hasBody = method !== "HEAD" && status >= 200 && status !== 204 &&
      status !== 304;
    const [body, isComplete] = !head.endsWith("\r\n\r\n")
      ? ["", false] as const
      : hasBody
      ? await this.#readBody(Object.fromEntries(fields))
      : ["", true] as const;
    return { statusLine, status, fields, body, isComplete };
  }

  /** Closes the connection; can be called again. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.close();
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #readBody(
    headers: Record<string, string | undefined>,
  ): Promise<[body: string, isComplete: boolean]> {
    if (headers["transfer-encoding"] === "chunked") return this.#readChunks();
    const length = headers["content-length"];
    if (length === undefined) return [await this.readToEnd(), true];
    return await this.#readExactly(Number(length));
  }

  async #readChunks(): Promise<[string, boolean]> {
    for (let body = "";;) {
      const size = await this.readThrough("\r\n");
      if (!size.endsWith("\r\n")) return [body, false];
      const [chunk, isWhole] = await this.#readExactly(parseInt(size, 16) + 2);
      body += isWhole ? chunk.slice(0, -2) : chunk;
      if (!isWhole) return [body, false];
      if (chunk.length === 2) return [body, true];
    }
  }

  async #readExactly(length: number): Promise<[string, boolean]> {
    while (this.#buffer.length < length) {
      if (!await this.#fill()) return [this.#take(length), false];
    }
    return [this.#take(length), true];
  }

  #take(length: number): string {
    const text = this.#buffer.slice(0, length);
    this.#buffer = this.#buffer.slice(length);
    return text;
  }

  /** Reads some more; `false` at the end. */
  async #fill(): Promise<boolean> {
    if (this.#isAtEnd) return false;
    const bytes = new Uint8Array(65_536);
    let count: number | null = null;
    // A test that waits for ever says less than one that fails.
    const timer = setTimeout(() => this.close(), LIMIT_MS);
    try {
      count = await this.#connection.read(bytes);
    } catch (error) {
      // A connection that is reset has come to its end as well.
      if (!isHangUp(error)) throw error;
    } finally {
      clearTimeout(timer);
    }
    if (count === null) {
      this.#isAtEnd = true;
      return false;
    }
    this.#buffer += latin1(bytes.subarray(0, count));
    return true;
  }
}

/** `TextDecoder` would read "latin1" as windows-1252. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return text;
}

function isHangUp(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionAborted;
}
