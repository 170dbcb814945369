import { requestVariables } from "./_wsgi_environ.ts";
import { bodyFrom } from "./_wsgi_request_body.ts";
import { StreamInput } from "./_wsgi_stream_input.ts";
import { urlFrom } from "./_wsgi_url.ts";
import type { WsgiBufferedInput, WsgiEnviron, WsgiInput } from "./wsgi.ts";

/** An environ of any server, this one or another. */
type Environ = WsgiEnviron<WsgiInput | WsgiBufferedInput>;

/**
 * Makes the request that an environ describes. It is the very request that the
 * environ was made from, as long as nobody has changed the description.
 *
 * @param environ The environ.
 * @returns The request.
 */
export function requestFrom(environ: Environ): Request {
  const original = environ["devserve.request"];
  if (original && describes(environ, original)) return original;

  const url = urlFrom(environ);
  const { REQUEST_METHOD: method } = environ;
  const isBodyless = method === "GET" || method === "HEAD";
  const request = new Request(url, {
    method,
    headers: headersFrom(environ),
    body: isBodyless ? null : bodyFrom(environ),
  });
  if (!original) return request;
  return Object.defineProperties(request, {
    // Given to the constructor, the signal would be listened to, and Deno warns
    // of that even if nobody cares.
    signal: { get: () => original.signal },
    // The constructor normalizes what Deno.serve() leaves as it was sent.
    ...(original.url === url && { url: { value: url } }),
  });
}

/** Whether the environ is what `fromWsgi()` made of `request`. */
function describes(environ: Environ, request: Request): boolean {
  const { "wsgi.input": input, "devserve.info": info } = environ;
  if (!info || !(input instanceof StreamInput)) return false;
  if (!input.isUnreadBodyOf(request)) return false;
  const variables = requestVariables(request, info);
  const keys = new Set([...Object.keys(environ), ...Object.keys(variables)]);
  for (const key of keys) {
    const isOwn = key in variables || headerName(key) !== undefined;
    // The client's address is no part of the request.
    if (!isOwn || key.startsWith("REMOTE_")) continue;
    if (environ[key] !== variables[key]) return false;
  }
  return true;
}

function headersFrom(environ: Environ): Headers {
  const headers = new Headers();
  for (const [key, value] of Object.entries(environ)) {
    const name = headerName(key);
    if (name === undefined || typeof value !== "string") continue;
    // Of these two, CGI gateways give empty ones instead of none.
    if (value === "" && !key.startsWith("HTTP_")) continue;
    headers.set(name, value);
  }
  return headers;
}

function headerName(key: string): string | undefined {
  switch (key) {
    case "CONTENT_TYPE":
      return "content-type";
    case "CONTENT_LENGTH":
      return "content-length";
    // PEP 3333 has them without the prefix; these would be somebody's forgery.
    case "HTTP_CONTENT_TYPE":
    case "HTTP_CONTENT_LENGTH":
      return undefined;
  }
  return key.startsWith("HTTP_")
    ? key.slice("HTTP_".length).toLowerCase().replaceAll("_", "-")
    : undefined;
}
