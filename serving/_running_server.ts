import type { DevServer } from "./dev_server.ts";
import { forwardTo } from "./_forward.ts";
import type { Handler, ServeInfo } from "./handler.ts";
import { InFlight } from "./_in_flight.ts";
import type { Listening } from "./_listen.ts";
import type { TerminalLog } from "./log.ts";
import type { RequestHandler } from "./request_handler.ts";
import type { TakeOver } from "./_take_over.ts";
import type { ConnectionSteering } from "../reloader/steer_connections.ts";
import { removeSocket, socketIdentity } from "./_unix_socket.ts";

/** How long sockets have to close once everything was answered or cut off. */
const FORCE_MS = 1000;

/**
 * How long the connections of a retired server stay open, in ms: clients that
 * come back in that time are told to make a new one. The less they come back,
 * the longer it has to be; but another generation may wait for it.
 */
const LAME_DUCK_MS = 1000;
const HURRIED_MS = 100;

/** Where requests go that come in on the connections of a server. */
export interface Route {
  /** The handler of the next generation, once this one has retired. */
  successor: Handler | undefined;
}

/** The parts of a {@linkcode RunningServer}. */
export interface RunningServerParts extends Listening {
  /** Takes requests from the generation before, in a generation. */
  readonly takeOver?: TakeOver | undefined;
  /** Where requests go. */
  readonly route: Route;
  /** What answers the requests. */
  readonly requestHandler: RequestHandler;
  /** The log. */
  readonly log: TerminalLog;
  /** How long requests may take after {@linkcode DevServer.shutdown}, in ms. */
  readonly graceMs: number;
}

/** A {@linkcode DevServer}, and what its own process does with it. */
export class RunningServer implements DevServer {
  readonly #parts: RunningServerParts;
  readonly #finished: PromiseWithResolvers<void> = Promise.withResolvers();
  #stopping: Promise<void> | undefined;
  #isHurried = false;
  #onHurry: (() => void) | undefined;
  #failure: { error: unknown } | undefined;
  #isLeftOpen = false;
  #steering: ConnectionSteering | undefined;
  /** What is passed on to other generations. */
  readonly #forwarded: InFlight = new InFlight();
  readonly #forwarders: DisposableStack = new DisposableStack();
  readonly #socketFiles: Map<string, string | undefined> = new Map();

  /** Takes over servers that listen already. */
  constructor(parts: RunningServerParts) {
    this.#parts = parts;
    for (const addr of this.addrs) {
      if (addr.transport !== "unix") continue;
      const { path } = addr as Deno.UnixAddr;
      this.#socketFiles.set(path, socketIdentity(path));
    }
    // Whoever is interested asks for it; nobody has to.
    this.#finished.promise.catch(() => {});
  }

