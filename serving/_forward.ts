import type { ClientCertificate, Handler, ServeInfo } from "./handler.ts";

/** Carries what is known of the connection between two generations. */
const ADDRESSES_HEADER = "x-devserve-addresses";

/** Passes requests on to another process. */
export interface Forwarder extends Disposable {
  /** The handler that does. */
  readonly handle: Handler;
}

/**
 * Makes a handler that passes requests on to the next generation, which listens
 * on a private Unix socket. It serves those who hold a connection to this one.
 */
export function forwardTo(path: string): Forwarder {
  const client = Deno.createHttpClient({
    proxy: { transport: "unix", path },
  });

  const handle: Handler = async function forward(request, info) {
    const headers = new Headers(request.headers);
    const { remoteAddr, localAddr, clientCertificate } = info;
    const { url } = request;
    const isSecure = url.startsWith("https:");
    headers.set(
      ADDRESSES_HEADER,
      JSON.stringify([remoteAddr, localAddr, isSecure, clientCertificate]),
    );
    const { status, statusText, headers: received, body } = await fetch(
      // The private socket is for HTTP alone.
      isSecure
        ? url.replace("https:", "http:")
        : url.replace(/^http\+unix:\/\/[^/]*/, "http://localhost"),
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
  return { handle, [Symbol.dispose]: () => client.close() };
}

/**
 * Makes a handler for the private socket, which handles a request as if it had
 * come in where the generation before has taken it.
 */
export function takeForwarded(
  handlerFor: (localAddr: Deno.Addr) => Deno.ServeHandler,
): Deno.ServeHandler {
  return function handleForwarded(request, info) {
    const headers = new Headers(request.headers);
    const addresses = headers.get(ADDRESSES_HEADER);
    headers.delete(ADDRESSES_HEADER);
    const [remoteAddr, localAddr, isSecure, certificate] = JSON.parse(
      addresses ?? "[]",
    );
    const url = isSecure ? request.url.replace("http:", "https:") : request.url;
    const original = new Request(url, {
      method: request.method,
      headers,
      body: request.body,
      redirect: "manual",
    });
    const { completed } = info;
    const originalInfo: ServeInfo = {
      remoteAddr,
      completed,
      ...certificate && { clientCertificate: revived(certificate) },
    };
    return handlerFor(localAddr)(
      original,
      originalInfo as Deno.ServeHandlerInfo,
    );
  };
}

/** JSON knows no dates. */
function revived(certificate: ClientCertificate): ClientCertificate {
  const { validFrom, validTo } = certificate;
  return {
    ...certificate,
    validFrom: new Date(validFrom),
    validTo: new Date(validTo),
  };
}
