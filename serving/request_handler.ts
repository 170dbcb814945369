import type { Handler, ServeInfo } from "./handler.ts";
import type { AccessRecord } from "./access_log.ts";
import { target } from "./access_log.ts";
import { escapeControl } from "./_escape_control.ts";
import type { HostCheck } from "./_host_check.ts";
import { InFlight } from "./_in_flight.ts";
import { inspectError } from "./_inspect_error.ts";
import type { Log } from "./_log.ts";
import { responseBody } from "./_response_body.ts";
import { BodyBrokenOff, trackBody } from "./_tracked_body.ts";
import { VERSION } from "./_version.ts";

/** What a {@linkcode RequestHandler} works with: its server, seen from inside. */
export interface RequestHandlerContext {
  /** The app, with its middleware. */
  readonly app: Handler;
  /** The log of the server. */
  readonly log: Log;
  /** The guard against foreign `Host` headers; `undefined` lets all pass. */
  readonly hostCheck: HostCheck | undefined;
  /** Whether responses get a `Server` header. */
  readonly serverHeader: boolean;
  /** Whether the log wants to know each client, even if all are local. */
  readonly wantsClient: boolean;
  /** Stops the server with an error that the app threw, if it is to do so. */
  readonly passError: ((error: unknown) => void) | undefined;
}

/** A request on its way, with what must be read before it is closed. */
interface Exchange {
  readonly request: Request;
  readonly started: number;
  readonly client: string;
  readonly headers: Headers | undefined;
}

const NO_HEADERS: Headers = new Headers();

/**
 * The way of a request through the server: checks the `Host`, calls the app,
 * checks and measures its response, logs. Subclasses may change any step and
 * are given to {@linkcode runSimple} as `requestHandler`.
 *
 * @example A handler that logs nothing about health checks
 * ```ts
 * import { type AccessRecord, makeServer, RequestHandler } from "@x/devserve";
 *
 * class QuietHandler extends RequestHandler {
 *   override logRequest(record: AccessRecord): void {
 *     if (!record.url.endsWith("/health")) super.logRequest(record);
 *   }
 * }
 *
 * await using server = await makeServer("localhost", 0, () => new Response(), {
 *   requestHandler: QuietHandler,
 * });
 * ```
 */
export class RequestHandler {
  /** The server this works for. */
  protected readonly context: RequestHandlerContext;
  /** What is going on at the moment. */
  readonly inFlight: InFlight = new InFlight();
  readonly #serverVersion: string | undefined;

  /**
   * Makes the handler of a server.
   *
   * @param context The server, seen from inside.
   */
  constructor(context: RequestHandlerContext) {
    this.context = context;
    this.#serverVersion = context.serverHeader
      ? this.serverVersion()
      : undefined;
  }

  /**
   * Answers a request that came in on a socket.
   *
   * @param request The request.
   * @param info What is known about its connection.
   * @returns The response, never a rejection.
   */
  handle(request: Request, info: ServeInfo): Response | Promise<Response> {
    const exchange = this.#begin(request, info);
    const refusal = this.context.hostCheck?.(request);
    if (refusal !== undefined) {
      this.context.log.message("warn", refusal.hint);
      const response = this.errorResponse(refusal.status, refusal.text);
      return this.#finish(exchange, response);
    }
    return this.#answer(exchange, info);
  }

  /**
   * Answers a request that came without a socket, so that there is no host to
   * be checked.
   *
   * @param request The request.
   * @param info What the app is told about the connection.
   * @returns The response.
   */
  handleDirect(
    request: Request,
    info: ServeInfo,
  ): Response | Promise<Response> {
    return this.#answer(this.#begin(request, info), info);
  }

  /**
   * Calls the app.
   *
   * @param request The request.
   * @param info What is known about its connection.
   * @returns What the app returns: a response, if it keeps to its contract.
   */
  runApp(request: Request, info: ServeInfo): Response | Promise<Response> {
    const { app } = this.context;
    return app(request, info);
  }

  /**
   * Makes the response to a request whose app threw, and logs the error.
   *
   * @param error What the app threw: anything at all.
   * @param request The request.
   * @returns The response.
   */
  handleError(error: unknown, request: Request): Response {
    this.#logError(`Error in ${request.method}`, request.url, error);
    return this.errorResponse(
      500,
      "Internal Server Error\nThe error is shown where the server runs.",
    );
  }

  /**
   * Called with what Deno finds wrong when it sends a response.
   *
   * @param error What is wrong.
   * @returns The response to be sent instead, if none has begun.
   */
  handleSendError(error: unknown): Response {
    if (!(error instanceof BodyBrokenOff)) {
      this.context.log.message(
        "error",
        `Error while sending a response: ${inspectError(error)}`,
      );
    }
    return this.errorResponse(500, "Internal Server Error");
  }

  /**
   * Makes a response that the server gives by itself.
   *
   * @param status The status code.
   * @param text What is said to the client.
   * @returns The response.
   */
  errorResponse(status: number, text: string): Response {
    return new Response(text + "\n", {
      status,
      headers: { "content-type": "text/plain;charset=UTF-8" },
    });
  }

  /**
   * Logs an answered request.
   *
   * @param record The request and its end.
   */
  logRequest(record: AccessRecord): void {
    this.context.log.access?.(record);
  }

