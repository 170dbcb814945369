import { target } from "./access_log.ts";
import { escapeControl } from "./_escape_control.ts";
import type { PendingRequest } from "./_in_flight.ts";
import type { Log } from "./_log.ts";

const SLOW_MS = 10_000;

/**
 * Says once of each request that the app has not answered it for ten seconds.
 * Without this a handler that never answers leaves no trace in the log, where
 * requests appear at their end.
 */
export class SlowNotice {
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #noticed: WeakSet<PendingRequest> = new WeakSet();

  /** Watches the requests in `pending` until {@linkcode SlowNotice.stop}. */
  constructor(pending: ReadonlySet<PendingRequest>, log: Log) {
    this.#timer = setInterval(() => {
      for (const request of pending) this.#notice(request, log);
    }, SLOW_MS / 2);
    Deno.unrefTimer(this.#timer);
  }

  /** Stops watching. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #notice(request: PendingRequest, log: Log): void {
    const age = performance.now() - request.started;
    if (age < SLOW_MS || this.#noticed.has(request)) return;
    this.#noticed.add(request);
    const path = escapeControl(target(request.url));
    log.message(
      "warn",
      `${request.method} ${path} waits for the app since ${
        Math.round(age / 1000)
      } s`,
    );
  }
}
