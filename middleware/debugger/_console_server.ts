/** Where the console is: nothing else of this machine, and nobody else's. */
const HOSTNAME = "127.0.0.1";

/**
 * The server of the console: a random port of the loopback interface, and thus
 * an origin of its own, on which no script of the app runs. It is started on
 * first need, does not keep the process alive, and waits for nobody at its end.
 *
 * It speaks HTTP also where the app is served by HTTPS: it never leaves the
 * machine; browsers count `http://127.0.0.1` as secure context (W3C Secure
 * Contexts section 3.1); one gets there by following a link, which is no mixed
 * content; and HSTS is not for IP addresses (RFC 6797 section 8.1.1).
 */
export class ConsoleServer implements AsyncDisposable {
  readonly #answer: (request: Request, port: number) => Promise<Response>;
  readonly #onStart: () => void;
  readonly #ending: AbortController = new AbortController();
  #server: Deno.HttpServer<Deno.NetAddr> | undefined;

  /**
   * Makes a server that does not listen yet.
   *
   * @param answer Answers a request, and never fails.
   * @param onStart Called when it begins to listen.
   */
  constructor(
    answer: (request: Request, port: number) => Promise<Response>,
    onStart: () => void,
  ) {
    this.#answer = answer;
    this.#onStart = onStart;
  }

  /**
   * Starts the server unless it runs.
   *
   * @returns Its origin; `undefined` if it cannot be had, or is over.
   */
  start(): string | undefined {
    if (this.#ending.signal.aborted) return undefined;
    if (this.#server === undefined) {
      this.#server = this.#listen();
      if (this.#server !== undefined) this.#onStart();
    }
    return this.#server && `http://${HOSTNAME}:${this.#server.addr.port}`;
  }

  /** Breaks off all connections and stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#server?.finished;
  }

  #listen(): Deno.HttpServer<Deno.NetAddr> | undefined {
    // Nobody is asked for a permission in the middle of a request.
    const host = `${HOSTNAME}:0`;
    const { state } = Deno.permissions.querySync({ name: "net", host });
    if (state !== "granted") return undefined;
    const { signal } = this.#ending;
    let server: Deno.HttpServer<Deno.NetAddr>;
    try {
      server = Deno.serve(
        { hostname: HOSTNAME, port: 0, signal, onListen() {} },
        (request) => this.#answer(request, server.addr.port),
      );
    } catch {
      // The page appears without a console, and says so.
      return undefined;
    }
    // The variable DENO_SERVE_ADDRESS leads the first server of a process away.
    if (server.addr.hostname !== HOSTNAME) {
      this.#ending.abort();
      return undefined;
    }
    server.unref();
    return server;
  }
}
