import {
  httpProxy,
  type HttpProxyTarget,
} from "../../middleware/http_proxy/http_proxy.ts";
import { RawConnection } from "../_raw_http.ts";

/** A server whose every byte is the test's own. */
export interface RawUpstream extends AsyncDisposable {
  /** Its URL, without a slash at the end. */
  readonly url: string;
  /** The heads of the requests that came, in their order. */
  readonly heads: readonly string[];
}

/** Answers one request; the connection is closed afterwards. */
export type Answer = (
  connection: RawConnection,
  head: string,
) => void | Promise<void>;

/**
 * Starts an upstream.
 *
 * @param answer What it sends, or how it deals with a request.
 * @param hostname Where it listens.
 * @returns The upstream.
 */
export function rawUpstream(
  answer: string | Answer,
  hostname = "127.0.0.1",
): RawUpstream {
  const listener = Deno.listen({ hostname, port: 0 });
  const heads: string[] = [];
  const open = new Set<RawConnection>();

  async function handle(connection: RawConnection): Promise<void> {
    open.add(connection);
    try {
      const head = await connection.readThrough("\r\n\r\n");
      heads.push(head);
      if (typeof answer === "string") await connection.send(answer);
      else await answer(connection, head);
    } finally {
      open.delete(connection);
      connection.close();
    }
  }
  const handled = acceptAll(listener, handle);
  return {
    url: `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    heads,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) connection.close();
      await handled;
    },
  };
}

async function acceptAll(
  listener: Deno.Listener,
  handle: (connection: RawConnection) => Promise<void>,
): Promise<void> {
  const handled: Promise<void>[] = [];
  for await (const connection of listener) {
    // What a test has closed under it, it has seen enough of.
    handled.push(handle(new RawConnection(connection)).catch(() => {}));
  }
  await Promise.all(handled);
}

/** A server with a proxy. */
export interface Proxied extends AsyncDisposable {
  /** The port on 127.0.0.1. */
  readonly port: number;
  /** The URL, without a slash at the end. */
  readonly url: string;
}

/** Serves `httpProxy` with an app that answers "app". */
export function proxied(
  targets: Record<string, string | HttpProxyTarget>,
): Proxied {
  return served(httpProxy(() => new Response("app"), targets));
}

/** Serves a handler on a bare `Deno.serve`. */
export function served(
  handler: Deno.ServeHandler<Deno.NetAddr>,
): Proxied {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    handler,
  );
  const { port } = server.addr;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The values of a field in the head of a request or response. */
export function valuesOf(head: string | undefined, name: string): string[] {
  return (head ?? "").split("\r\n").slice(1).flatMap((line) => {
    const colon = line.indexOf(":");
    return line.slice(0, colon).toLowerCase() === name
      ? [line.slice(colon + 1).trim()]
      : [];
  });
}

/** An answer of a raw upstream with a body and its length. */
export function okWith(body: string, fields = ""): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${fields}\r\n${body}`;
}
