import { close } from "./_carry_bytes.ts";
import type { RelayedClient } from "./relayed_clients.ts";

/** A generation, as far as connections are relayed to it. */
export interface RelayTarget {
  /** The port on 127.0.0.1 where it serves what is relayed. */
  readonly port: number;
  /** Tells it of a client; resolves when it knows. */
  announce(client: RelayedClient): Promise<void>;
  /** Tells it that a client is gone; resolves when it knows. */
  forget(port: number): Promise<void>;
}

/** A connection to a generation, which knows who is at its other end. */
export class RelayLink {
  /** The connection. */
  readonly connection: Deno.TcpConn;
  readonly #target: RelayTarget;
  readonly #port: number;
  #forgotten: Promise<void> | undefined;

  private constructor(target: RelayTarget, connection: Deno.TcpConn) {
    this.connection = connection;
    this.#target = target;
    this.#port = connection.localAddr.port;
  }

  /**
   * Connects to a generation and tells it of the client; `undefined` if it does
   * not listen.
   */
  static async to(
    target: RelayTarget,
    client: Omit<RelayedClient, "port">,
  ): Promise<RelayLink | undefined> {
    const { port } = target;
    let connection: Deno.TcpConn;
    try {
      connection = await Deno.connect({ hostname: "127.0.0.1", port });
    } catch {
      return undefined;
    }
    hurry(connection);
    const link = new RelayLink(target, connection);
    // Waited for, so that whatever comes from an unknown port is not ours. That
    // takes 0.1 ms, once in the life of a connection.
    await target.announce({ port: link.#port, ...client });
    return link;
  }

  /** Tells the generation that nothing more comes of this client. */
  forget(): Promise<void> {
    return this.#forgotten ??= this.#target.forget(this.#port);
  }

  /**
   * Closes the connection. Until the generation has forgotten its port, nobody
   * else can have it.
   */
  async close(): Promise<void> {
    await this.forget();
    close(this.connection);
  }
}

/** Has small packets sent at once, where it makes a difference. */
export function hurry(connection: Deno.Conn): void {
  if (connection.localAddr.transport === "tcp") {
    (connection as Deno.TcpConn).setNoDelay();
  }
}
