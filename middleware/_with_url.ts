/**
 * The same request with another URL. One that may become a WebSocket stays the
 * object that Deno knows the connection by; `clone()` would give it the old URL.
 *
 * @param request The request, whose body belongs to the result.
 * @param url The URL.
 */
export function withUrl(request: Request, url: string): Request {
  if (request.url === url) return request;
  if (request.headers.has("upgrade")) {
    return Object.create(request, { url: { value: url, enumerable: true } });
  }
  const { method, headers, body } = request;
  const moved = new Request(url, { method, headers, body });
  // Deno warns as soon as anybody looks at the signal, so only the app does.
  return Object.defineProperty(moved, "signal", { get: () => request.signal });
}
