import type { ServeInfo } from "./handler.ts";
import type { Log } from "./_log.ts";
import type { RequestHandler } from "./request_handler.ts";
import { SlowNotice } from "./_slow_notice.ts";

/** How long sockets have to close once everything was answered or cut off. */
const FORCE_MS = 1000;

/** The parts of a {@linkcode DevServer}. */
export interface DevServerParts {
  /** The servers of Deno, one for each listening socket. */
  readonly servers: readonly Deno.HttpServer[];
  /** What answers the requests. */
  readonly requestHandler: RequestHandler;
  /** The log. */
  readonly log: Log;
  /** The URL of each address as the user named it. */
  readonly urls: readonly string[];
  /** How long requests may take after {@linkcode DevServer.shutdown}, in ms. */
  readonly graceMs: number;
}

/**
 * A running server, made by {@linkcode makeServer}. It listens and serves from
 * the start until {@linkcode DevServer.shutdown}.
 */
export class DevServer implements AsyncDisposable {
  readonly #parts: DevServerParts;
  readonly #slowNotice: SlowNotice;
  readonly #finished: PromiseWithResolvers<void> = Promise.withResolvers();
  #stopping: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  /**
   * Takes over servers that listen already.
   *
   * @param parts The parts of the server.
   */
  constructor(parts: DevServerParts) {
    this.#parts = parts;
    this.#slowNotice = new SlowNotice(
      parts.requestHandler.inFlight.pending,
      parts.log,
    );
    // Whoever is interested asks for it; nobody has to.
    this.#finished.promise.catch(() => {});
  }

  /** The addresses that are listened on; `localhost` makes two. */
  get addrs(): Deno.Addr[] {
    return this.#parts.servers.map(({ addr }) => addr);
  }

  /** The port of the first TCP address, `undefined` if there is none. */
  get port(): number | undefined {
    const addr = this.addrs.find(({ transport }) => transport === "tcp");
    return (addr as Deno.NetAddr | undefined)?.port;
  }

  /** The URL of the first TCP address, or `unix://` and the path. */
  get url(): string {
    const { urls } = this.#parts;
    return urls.find((url) => url.startsWith("http")) ?? urls[0]!;
  }

  /** The URL of each address, in the order in which they were named. */
  get urls(): readonly string[] {
    return this.#parts.urls;
  }

  /**
   * Resolves when the server has stopped. Rejects with an error of the app if
   * that was to stop it (`passthroughErrors`).
   */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /**
   * Calls the app without a socket: through its middleware, with checks and log,
   * but with no check of the host.
   *
   * @param input A request, or what makes one; a path is relative to the server.
   * @param init The parts of the request, as for `new Request()`.
   * @returns The response.
   *
   * @example Usage
   * ```ts
   * import { makeServer } from "@x/devserve";
   * import { assertEquals } from "@std/assert";
   *
   * await using server = makeServer("localhost", 0, () => new Response("hi"));
   * const response = await server.fetch("/");
   * assertEquals(await response.text(), "hi");
   * ```
   */
  async fetch(
    input: Request | URL | string,
    init?: RequestInit,
  ): Promise<Response> {
    const base = this.url.startsWith("unix:") ? "http://localhost/" : this.url;
    const request = input instanceof Request && init === undefined
      ? input
      : new Request(
        typeof input === "string" ? new URL(input, base) : input,
        init,
      );
    const { requestHandler } = this.#parts;
    return await requestHandler.handleDirect(request, directInfo());
  }

  /**
   * Stops the server: no new connections; event streams and WebSockets are ended
   * at once; other requests may take as long as the grace period, then they are
   * answered with 503 or broken off.
   *
   * A handler may call it to stop the server after its own response, but must
   * not wait for it: its response is one of those that are waited for.
   *
   * @returns When all is over. It never rejects.
   */
  shutdown(): Promise<void> {
    return this.#stopping ??= this.#stop();
  }

  /** Does what {@linkcode DevServer.shutdown} does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  /**
   * Stops the server because of an error.
   *
   * @param error What {@linkcode DevServer.finished} rejects with.
   */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.shutdown();
  }

  /** Whether requests are being answered, apart from event streams. */
  get isBusy(): boolean {
    return this.#parts.requestHandler.inFlight.isBusy;
  }

  /** Removes the files of Unix sockets, for an end without a shutdown. */
  removeSocketFiles(): void {
    for (const addr of this.addrs) {
      if (addr.transport !== "unix") continue;
      try {
        Deno.removeSync((addr as Deno.UnixAddr).path);
      } catch {
        // It is gone already, and this process as good as gone.
      }
    }
  }

  async #stop(): Promise<void> {
    const { servers, requestHandler, log, graceMs } = this.#parts;
    const closed = Promise.all(servers.map((server) => server.shutdown()));
    requestHandler.inFlight.endEndless();
    if (!await settlesWithin(closed, graceMs)) {
      requestHandler.inFlight.endAll();
      if (!await settlesWithin(closed, FORCE_MS)) {
        // Nothing can close them, but they need not keep the process alive.
        for (const server of servers) server.unref();
        log.message("warn", "Left connections open that would not close");
      }
    }
    // Also those that came through `fetch()`, which no socket waits for.
    requestHandler.inFlight.endAll();
    this.#slowNotice.stop();
    log.flush();
    if (this.#failure === undefined) this.#finished.resolve();
    else this.#finished.reject(this.#failure.error);
  }
}

function directInfo(): ServeInfo {
  return {
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 0 },
    completed: Promise.resolve(),
  };
}

async function settlesWithin(
  promise: Promise<unknown>,
  ms: number,
): Promise<boolean> {
  const { promise: timeout, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, false);
  const settled = promise.then(() => true, () => true);
  try {
    return await Promise.race([settled, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