  /**
   * Returns the value of the `Server` header (RFC 9110 section 10.2.4).
   *
   * @returns The name and version of the server.
   */
  serverVersion(): string {
    return `devserve/${VERSION}`;
  }

  #begin(request: Request, info: ServeInfo): Exchange {
    const { log, wantsClient } = this.context;
    // The address and the headers cannot be had any more when all is done.
    return {
      request,
      started: performance.now(),
      client: wantsClient ? clientOf(info) : "127.0.0.1",
      headers: log.wantsClient ? request.headers : undefined,
    };
  }

  #answer(
    exchange: Exchange,
    info: ServeInfo,
  ): Response | Promise<Response> {
    let result: unknown;
    try {
      result = this.runApp(exchange.request, info);
    } catch (error) {
      return this.#finish(exchange, this.#failed(exchange, error));
    }
    return isThenable(result)
      ? this.#answerLater(exchange, result)
      : this.#check(exchange, result);
  }

  /** Waits for the app, but not longer than the server lives. */
  #answerLater(
    exchange: Exchange,
    result: PromiseLike<unknown>,
  ): Promise<Response> {
    return new Promise((resolve) => {
      const { pending } = this.inFlight;
      const entry = {
        method: exchange.request.method,
        url: exchange.request.url,
        started: exchange.started,
        answer: (response: Response) => {
          if (pending.delete(entry)) resolve(this.#finish(exchange, response));
        },
      };
      pending.add(entry);
      result.then(
        (response) => {
          if (pending.delete(entry)) resolve(this.#check(exchange, response));
        },
        (error) => {
          const response = this.#failed(exchange, error);
          if (pending.delete(entry)) resolve(this.#finish(exchange, response));
        },
      );
    });
  }

  #failed(exchange: Exchange, error: unknown): Response {
    this.context.passError?.(error);
    return this.handleError(error, exchange.request);
  }

  /** Lets only a response through that can be sent. */
  #check(exchange: Exchange, result: unknown): Response {
    const problem = problemWith(result);
    if (problem === undefined) {
      return this.#finish(exchange, result as Response);
    }
    const error = new TypeError(
      `Cannot send what the app returned: expected a Response, got ${problem}`,
    );
    // The stack would lead here, where nothing is wrong.
    error.stack = "";
    return this.#finish(exchange, this.#failed(exchange, error));
  }

  #finish(exchange: Exchange, response: Response): Response {
    if (response.status === 101) {
      this.inFlight.addUpgrade(response);
      this.#logExchange(exchange, 101, undefined, "sent");
      return response;
    }
    const body = responseBody(response);
    const isStream = body.kind === "stream";
    const sent = isStream ? this.#track(exchange, response) : response;
    if (!isStream) {
      const size = body.kind === "none" || exchange.request.method === "HEAD"
        ? 0
        : body.size;
      this.#logExchange(exchange, response.status, size, "sent");
    }
    return this.#withServerHeader(sent);
  }

  #track(exchange: Exchange, response: Response): Response {
    const body = trackBody(response.body!, (outcome, size, error) => {
      this.inFlight.removeBody(body);
      if (outcome === "failed") {
        this.#logError("Error in the body of", exchange.request.url, error);
      }
      // Deno cancels the body of a response to HEAD, as nobody needs it.
      const end = exchange.request.method === "HEAD" ? "sent" : outcome;
      this.#logExchange(exchange, response.status, size, end);
    });
    this.inFlight.addBody(body, response.headers);
    return new Response(body.stream, response);
  }

  #withServerHeader(response: Response): Response {
    const version = this.#serverVersion;
    if (version === undefined) return response;
    const { headers } = response;
    if (headers.has("server")) return response;
    try {
      headers.set("server", version);
      return response;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      // Headers of `Response.redirect()` and `fetch()` cannot be changed.
      const copy = new Response(response.body, response);
      copy.headers.set("server", version);
      return copy;
    }
  }

  #logExchange(
    exchange: Exchange,
    status: number,
    size: number | undefined,
    outcome: AccessRecord["outcome"],
  ): void {
    if (this.context.log.access === undefined) return;
    const { request: { method, url }, started, client, headers = NO_HEADERS } =
      exchange;
    this.logRequest({
      kind: "access",
      time: Date.now(),
      method,
      url,
      status,
      size,
      duration: performance.now() - started,
      client,
      outcome,
      headers,
    });
  }

  #logError(what: string, url: string, error: unknown): void {
    const path = escapeControl(target(url));
    this.context.log.message(
      "error",
      `${what} ${path}: ${inspectError(error)}`,
    );
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null)?.then === "function";
}

/** What keeps a value from being sent as a response, if anything. */
function problemWith(value: unknown): string | undefined {
  if (value instanceof Response) {
    if (value.type === "error") return "Response.error()";
    if (value.bodyUsed) return "a Response whose body was used already";
    return undefined;
  }
  if (value === null || value === undefined) {
    return `${value} (is a "return" missing?)`;
  }
  if (typeof value === "string") return "a string";
  if (typeof value !== "object") return `a ${typeof value}`;
  const name = value.constructor?.name;
  if (name === "Response") {
    return "a Response of another implementation than Deno's own";
  }
  return name ? `an object of class ${name}` : "an object";
}

function clientOf({ remoteAddr }: ServeInfo): string {
  return remoteAddr.transport === "tcp"
    ? (remoteAddr as Deno.NetAddr).hostname
    : "unix";
}
