import { answerLater } from "./_answer_later.ts";
import type { ClientCertificate, Handler, ServeInfo } from "./handler.ts";
import { InFlight, isEndless } from "./_in_flight.ts";
import { trackBody } from "./_tracked_body.ts";

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
 *
 * @param path The socket.
 * @param inFlight Where is noted what is passed on, as it needs this process.
 */
export function forwardTo(
  path: string,
  inFlight: InFlight = new InFlight(),
): Forwarder {
  const client = Deno.createHttpClient({
    proxy: { transport: "unix", path },
  });

  async function forward(request: Request, info: ServeInfo): Promise<Response> {
    const headers = new Headers(request.headers);
    const { remoteAddr, localAddr, clientCertificate } = info;
    const { url } = request;
    const isSecure = url.startsWith("https:");
    headers.set(
      ADDRESSES_HEADER,
      JSON.stringify([remoteAddr, localAddr, isSecure, clientCertificate]),
    );
    return await fetch(
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
  }

  const handle: Handler = (request, info) =>
    answerLater(inFlight, request, forward(request, info), {
      answered: (response) => passOn(response as Response, inFlight),
      failed: unreachable,
      stopped: (response) => response,
    });
  return { handle, [Symbol.dispose]: () => client.close() };
}

function passOn(
  { status, statusText, headers: received, body }: Response,
  inFlight: InFlight,
): Response {
  const headers = new Headers(received);
  // `fetch` has decoded the body.
  if (headers.has("content-encoding")) {
    headers.delete("content-encoding");
    headers.delete("content-length");
  }
  headers.delete("transfer-encoding");
  // The client shall come back by a new connection, to the next generation.
  headers.set("connection", "close");
  // What ends by itself Deno passes on without us, and sooner.
  if (body === null || !isEndless(received)) {
    return new Response(body, { status, statusText, headers });
  }
  const tracked = trackBody(body, () => inFlight.removeBody(tracked));
  inFlight.addBody(tracked, received);
  return new Response(tracked.stream, { status, statusText, headers });
}

/** The next generation has ended, which the supervisor tells. */
function unreachable(): Response {
  return new Response("Service Unavailable: the app is starting anew\n", {
    status: 503,
    headers: { "connection": "close", "retry-after": "1" },
  });
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
    // Deno prints a warning once anybody has looked at it.
    Object.defineProperty(original, "signal", { get: () => request.signal });
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
