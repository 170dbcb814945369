import type { Handler } from "../../serving/handler.ts";
import { checkDebuggerOptions } from "./_check_debugger_options.ts";
import { Debugger } from "./_debugger.ts";
import { withoutBody } from "./_debugger_headers.ts";
import type { DebuggedApplicationOptions } from "./_debugger_options.ts";
import { errorAnswer } from "./_error_answer.ts";
import { REAL_PARTS } from "./_real_parts.ts";
import { LOAD_HINT } from "../load_hint.ts";

/**
 * Makes a handler that stands in for an app that could not be loaded: it answers
 * everything with the error, as `debuggedApplication` does, but no code can be
 * run, as there is nothing that it could run in.
 *
 * @param error What the load has thrown.
 * @param options Those of `debuggedApplication`.
 */
export function failedLoad(
  error: unknown,
  options: DebuggedApplicationOptions,
): Handler {
  const settings = checkDebuggerOptions(() => new Response(), {
    ...options,
    evalex: false,
  });
  const debug = new Debugger(settings, REAL_PARTS);
  const report = { ...debug.record(error, "load"), notice: LOAD_HINT };

  return async function showFailedLoad(request): Promise<Response> {
    const response = await errorAnswer(request, report, debug, 500);
    return request.method === "HEAD" ? withoutBody(response) : response;
  };
}
