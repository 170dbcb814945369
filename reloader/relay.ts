import {
  carryBytes,
  close,
  giveBuffer,
  sayGoodbye,
  takeBuffer,
} from "./_carry_bytes.ts";
import { hurry, RelayLink, type RelayTarget } from "./_relay_link.ts";

/** How long a client waits for a generation that serves. */
const WAIT_MS = 30_000;

/** How long to wait before something that failed is tried again. */
const RETRY_MS = 50;

/** How long connections may take to end once there is nobody to answer. */
const FINISH_MS = 1000;

/** Options for {@linkcode Relay}. */
export interface RelayOptions {
  /**
   * Looks at the first bytes of a client, and answers it in place of a
   * generation if it returns something.
   */
  answer?: ((first: Uint8Array) => Uint8Array | undefined) | undefined;
}

/**
 * Owns the public addresses and passes connections on to the generation that
 * serves now, which takes nothing that a system might lack. A connection that
 * comes while there is none waits for the next one.
 *
 * A connection goes to the generation that serves when its first bytes come, and
 * stays with it. So those that browsers open ahead outlive any number of reloads.
 *
 * A generation serves no other connections than ours, which it knows by their
 * port: it is told of the client before the first byte is sent and, before the
 * port is free for others, that it is gone.
 */
export class Relay {
  readonly #listeners: readonly Deno.Listener[];
  readonly #answer: RelayOptions["answer"];
  readonly #connections: Map<Deno.Conn, Promise<void>> = new Map();
  /** The connections that no generation has got yet. */
  readonly #waiting: Set<Deno.Conn> = new Set();
  #target: RelayTarget | undefined;
  #changed: PromiseWithResolvers<void> = Promise.withResolvers();
  #isClosed = false;

  /** Accepts connections from now on. The listeners belong to it. */
  constructor(
    listeners: readonly Deno.Listener[],
    { answer }: RelayOptions = {},
  ) {
    this.#listeners = listeners;
    this.#answer = answer;
    for (const listener of listeners) this.#accept(listener);
  }

  /** Where new connections go; `undefined` lets them wait. */
  use(target: RelayTarget | undefined): void {
    this.#target = target;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Accepts no more connections and drops those that no generation has got. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const listener of this.#listeners) listener.close();
    for (const client of this.#waiting) close(client);
    this.#changed.resolve();
  }

  /** Closes all connections, once what generations have sent has been read. */
  async finish(): Promise<void> {
    this.close();
    const finished = Promise.all(this.#connections.values());
    const timer = setTimeout(() => {
      for (const client of this.#connections.keys()) close(client);
    }, FINISH_MS);
    await finished;
    clearTimeout(timer);
  }

  async #accept(listener: Deno.Listener): Promise<void> {
    while (!this.#isClosed) {
      try {
        this.#take(await listener.accept(), listener.addr);
      } catch {
        // The client was gone first, there are too many, or this is the end.
        if (!this.#isClosed) await this.#change(RETRY_MS);
      }
    }
  }

  #take(client: Deno.Conn, local: Deno.Addr): void {
    const relayed = this.#relay(client, local)
      .catch(() => {
        // It has broken off, which concerns nobody but the client.
      })
      .finally(() => this.#connections.delete(client));
    this.#connections.set(client, relayed);
  }

  async #relay(client: Deno.Conn, local: Deno.Addr): Promise<void> {
    const buffer = takeBuffer();
    let link: RelayLink | undefined;
    this.#waiting.add(client);
    try {
      hurry(client);
      const count = await client.read(buffer);
      if (count === null) return;
      const isTcp = local.transport === "tcp";
      const answer = isTcp && this.#answer?.(buffer.subarray(0, count));
      if (answer) return await sayGoodbye(client, answer, buffer);
      link = await this.#link({
        // That of a Unix socket has no name, so it is called as Deno calls it.
        address: local.transport === "unix" ? local : client.remoteAddr,
        local,
      });
      if (link === undefined) return;
      this.#waiting.delete(client);
      const { connection } = link;
      const forget = () => void link?.forget();
      await carryBytes(client, connection, buffer, count, forget);
    } finally {
      this.#waiting.delete(client);
      close(client);
      await link?.close();
      giveBuffer(buffer);
    }
  }

  /** Connects to the generation that serves, if need be to the next one. */
  async #link(
    client: { address: Deno.Addr; local: Deno.Addr },
  ): Promise<RelayLink | undefined> {
    const end = performance.now() + WAIT_MS;
    for (;;) {
      const left = end - performance.now();
      if (this.#isClosed || left <= 0) return undefined;
      const target = this.#target;
      if (target === undefined) {
        await this.#change(left);
        continue;
      }
      const link = await RelayLink.to(target, client);
      if (link === undefined) {
        await this.#change(RETRY_MS);
      } else if (target === this.#target) {
        return link;
      } else {
        // A newer one serves by now, or this one has ended.
        await link.close();
      }
    }
  }

  /** Resolves when something changes, or after a time. */
  async #change(ms: number): Promise<void> {
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, ms);
    await Promise.race([this.#changed.promise, timeout.promise]);
    clearTimeout(timer);
  }
}
