import { fromWsgi } from "../../serving/from_wsgi.ts";
import type { Handler, ServeInfo } from "../../serving/handler.ts";
import type { WsgiApp } from "../../serving/wsgi.ts";

/** What handlers get that are called without a socket. */
export const INFO: ServeInfo = {
  remoteAddr: { transport: "tcp", hostname: "192.0.2.1", port: 1234 },
  completed: Promise.resolve(),
};

/** A server for one test. */
export interface TestServer extends AsyncDisposable {
  /** The port on 127.0.0.1. */
  readonly port: number;
  /** The URL, without a slash at its end. */
  readonly url: string;
  /** What was thrown by the handler or in a body. */
  readonly errors: unknown[];
}

/** Serves a handler on a port of its own. */
export function serveHandler(handler: Handler): TestServer {
  const errors: unknown[] = [];
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen() {},
    onError(error) {
      errors.push(error);
      return new Response("Internal Server Error", { status: 500 });
    },
  }, handler);
  const { port } = server.addr;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    errors,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Serves a WSGI-style app on a port of its own. */
export function serveWsgi(app: WsgiApp): TestServer {
  return serveHandler(fromWsgi(app));
}

/** Text as bytes. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bytes as text. */
export function text(chunk: Uint8Array): string {
  return new TextDecoder().decode(chunk);
}
