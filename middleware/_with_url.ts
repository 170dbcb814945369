/** Methods that `new Request` refuses (Fetch Standard, "forbidden method"). */
const FORBIDDEN_METHODS = /^(?:CONNECT|TRACE|TRACK)$/i;

/**
 * The same request with another URL. One that may become a WebSocket stays the
 * object that Deno knows the connection by, and so does one whose method cannot
 * be had otherwise; their `clone()` would have the old URL.
 *
 * @param request The request, whose body belongs to the result.
 * @param url The URL.
 */
export function withUrl(request: Request, url: string): Request {
  if (request.url === url) return request;
  const { method, headers } = request;
  if (headers.has("upgrade") || FORBIDDEN_METHODS.test(method)) {
    return Object.create(request, { url: { value: url, enumerable: true } });
  }
  const moved = new Request(url, { method, headers, body: request.body });
  // Deno warns as soon as anybody looks at the signal, so only the app does.
  return Object.defineProperty(moved, "signal", { get: () => request.signal });
}
