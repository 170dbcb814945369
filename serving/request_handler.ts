import type { Handler, ServeInfo } from "./handler.ts";
import { type AccessRecord, target } from "./access_log.ts";
import { answerLater } from "./_answer_later.ts";
import { accessRecord, beginExchange, type Exchange } from "./_exchange.ts";
import { escapeControl } from "./_escape_control.ts";
import type { HostCheck } from "./host_check.ts";
import { InFlight } from "./_in_flight.ts";
import { logError, wasLogged } from "./_log_error.ts";
import type { Log } from "./log.ts";
import { freshStaticBody } from "../middleware/fresh_static_body.ts";
import { byteLength, responseBody } from "../middleware/response_body.ts";
import { responseProblem } from "../middleware/response_problem.ts";
import { withBody } from "../middleware/with_body.ts";
import { BodyBrokenOff, trackBody } from "./_tracked_body.ts";
import { VERSION } from "./_version.ts";
import { withServerHeader } from "./_with_server_header.ts";

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
 * await using server = makeServer("localhost", 0, () => new Response(), {
 *   requestHandler: QuietHandler,
 * });
 * ```
 */
export class RequestHandler {
  /** The server this works for. */
  protected readonly context: RequestHandlerContext;
  readonly #inFlight: InFlight;
  readonly #serverVersion: string | undefined;

  /**
   * Makes the handler of a server.
   *
   * @param context The server, seen from inside.
   */
  constructor(context: RequestHandlerContext) {
    this.context = context;
    this.#inFlight = new InFlight(context.log);
    this.#serverVersion = context.serverHeader
      ? this.serverVersion()
      : undefined;
  }

  /**
   * Answers a request that came in on a socket.
   *
   * @param request The request.
   * @param info What is known about its connection.
   * @returns The response.
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
      logError(this.context.log, "Error while sending a response", error);
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

  /** Whether requests are being answered, apart from event streams. */
  get isBusy(): boolean {
    return this.#inFlight.isBusy;
  }

  /**
   * Ends what does not end by itself: event streams, cleanly, and WebSockets,
   * with code 1001 (going away) or 1012 (service restart).
   *
   * @param reason Why.
   * @returns Whether there were WebSockets.
   */
  endEndless(
    reason: "going away" | "service restart" = "going away",
  ): boolean {
    return this.#inFlight.endEndless(reason);
  }

  /**
   * Resolves when the requests that may have a body have their responses;
   * `undefined` if there are none.
   */
  unfinishedBodies(): Promise<void> | undefined {
    return this.#inFlight.unfinishedBodies();
  }

  /** Answers with 503 what waits for the app, and breaks off what streams. */
  endAll(): void {
    this.#inFlight.endAll();
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
    return beginExchange(request, info, log, wantsClient);
  }

  #answer(
    exchange: Exchange,
    info: ServeInfo,
  ): Response | Promise<Response> {
    let result: unknown;
    let isLater: boolean;
    try {
      result = this.runApp(exchange.request, info);
      // Inside, as a getter may throw.
      isLater = isThenable(result);
    } catch (error) {
      return this.#finish(exchange, this.#failed(exchange, error));
    }
    return isLater
      ? this.#answerLater(exchange, result as PromiseLike<unknown>)
      : this.#check(exchange, result);
  }

  #answerLater(
    exchange: Exchange,
    result: PromiseLike<unknown>,
  ): Promise<Response> {
    return answerLater(this.#inFlight, exchange.request, result, {
      answered: (response) => this.#check(exchange, response),
      failed: (error) => this.#finish(exchange, this.#failed(exchange, error)),
      stopped: (response) => this.#finish(exchange, response),
    });
  }

  #failed(exchange: Exchange, error: unknown): Response {
    this.context.passError?.(error);
    return this.handleError(error, exchange.request);
  }

  /** Lets only a response through that can be sent. */
  #check(exchange: Exchange, result: unknown): Response {
    const body = freshStaticBody(result);
    if (body !== undefined) {
      return this.#finishStatic(exchange, result as Response, body);
    }
    const problem = responseProblem(result);
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

  /** Finishes the common case, in which there is little to do. */
  #finishStatic(
    exchange: Exchange,
    response: Response,
    body: string,
  ): Response {
    if (this.context.log.access !== undefined) {
      const size = exchange.request.method === "HEAD" ? 0 : byteLength(body);
      this.#logExchange(exchange, response.status, size, "sent");
    }
    if (this.#serverVersion !== undefined) {
      response.headers.set("server", this.#serverVersion);
    }
    return response;
  }

  #finish(exchange: Exchange, response: Response): Response {
    if (response.status === 101) {
      this.#inFlight.addUpgrade(response);
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
    return this.#serverVersion === undefined
      ? sent
      : withServerHeader(sent, this.#serverVersion);
  }

  #track(exchange: Exchange, response: Response): Response {
    // Read now, they can still be had when the request is closed.
    const { method, url } = exchange.request;
    const body = trackBody(response.body!, (outcome, size, error) => {
      this.#inFlight.removeBody(body);
      const isNews = !(error instanceof BodyBrokenOff) && !wasLogged(error);
      if (outcome === "failed" && isNews) {
        this.#logError("Error in the body of", url, error);
      }
      // Deno reads a little of the body of a response to HEAD, then cancels it.
      if (method === "HEAD") {
        this.#logExchange(exchange, response.status, 0, "sent");
      } else {
        this.#logExchange(exchange, response.status, size, outcome);
      }
    });
    this.#inFlight.addBody(body, response.headers);
    return withBody(response, body.stream);
  }

  #logExchange(
    exchange: Exchange,
    status: number,
    size: number | undefined,
    outcome: AccessRecord["outcome"],
  ): void {
    if (this.context.log.access === undefined) return;
    try {
      this.logRequest(accessRecord(exchange, { status, size, outcome }));
    } catch (error) {
      // A subclass threw; the response is none the worse for it.
      this.#logError("Error in the log of", exchange.request.url, error);
    }
  }

  #logError(what: string, url: string, error: unknown): void {
    const path = escapeControl(target(url));
    logError(this.context.log, `${what} ${path}`, error);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null)?.then === "function";
}
