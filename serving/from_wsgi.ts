import { BufferedInput } from "./_wsgi_buffered_input.ts";
import { describe } from "./_wsgi_describe.ts";
import { createEnviron } from "./_wsgi_environ.ts";
import { STDERR } from "./_wsgi_errors.ts";
import { readBody } from "./_wsgi_read_body.ts";
import { respond } from "./_wsgi_response.ts";
import { WsgiRun } from "./_wsgi_run.ts";
import { StreamInput } from "./_wsgi_stream_input.ts";
import type { Handler } from "./handler.ts";
import type { WsgiApp, WsgiBufferedInput, WsgiErrors } from "./wsgi.ts";

const MAX_CONTENT_LENGTH = 16_777_216;

/** Options for {@linkcode fromWsgi}. */
export interface FromWsgiOptions {
  /**
   * What `wsgi.errors` is. By default it writes to standard error.
   */
  errors?: WsgiErrors;
  /**
   * Reads the whole request body into memory before calling the app, so that
   * `wsgi.input` is a {@linkcode WsgiBufferedInput}, which reads synchronously.
   *
   * @default {false}
   */
  bufferInput?: boolean;
  /**
   * The longest request body in bytes that `bufferInput` takes. A longer one
   * is answered with 413, and the app is not called.
   *
   * @default {16_777_216}
   */
  maxContentLength?: number;
}

/** Options for {@linkcode fromWsgi} and an app that reads synchronously. */
export interface FromWsgiBufferedOptions extends FromWsgiOptions {
  /** Reads the whole request body into memory before calling the app. */
  bufferInput: true;
}

/**
 * Makes a handler of a WSGI-style app.
 *
 * The app gets an `environ` as PEP 3333 has it, with `Uint8Array` for bytes and
 * Unicode text for strings ({@linkcode WsgiEnviron}), and `startResponse()`. It
 * returns an iterable of `Uint8Array`, `async` or not, or a promise of one.
 *
 * - `wsgi.input` is asynchronous ({@linkcode WsgiInput}), unless `bufferInput`
 *   is set.
 * - Headers go out with the first bytes that are not empty. Until then an error
 *   leaves through the handler; from then on it breaks off the response.
 * - An array of one item is sent as a whole, with its length. Other iterables
 *   are streamed, at the pace of the client.
 * - `close()` of the iterable is called once, also when the client leaves. An
 *   iterator that is not at its end gets `return()` as well.
 * - Bodies for `HEAD`, 204, 205 and 304 are not sent, and not iterated over
 *   further than it takes to learn the headers.
 * - A body that is longer or shorter than its `Content-Length` is an error, and
 *   nothing beyond that length is sent.
 * - Request headers with `_` in their names are left out, since they would pass
 *   for those with `-`.
 *
 * @param app The app.
 * @param options Additional options.
 * @returns A handler.
 * @throws {TypeError} If `app` is not a function, or `options.maxContentLength`
 * comes without `options.bufferInput`.
 * @throws {RangeError} If `options.maxContentLength` is not a whole number.
 * @see {@link https://peps.python.org/pep-3333/ | PEP 3333}
 *
 * @example Usage
 * ```ts
 * import { fromWsgi } from "@x/devserve";
 * import { assertEquals } from "@std/assert";
 *
 * const handler = fromWsgi((environ, startResponse) => {
 *   startResponse("200 OK", [["Content-Type", "text/plain"]]);
 *   return [new TextEncoder().encode(`You are at ${environ.PATH_INFO}`)];
 * });
 *
 * await using server = Deno.serve({ hostname: "127.0.0.1", port: 0 }, handler);
 * const response = await fetch(`http://127.0.0.1:${server.addr.port}/caf%C3%A9`);
 * assertEquals(await response.text(), "You are at /café");
 * ```
 *
 * @example An app that reads synchronously
 * ```ts
 * import { fromWsgi } from "@x/devserve";
 * import { assertEquals } from "@std/assert";
 *
 * const handler = fromWsgi((environ, startResponse) => {
 *   startResponse("200 OK", []);
 *   return environ["wsgi.input"].readlines().reverse();
 * }, { bufferInput: true });
 *
 * await using server = Deno.serve({ hostname: "127.0.0.1", port: 0 }, handler);
 * const response = await fetch(`http://127.0.0.1:${server.addr.port}/`, {
 *   method: "POST",
 *   body: "one\ntwo\n",
 * });
 * assertEquals(await response.text(), "two\none\n");
 * ```
 */
export function fromWsgi(
  app: WsgiApp<WsgiBufferedInput>,
  options: FromWsgiBufferedOptions,
): Handler;
/**
 * Makes a handler of a WSGI-style app that reads asynchronously.
 *
 * @param app The app.
 * @param options Additional options.
 * @returns A handler.
 */
export function fromWsgi(
  app: WsgiApp,
  options?: FromWsgiOptions & { bufferInput?: false },
): Handler;
export function fromWsgi(
  app: WsgiApp | WsgiApp<WsgiBufferedInput>,
  options: FromWsgiOptions = {},
): Handler {
  const { bufferInput = false, errors = STDERR } = options;
  if (typeof app !== "function") {
    throw new TypeError(
      `Cannot adapt a WSGI-style app that is not a function: current value is ${
        describe(app)
      }`,
    );
  }
  const maxLength = checkMaxContentLength(options);
  // The overloads have made sure that the app fits the input.
  return bufferInput
    ? bufferedHandler(app as WsgiApp<WsgiBufferedInput>, errors, maxLength)
    : streamHandler(app as WsgiApp, errors);
}

function checkMaxContentLength(
  { bufferInput, maxContentLength }: FromWsgiOptions,
): number {
  if (maxContentLength === undefined) return MAX_CONTENT_LENGTH;
  if (typeof maxContentLength !== "number" || !bufferInput) {
    throw new TypeError(
      `Cannot use "maxContentLength" unless it is a number and "bufferInput" is true: current value is ${
        describe(maxContentLength)
      }`,
    );
  }
  if (!Number.isSafeInteger(maxContentLength) || maxContentLength < 0) {
    throw new RangeError(
      `Cannot use "maxContentLength" unless it is a whole number of bytes: current value is ${maxContentLength}`,
    );
  }
  return maxContentLength;
}

function streamHandler(app: WsgiApp, errors: WsgiErrors): Handler {
  return function wsgiHandler(request, info) {
    const input = new StreamInput(request);
    const environ = createEnviron(request, info, input, errors);
    const run = new WsgiRun(
      request.method,
      (startResponse) => app(environ, startResponse),
      () => input.cancel(),
    );
    return respond(run);
  };
}

function bufferedHandler(
  app: WsgiApp<WsgiBufferedInput>,
  errors: WsgiErrors,
  maxLength: number,
): Handler {
  return async function bufferedWsgiHandler(request, info) {
    const body = await readBody(request, maxLength);
    if (body === undefined) {
      return new Response("Content Too Large\n", {
        status: 413,
        statusText: "Content Too Large",
      });
    }
    const input = new BufferedInput(body);
    const environ = createEnviron(request, info, input, errors);
    const run = new WsgiRun(
      request.method,
      (startResponse) => app(environ, startResponse),
    );
    return await respond(run);
  };
}
