import type { Handler, ServeInfo } from "../../serving/handler.ts";
import type { Debugger } from "./_debugger.ts";
import { textResponse, withoutBody } from "./_debugger_headers.ts";
import { errorAnswer } from "./_error_answer.ts";
import { ERRORS_PATH } from "./_debugger.ts";
import { freshStaticBody } from "../fresh_static_body.ts";
import { ownAnswer } from "./_own_paths.ts";
import { textOf } from "./_print_error.ts";
import { problemOfResult } from "./_problem_of_result.ts";
import { hasTrustedHost } from "./_trusted_host.ts";
import { watchBody } from "./_watch_body.ts";
import type { ErrorReport } from "./error_report.ts";

/**
 * Makes the handler that calls the app and answers in its place when it fails.
 *
 * @typeParam Info What the app is told about a request.
 * @param app Answers the requests.
 * @param debug Keeps the errors.
 * @returns A handler that never fails.
 */
export function boundary<Info extends ServeInfo>(
  app: Handler<Info>,
  debug: Debugger,
): Handler<Info> {
  return function debuggedHandler(
    request: Request,
    info: Info,
  ): Response | Promise<Response> {
    const own = ownAnswer(request, debug);
    if (own !== undefined) {
      return own.catch((error) => plainAnswer(request, error, debug));
    }
    let result: unknown;
    try {
      result = app(request, info);
      // A getter may throw.
      if (isThenable(result)) return answerLater(request, result, debug);
    } catch (error) {
      return answerError(request, error, debug);
    }
    return finish(request, result, debug);
  };
}

/**
 * Records an error and has it logged; neither can fail.
 *
 * @returns The report; whatever went wrong instead, as text.
 */
export function recordError(
  debug: Debugger,
  error: unknown,
  kind: ErrorReport["kind"],
  request?: Request,
): ErrorReport | string {
  let report: ErrorReport | string;
  try {
    report = debug.record(error, kind, request);
  } catch (problem) {
    report = textOf(problem);
  }
  try {
    debug.settings.logError(error, {
      kind,
      ...request !== undefined && { request },
      path: typeof report === "string"
        ? undefined
        : `${ERRORS_PATH}/${report.id}`,
    });
  } catch {
    // Whoever logs has failed, so there is nobody to tell it to.
  }
  return report;
}

async function answerLater(
  request: Request,
  result: PromiseLike<unknown>,
  debug: Debugger,
): Promise<Response> {
  let settled: unknown;
  try {
    settled = await result;
  } catch (error) {
    return answerError(request, error, debug);
  }
  return finish(request, settled, debug);
}

/** Lets only a response through that can be sent. */
function finish(
  request: Request,
  result: unknown,
  debug: Debugger,
): Response | Promise<Response> {
  if (freshStaticBody(result) !== undefined) return result as Response;
  const problem = problemOfResult(result);
  if (problem !== undefined) return answerError(request, problem, debug);
  return watchBody(
    result as Response,
    (error) => recordError(debug, error, "stream", request),
  );
}

async function answerError(
  request: Request,
  error: unknown,
  debug: Debugger,
): Promise<Response> {
  const report = recordError(debug, error, "request", request);
  let response: Response;
  try {
    response = typeof report === "string"
      ? plainAnswer(request, error, debug, report)
      : await errorAnswer(request, report, debug, 500);
  } catch (problem) {
    response = plainAnswer(request, error, debug, textOf(problem));
  }
  return request.method === "HEAD" ? withoutBody(response) : response;
}

/** What is left when the page of an error cannot be made. */
function plainAnswer(
  request: Request,
  error: unknown,
  { settings }: Debugger,
  problem?: string,
): Response {
  if (!hasTrustedHost(request, settings.trustedHosts)) {
    return textResponse(500, "Internal Server Error");
  }
  const text = textOf(error);
  return problem === undefined ? textResponse(500, text) : textResponse(
    500,
    `${text}\n\nThe page of this error could not be made: ${problem}`,
  );
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null)?.then === "function";
}
