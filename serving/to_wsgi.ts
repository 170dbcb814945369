import { describe } from "./_wsgi_describe.ts";
import { infoFrom } from "./_wsgi_info.ts";
import { requestFrom } from "./_wsgi_request.ts";
import { ResponseBody } from "./_wsgi_response_body.ts";
import type { Handler } from "./handler.ts";
import type { WsgiApp, WsgiBufferedInput, WsgiInput } from "./wsgi.ts";

/**
 * Makes a WSGI-style app of a handler, for example to put it behind WSGI-style
 * middleware.
 *
 * The handler gets the very `Request` that {@linkcode fromWsgi} has described,
 * as long as nobody has changed the description or read from `wsgi.input`.
 * Otherwise it gets a new one, made from the environ: URL, method, headers and
 * what is left of the body, which is streamed. `signal` is that of the original
 * request. The environ may also be that of another server.
 *
 * `fromWsgi(toWsgi(handler))` behaves as `handler` does, WebSocket upgrades
 * included. Where middleware changes the response, its body is streamed, and
 * headers about the connection are left to the server, as PEP 3333 has it.
 *
 * @param handler The handler.
 * @returns A WSGI-style app, asynchronous, for either kind of `wsgi.input`.
 * @throws {TypeError} If `handler` is not a function.
 * @see {@link https://peps.python.org/pep-3333/ | PEP 3333}
 *
 * @example Usage
 * ```ts
 * import { fromWsgi, toWsgi, type WsgiApp } from "@x/devserve";
 * import { assertEquals } from "@std/assert";
 *
 * const inner = toWsgi((request) => new Response(new URL(request.url).pathname));
 * const below: WsgiApp = (environ, startResponse) =>
 *   inner({ ...environ, PATH_INFO: `/below${environ.PATH_INFO}` }, startResponse);
 *
 * await using server = Deno.serve(
 *   { hostname: "127.0.0.1", port: 0 },
 *   fromWsgi(below),
 * );
 * const response = await fetch(`http://127.0.0.1:${server.addr.port}/here`);
 * assertEquals(await response.text(), "/below/here");
 * ```
 */
export function toWsgi(
  handler: Handler,
): WsgiApp<WsgiInput | WsgiBufferedInput> {
  if (typeof handler !== "function") {
    throw new TypeError(
      `Cannot adapt a handler that is not a function: current value is ${
        describe(handler)
      }`,
    );
  }
  return async function wsgiApp(environ, startResponse) {
    const completed = Promise.withResolvers<void>();
    completed.promise.catch(() => {
      // Handlers that do not look at `info.completed` need not care.
    });
    const info = infoFrom(environ, completed.promise);
    const response: unknown = await handler(requestFrom(environ), info);
    if (!(response instanceof Response)) {
      throw new TypeError(
        `Cannot respond as the handler must return a Response: current value is ${
          describe(response)
        }`,
      );
    }
    const body = new ResponseBody(response, completed);
    startResponse(body.status, body.headers);
    return body;
  };
}
