/** A client whose connection is relayed, as its generation is told of it. */
export interface RelayedClient {
  /** The port that the relay has on its connection to the generation. */
  readonly port: number;
  /** The address of the client. */
  readonly address: Deno.Addr;
  /** The public address that it has connected to. */
  readonly local: Deno.Addr;
}

/** The clients whose connections are relayed to a generation, by their port. */
export class RelayedClients {
  readonly #clients: Map<number, RelayedClient> = new Map();

  /** How many there are. */
  get size(): number {
    return this.#clients.size;
  }

  /** Notes a client, before anything of it arrives. */
  add(client: RelayedClient): void {
    this.#clients.set(client.port, client);
  }

  /** Forgets the client of a port that is about to be free for others. */
  remove(port: number): void {
    this.#clients.delete(port);
  }

  /** The client whose connection comes from a port, if the relay has made it. */
  get(port: number): RelayedClient | undefined {
    return this.#clients.get(port);
  }
}
