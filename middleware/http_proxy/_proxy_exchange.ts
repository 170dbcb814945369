import type { ClientRequest, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { onClientLeave } from "./_on_client_leave.ts";
import { openRequest, type UpstreamRequest } from "./_proxy_connection.ts";
import { ClientLeft, UpstreamTimeout } from "./_proxy_failure.ts";
import type { ProxyTarget } from "./_proxy_targets.ts";

/** How an upstream has answered. */
export interface Answer {
  /** Status and fields, and the body as it comes. */
  readonly message: IncomingMessage;
  /** The connection, if the upstream speaks another protocol from now on. */
  readonly socket?: Duplex;
}

/**
 * Sends a request, and goes on sending its body when the answer has begun.
 *
 * The upstream has the time of the target for each step until its answer begins:
 * to be there, to take a part of the body, to answer when it has all of it. The
 * time that the client takes to send does not count.
 *
 * @param request The request of the client.
 * @param target Where to send it.
 * @param sent What to send.
 * @returns The answer.
 * @throws {ClientLeft} If the client did not stay for the answer.
 * @throws {UpstreamTimeout} If the upstream took too long.
 * @throws {Error} If there is no answer for another reason, by its `code`.
 */
export async function exchange(
  request: Request,
  target: ProxyTarget,
  sent: UpstreamRequest,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = openRequest(target, sent);
  outgoing.on("error", reject);
  outgoing.on("response", (message) => resolve({ message }));
  outgoing.on("upgrade", (message, socket, rest) => {
    if (rest.length > 0) socket.unshift(rest);
    resolve({ message, socket });
  });
  // No error is emitted where there is no connection yet.
  const abort = (reason: Error) => {
    reject(reason);
    outgoing.destroy(reason);
  };
  const clock = new Clock(
    target.timeout,
    () => abort(new UpstreamTimeout()),
  );
  let isOver = false;
  let stopWatching = () => {};
  sendBody(sent.body, outgoing, clock).then(() => {
    // Until now, reading the body has told whether the client is there.
    if (isOver) return;
    stopWatching = onClientLeave(request, () => abort(new ClientLeft()));
  }, (cause) => {
    abort(new ClientLeft("Cannot read the request", { cause }));
  });
  try {
    return await promise;
  } finally {
    isOver = true;
    clock.stop();
    stopWatching();
  }
}

/** Rejects if the body cannot be read. */
async function sendBody(
  body: ReadableStream<Uint8Array> | null,
  outgoing: ClientRequest,
  clock: Clock,
): Promise<void> {
  if (body) {
    // The upstream may have something to say before the first part comes.
    outgoing.flushHeaders();
    await connected(outgoing);
    clock.pause();
  }
  for await (const chunk of body ?? []) {
    clock.restart();
    // Who has answered need not read the rest. Leaving the loop cancels it.
    if (outgoing.destroyed) return;
    if (!outgoing.write(chunk)) await drained(outgoing);
    clock.pause();
  }
  clock.restart();
  outgoing.end();
}

/** Waits until there is a connection, or none. */
function connected(outgoing: ClientRequest): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  outgoing.once("close", resolve);
  outgoing.once("socket", (socket) => {
    if (socket.connecting) socket.once("connect", resolve);
    else resolve();
  });
  return promise;
}

/** Waits until more can be written, or nothing any more. */
function drained(outgoing: ClientRequest): Promise<void> {
  if (outgoing.destroyed) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => {
    outgoing.off("drain", done);
    outgoing.off("close", done);
    resolve();
  };
  outgoing.on("drain", done);
  outgoing.on("close", done);
  return promise;
}

/** Runs while it is on the upstream to do something. */
class Clock {
  readonly #limit: number;
  readonly #expire: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(limit: number, expire: () => void) {
    this.#limit = limit;
    this.#expire = expire;
    this.restart();
  }

  restart(): void {
    this.pause();
    // A longer time than timers can take, such as Infinity, is no limit.
    if (this.#isStopped || this.#limit > 0x7fff_ffff) return;
    this.#timer = setTimeout(this.#expire, this.#limit);
  }

  pause(): void {
    clearTimeout(this.#timer);
  }

  stop(): void {
    this.#isStopped = true;
    this.pause();
  }
}
