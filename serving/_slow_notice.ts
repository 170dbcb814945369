import { target } from "./access_log.ts";
import { escapeControl } from "./_escape_control.ts";
import type { PendingRequest } from "./_in_flight.ts";
import type { Log } from "./log.ts";

const SLOW_MS = 10_000;

/**
 * Says once of each request that the app has not answered it for ten seconds.
 * Without this a handler that never answers leaves no trace in the log, where
 * requests appear at their end.
 */
export class SlowNotice {
  readonly #pending: ReadonlySet<PendingRequest>;
  readonly #log: Log;
  readonly #noticed: WeakSet<PendingRequest> = new WeakSet();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Prepares to watch the requests in `pending`. */
  constructor(pending: ReadonlySet<PendingRequest>, log: Log) {
    this.#pending = pending;
    this.#log = log;
  }

  /**
   * Watches until {@linkcode SlowNotice.stop}. Called when there is something to
   * watch: Deno's first timer takes some milliseconds to load.
   */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => {
      for (const request of this.#pending) this.#notice(request);
    }, SLOW_MS / 2);
    Deno.unrefTimer(this.#timer);
  }

  /** Stops watching. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #notice(request: PendingRequest): void {
    const age = performance.now() - request.started;
    if (age < SLOW_MS || this.#noticed.has(request)) return;
    this.#noticed.add(request);
    const path = escapeControl(target(request.url));
    this.#log.message(
      "warn",
      `${request.method} ${path} waits for the app since ${
        Math.round(age / 1000)
      } s`,
    );
  }
}
