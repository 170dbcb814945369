/**
 * A running server, made by {@linkcode makeServer}. It listens and serves from
 * the start until {@linkcode DevServer.shutdown}.
 */
export interface DevServer extends AsyncDisposable {
  /** The addresses that are listened on; `localhost` makes two. */
  readonly addrs: Deno.Addr[];

  /** The port of the first TCP address, `undefined` if there is none. */
  readonly port: number | undefined;

  /** The URL of the first TCP address, or `unix://` and the path. */
  readonly url: string;

  /** The URL of each address, in the order in which they were named. */
  readonly urls: readonly string[];

  /** Whether requests are being answered, apart from event streams. */
  readonly isBusy: boolean;

  /**
   * Resolves when the server has stopped. Rejects with an error of the app if
   * that was to stop it (`passthroughErrors`).
   */
  readonly finished: Promise<void>;

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
  fetch(input: Request | URL | string, init?: RequestInit): Promise<Response>;

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
  shutdown(): Promise<void>;

  /** Does what {@linkcode DevServer.shutdown} does. */
  [Symbol.asyncDispose](): Promise<void>;
}
