import type { Log } from "./log.ts";
import { SlowNotice } from "./_slow_notice.ts";
import type { TrackedBody } from "./_tracked_body.ts";

/** A request whose response is not there yet. */
export interface PendingRequest {
  /** The method, for the notice that it takes long. */
  readonly method: string;
  /** The URL, for the same. */
  readonly url: string;
  /** When it came, by `performance.now()`. */
  readonly started: number;
  /** Whether it may have a body, which may still be coming. */
  mayHaveBody(): boolean;
  /** Answers it in place of the app. */
  answer(response: Response): void;
}

/** Why WebSockets are closed (RFC 6455 section 7.4.1 and its registry). */
export type CloseReason = "going away" | "service restart";

const CLOSE_CODES: Record<CloseReason, number> = {
  "going away": 1001,
  "service restart": 1012,
};

/** Media types of streams that have no end of their own. */
const ENDLESS_REGEXP =
  /^(?:text\/event-stream|application\/(?:x-ndjson|ndjson|jsonl?-?seq|jsonl)|multipart\/x-mixed-replace)\b/i;

/** Whether the body of a response with these headers has no end of its own. */
export function isEndless(headers: Headers): boolean {
  return ENDLESS_REGEXP.test(headers.get("content-type") ?? "");
}

/** What a server is in the middle of, so that it can be brought to an end. */
export class InFlight {
  /** Requests whose response is not there yet. */
  readonly pending: Set<PendingRequest> = new Set();
  /** Responses whose body is being sent, and whether it ends by itself. */
  readonly #bodies: Map<TrackedBody, { isEndless: boolean }> = new Map();
  readonly #sockets: Set<WebSocket> = new Set();
  readonly #slowNotice: SlowNotice | undefined;
  #received: PromiseWithResolvers<void> | undefined;
  #ending: CloseReason | undefined;

  /** Says in the log, if there is one, what takes long. */
  constructor(log?: Log) {
    this.#slowNotice = log && new SlowNotice(this.pending, log);
  }

  /** Notes a request whose response is not there yet. */
  addPending(request: PendingRequest): void {
    this.pending.add(request);
    this.#slowNotice?.start();
  }

  /** Forgets such a request; `false` if it was forgotten before. */
  removePending(request: PendingRequest): boolean {
    if (!this.pending.delete(request)) return false;
    if (this.#received !== undefined && !this.#hasBodies()) {
      this.#received.resolve();
    }
    return true;
  }

  /**
   * Resolves when the requests that may have a body have their responses;
   * `undefined` if there are none.
   */
  unfinishedBodies(): Promise<void> | undefined {
    if (!this.#hasBodies()) return undefined;
    this.#received ??= Promise.withResolvers();
    return this.#received.promise;
  }

  #hasBodies(): boolean {
    return [...this.pending].some((request) => request.mayHaveBody());
  }

  /** Whether anything is left that may take its time. */
  get isBusy(): boolean {
    if (this.pending.size > 0) return true;
    return [...this.#bodies.values()].some(({ isEndless }) => !isEndless);
  }

  /** Notes a body that streams, of a response with these headers. */
  addBody(body: TrackedBody, headers: Headers): void {
    const hasNoEnd = isEndless(headers);
    if (hasNoEnd && this.#ending) return body.end();
    this.#bodies.set(body, { isEndless: hasNoEnd });
  }

  /** Forgets a body that has ended. */
  removeBody(body: TrackedBody): void {
    this.#bodies.delete(body);
  }

  /** Notes the WebSocket of a response to an upgrade, if it has one. */
  addUpgrade(response: Response): void {
    const slots = response as unknown as Record<symbol, unknown>;
    for (const symbol of Object.getOwnPropertySymbols(response)) {
      const socket = slots[symbol];
      if (socket instanceof WebSocket) {
        this.#sockets.add(socket);
        socket.addEventListener("close", () => this.#sockets.delete(socket));
        // It opens once the response is there, maybe too late for the others.
        socket.addEventListener("open", () => {
          if (this.#ending) close(socket, this.#ending);
        });
      }
    }
  }

  /**
   * Ends what would never end by itself: event streams and WebSockets. Returns
   * whether there were any of the latter.
   */
  endEndless(reason: CloseReason): boolean {
    this.#ending = reason;
    for (const [body, { isEndless }] of this.#bodies) {
      if (isEndless) body.end();
    }
    const open = [...this.#sockets].filter(({ readyState }) =>
      readyState === WebSocket.OPEN
    );
    for (const socket of open) close(socket, reason);
    return open.length > 0;
  }

  /** Ends all that is left: the grace period is over. */
  endAll(): void {
    this.#slowNotice?.stop();
    for (const request of this.pending) {
      request.answer(
        new Response("Service Unavailable: the server is stopping\n", {
          status: 503,
        }),
      );
    }
    for (const body of this.#bodies.keys()) {
      body.cutOff();
    }
  }
}

function close(socket: WebSocket, reason: CloseReason): void {
  socket.close(CLOSE_CODES[reason], reason);
}
