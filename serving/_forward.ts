import type { Handler, ServeInfo } from "./handler.ts";

/** Carries the address of the client between two generations. */
const CLIENT_HEADER = "x-devserve-client";

/**
 * Makes a handler that passes requests on to the next generation, which listens
 * on a private Unix socket. It serves those who hold a connection to this one.
 */
export function forwardTo(path: string): Handler {
  const client = Deno.createHttpClient({
    proxy: { transport: "unix", path },
  });

  return async function forward(request, info): Promise<Response> {
    const headers = new Headers(request.headers);
    headers.set(CLIENT_HEADER, JSON.stringify(info.remoteAddr));
    const { status, statusText, headers: received, body } = await fetch(
      request.url.replace(/^http\+unix:\/\/[^/]*/, "http://localhost"),
      {
        client,
        method: request.method,
        headers,
        body: request.body,
        redirect: "manual",
      },
    );
    const sent = new Headers(received);
    // `fetch` has decoded the body.
    if (sent.has("content-encoding")) {
      sent.delete("content-encoding");
      sent.delete("content-length");
    }
    sent.delete("transfer-encoding");
    // The client shall come back by a new connection, to the next generation.
    sent.set("connection", "close");
    return new Response(body, { status, statusText, headers: sent });
  };
}

/**
 * Makes a handler for the private socket, which tells the app of the client
 * that the generation before has taken the request from.
 */
export function takeForwarded(handler: Handler, localAddr: Deno.Addr): Handler {
  return function handleForwarded(request, info) {
    const headers = new Headers(request.headers);
    const client = headers.get(CLIENT_HEADER);
    headers.delete(CLIENT_HEADER);
    const original = new Request(request.url, {
      method: request.method,
      headers,
      body: request.body,
      redirect: "manual",
    });
    const remoteAddr: Deno.Addr = client === null
      ? info.remoteAddr
      : JSON.parse(client);
    const { completed } = info;
    return handler(original, { remoteAddr, completed, localAddr } as ServeInfo);
  };
}
