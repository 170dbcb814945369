import { describe } from "./_wsgi_describe.ts";
import type { Handler } from "./handler.ts";
import { toWsgi } from "./to_wsgi.ts";
import type {
  StartResponse,
  WsgiApp,
  WsgiBody,
  WsgiBufferedInput,
  WsgiEnviron,
  WsgiInput,
} from "./wsgi.ts";

/**
 * A function that {@linkcode application} has wrapped: with an environ and
 * `startResponse()` as its last arguments a WSGI-style app, and with a request
 * still the function it was.
 *
 * @typeParam Prior The types of the arguments ahead of those.
 */
export interface WsgiApplication<Prior extends unknown[] = []> {
  /** Responds as a WSGI-style app. */
  (
    ...args: [
      ...prior: Prior,
      environ: WsgiEnviron<WsgiInput | WsgiBufferedInput>,
      startResponse: StartResponse,
    ]
  ): Promise<WsgiBody>;
  /** Responds as the function itself. */
  (...args: [...prior: Prior, request: Request]): Response | Promise<Response>;
}

/**
 * Makes a WSGI-style app of a method, as a decorator. To TypeScript the method
 * keeps its type, since decorators cannot change types.
 *
 * @typeParam This The type of the object.
 * @typeParam Args The types of its arguments, the request among them.
 * @typeParam Result The type of its result.
 * @param method The method.
 * @param context What is decorated.
 * @returns The method as itself, and as a WSGI-style app.
 * @throws {TypeError} If something other than a method is decorated.
 *
 * @example Usage
 * ```ts
 * import { application } from "@x/devserve";
 * import { assertEquals } from "@std/assert";
 *
 * class Site {
 *   name = "devserve";
 *
 *   @application
 *   index(_request: Request): Response {
 *     return new Response(`This is ${this.name}`);
 *   }
 * }
 *
 * const site = new Site();
 * await using server = Deno.serve(
 *   { hostname: "127.0.0.1", port: 0 },
 *   (request) => site.index(request),
 * );
 * const response = await fetch(`http://127.0.0.1:${server.addr.port}/`);
 * assertEquals(await response.text(), "This is devserve");
 * ```
 */
export function application<
  This,
  Args extends unknown[],
  Result extends Response | Promise<Response>,
>(
  method: (this: This, ...args: Args) => Result,
  context: ClassMethodDecoratorContext<
    This,
    (this: This, ...args: Args) => Result
  >,
): (this: This, ...args: Args) => Result;
/**
 * Makes a WSGI-style app of a function from a request to its response, as
 * `@Request.application` of Werkzeug does.
 *
 * The function is called with the `Request` in place of environ and
 * `startResponse()`; `info` follows it, and arguments ahead of it are passed
 * through, as are `this` and errors. A thrown `Response` is used as the
 * response.
 *
 * What comes back is still a handler, too: `runSimple()` and `Deno.serve()`
 * take it as it is.
 *
 * @param handler The function.
 * @returns The function as a WSGI-style app and as a handler.
 * @throws {TypeError} If `handler` is not a function.
 *
 * @example Usage
 * ```ts
 * import { application, fromWsgi } from "@x/devserve";
 * import { assertEquals } from "@std/assert";
 *
 * const app = application((request) => {
 *   if (request.method !== "GET") throw new Response(null, { status: 405 });
 *   return new Response("hi");
 * });
 *
 * await using server = Deno.serve(
 *   { hostname: "127.0.0.1", port: 0 },
 *   fromWsgi(app),
 * );
 * const response = await fetch(`http://127.0.0.1:${server.addr.port}/`);
 * assertEquals(await response.text(), "hi");
 * ```
 */
export function application(
  handler: Handler,
): Handler & WsgiApp<WsgiInput | WsgiBufferedInput>;
/**
 * Makes a WSGI-style app of a function that takes more than the request.
 *
 * @typeParam Prior The types of the arguments ahead of the request.
 * @param responder The function.
 * @returns The function as a WSGI-style app, and as itself.
 *
 * @example Usage
 * ```ts
 * import { application, fromWsgi } from "@x/devserve";
 * import { assertEquals } from "@std/assert";
 *
 * const greet = application((greeting: string, request: Request) =>
 *   new Response(`${greeting}, ${new URL(request.url).pathname}`)
 * );
 *
 * await using server = Deno.serve(
 *   { hostname: "127.0.0.1", port: 0 },
 *   fromWsgi((environ, startResponse) => greet("Hello", environ, startResponse)),
 * );
 * const response = await fetch(`http://127.0.0.1:${server.addr.port}/you`);
 * assertEquals(await response.text(), "Hello, /you");
 * ```
 */
export function application<Prior extends unknown[]>(
  responder: (
    ...args: [...prior: Prior, request: Request]
  ) => Response | Promise<Response>,
): WsgiApplication<Prior>;
export function application(
  responder: unknown,
  context?: ClassMethodDecoratorContext,
): unknown {
  if (
    typeof responder !== "function" || (context?.kind ?? "method") !== "method"
  ) {
    throw new TypeError(
      `Cannot make an application of anything but a function or a method: current value is ${
        describe(context?.kind ?? responder)
      }`,
    );
  }

  const call = (self: unknown, args: unknown[]) =>
    respond(() => Reflect.apply(responder, self, args));

  function wsgiApplication(this: unknown, ...args: unknown[]): unknown {
    const prior = args.slice(0, -2);
    const [environ, startResponse] = args.slice(-2);
    if (!isEnviron(environ) || !isStartResponse(startResponse)) {
      return call(this, args);
    }
    const app = toWsgi((...own) => call(this, [...prior, ...own]));
    return app(environ, startResponse);
  }
  return Object.defineProperties(wsgiApplication, {
    name: { value: responder.name, configurable: true },
    // Deno.serve() passes no request to handlers whose length is 0.
    length: { value: Math.max(responder.length, 2), configurable: true },
  });
}

/** Takes a thrown response for a returned one. */
function respond(
  call: () => Response | Promise<Response>,
): Response | Promise<Response> {
  try {
    const response = call();
    return response instanceof Promise
      ? response.catch(responseFrom)
      : response;
  } catch (error) {
    return responseFrom(error);
  }
}

function responseFrom(thrown: unknown): Response {
  if (thrown instanceof Response) return thrown;
  throw thrown;
}

function isEnviron(
  value: unknown,
): value is WsgiEnviron<WsgiInput | WsgiBufferedInput> {
  return typeof value === "object" && value !== null &&
    "REQUEST_METHOD" in value && "wsgi.input" in value;
}

function isStartResponse(value: unknown): value is StartResponse {
  return typeof value === "function";
}
