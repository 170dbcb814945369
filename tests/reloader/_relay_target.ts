import { Relay } from "../../reloader/relay.ts";
import type { RelayTarget } from "../../reloader/_relay_link.ts";
import type { RelayedClient } from "../../reloader/relayed_clients.ts";

/** Answers a connection that the relay has made. */
export type Serve = (connection: Deno.Conn) => Promise<void>;

/** A target of the relay that serves bytes, and notes what happens to it. */
export interface TestTarget extends RelayTarget, AsyncDisposable {
  /** The clients it was told of. */
  readonly clients: RelayedClient[];
  /** What happened, in its order. */
  readonly events: string[];
  /** Whether it still knows the client of a port. */
  knows(port: number): boolean;
}

/** Starts a target on a port of its own. */
export function startTarget(serve: Serve): TestTarget {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const clients: RelayedClient[] = [];
  const events: string[] = [];
  const ports = new Set<number>();
  const served: Promise<void>[] = [];

  async function accept(): Promise<void> {
    for await (const connection of listener) {
      events.push("open");
      served.push(serve(connection).finally(() => connection.close()));
    }
  }
  const accepting = accept();

  return {
    port: listener.addr.port,
    clients,
    events,
    knows: (port) => ports.has(port),
    announce(client) {
      clients.push(client);
      ports.add(client.port);
      events.push("announce");
      return Promise.resolve();
    },
    forget(port) {
      ports.delete(port);
      events.push("forget");
      return Promise.resolve();
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Promise.all(served);
    },
  };
}

/** A relay on a free port of 127.0.0.1, or on the addresses given. */
export function startRelay(
  listeners: readonly Deno.Listener[] = [
    Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  ],
): AsyncDisposable & { relay: Relay; port: number } {
  const relay = new Relay(listeners);
  return {
    relay,
    port: (listeners[0]!.addr as Deno.NetAddr).port,
    [Symbol.asyncDispose]: () => relay.finish(),
  };
}

/** Reads all there is to read. */
export async function readAll(connection: Deno.Conn): Promise<string> {
  const bytes = new Uint8Array(65_536);
  const decoder = new TextDecoder();
  let text = "";
  for (let count: number | null = 0; count !== null;) {
    text += decoder.decode(bytes.subarray(0, count), { stream: true });
    count = await connection.read(bytes);
  }
  return text;
}

/** Reads until a text has come, which is the end of what is returned. */
export async function readThrough(
  connection: Deno.Conn,
  mark: string,
): Promise<string> {
  const bytes = new Uint8Array(1024);
  let text = "";
  while (!text.endsWith(mark)) {
    const count = await connection.read(bytes);
    if (count === null) throw new Error(`Cannot find "${mark}" in "${text}"`);
    text += new TextDecoder().decode(bytes.subarray(0, count));
  }
  return text;
}

/** Sends a text. */
export async function send(
  connection: Deno.Conn,
  text: string,
): Promise<void> {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(await connection.write(rest));
}