  get addrs(): Deno.Addr[] {
    return [...this.#parts.addrs];
  }

  get port(): number | undefined {
    const addr = this.addrs.find(({ transport }) => transport === "tcp");
    return (addr as Deno.NetAddr | undefined)?.port;
  }

  get url(): string {
    const { urls } = this.#parts;
    return urls.find((url) => url.startsWith("http")) ?? urls[0]!;
  }

  get urls(): readonly string[] {
    return this.#parts.urls;
  }

  get finished(): Promise<void> {
    return this.#finished.promise;
  }

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

  shutdown(): Promise<void> {
    return this.#stopping ??= this.#stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  /** Stops the server with an error, which `finished` rejects with. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.shutdown();
  }

  get isBusy(): boolean {
    return this.#parts.requestHandler.isBusy;
  }

  /** The path at which it takes requests of the generation before. */
  get takeOverAt(): string | undefined {
    return this.#parts.takeOver?.path;
  }

  /** What is relayed to it, and where. */
  get relayed(): Listening["relayed"] {
    return this.#parts.relayed;
  }

  /** Whether connections are left that only the end of the process closes. */
  get isLeftOpen(): boolean {
    return this.#isLeftOpen;
  }

  /** Removes the files of Unix sockets, for an end without a shutdown. */
  removeSocketFiles(): void {
    for (const [path, identity] of this.#socketFiles) {
      removeSocket(path, identity);
    }
  }

  /**
   * Hands over to the next generation, which listens by now. For a little while
   * old connections stay open, and what comes in on them is passed on, because
   * what is on its way to a connection that closes is lost.
   *
   * @param successor The private socket of the next generation.
   * @param onClosed Called when nothing is listened on any more.
   */
  async retire(
    successor: string | undefined,
    onClosed: () => void,
  ): Promise<void> {
    this.follow(successor);
    this.#parts.requestHandler.endEndless("service restart");
    const { promise: hurried, resolve } = Promise.withResolvers<void>();
    setTimeout(() => {
      if (this.#isHurried) resolve();
      else this.#onHurry = resolve;
    }, HURRIED_MS);
    await settlesWithin(hurried, LAME_DUCK_MS);
    this.#stopping ??= this.#stop(onClosed);
    await this.#stopping;
    this.#forwarders.dispose();
  }

  /**
   * Passes what comes in from now on to another generation. Its own successor may
   * retire while this server still has clients.
   *
   * @param successor The private socket of that generation, if it has one.
   */
  follow(successor: string | undefined): void {
    if (successor === undefined || this.#forwarders.disposed) return;
    const forwarder = forwardTo(successor, this.#forwarded);
    this.#forwarders.use(forwarder);
    this.#parts.route.successor = forwarder.handle;
  }

  /** Has its connections steered, and its listeners closed when it retires. */
  steerBy(steering: ConnectionSteering): void {
    if (this.#stopping !== undefined) return;
    this.#steering = steering;
    steering.steer(this.#shared);
  }

  /** The addresses that other generations can have as well. */
  get #shared(): Deno.NetAddr[] {
    return this.addrs.filter((addr): addr is Deno.NetAddr =>
      addr.transport === "tcp"
    );
  }

  /** Lets a retired server close as soon as it may. */
  hurry(): void {
    this.#isHurried = true;
    this.#onHurry?.();
  }

  async #stop(onClosed?: () => void): Promise<void> {
    const { requestHandler, log, graceMs, takeOver } = this.#parts;
    const servers = takeOver === undefined
      ? this.#parts.servers
      : [...this.#parts.servers, takeOver.server];
    const end = performance.now() + graceMs;
    const isSteered = onClosed !== undefined && this.#steering !== undefined;
    if (isSteered) {
      // Two listeners can be steered, so none waits for bodies that still come.
      this.#steering?.close(this.#shared);
      onClosed();
    }
    if (onClosed === undefined && requestHandler.endEndless()) {
      // Deno's `shutdown()` closes WebSockets, too, and forestalls us otherwise.
      await new Promise((resolve) => setTimeout(resolve));
    }
    // The `shutdown()` of Deno cuts off bodies of requests that are still coming.
    const bodies = [requestHandler, this.#forwarded]
      .map((inFlight) => inFlight.unfinishedBodies())
      .filter((unfinished) => unfinished !== undefined);
    if (
      bodies.length > 0 && !await settlesWithin(Promise.all(bodies), graceMs)
    ) {
      this.#endAll();
    }
    this.#forwarded.endEndless("service restart");
    const closed = Promise.all(servers.map((server) => server.shutdown()));
    // Deno lets go of a listener in a later turn of the event loop.
    if (onClosed !== undefined && !isSteered) {
      setTimeout(() => setTimeout(onClosed));
    }
    if (!await settlesWithin(closed, Math.max(0, end - performance.now()))) {
      this.#endAll();
      this.#isLeftOpen = !await settlesWithin(closed, FORCE_MS);
    }
    if (this.#isLeftOpen) {
      log.message("warn", "Left connections open that would not close");
    }
    // Also those that came through `fetch()`, which no socket waits for.
    this.#endAll();
    log.flush();
    if (this.#failure === undefined) this.#finished.resolve();
    else this.#finished.reject(this.#failure.error);
  }

  #endAll(): void {
    this.#parts.requestHandler.endAll();
    this.#forwarded.endAll();
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
