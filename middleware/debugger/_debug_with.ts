import type { Handler, ServeInfo } from "../../serving/handler.ts";
import { boundary, recordError } from "./_boundary.ts";
import { checkDebuggerOptions } from "./_check_debugger_options.ts";
import { Debugger, ERRORS_PATH } from "./_debugger.ts";
import type { DebuggedApplicationOptions } from "./_debugger_options.ts";
import type { DebuggerParts } from "./_debugger_parts.ts";
import { watchStrayErrors } from "./_watch_stray_errors.ts";
import type { ErrorKind } from "./error_report.ts";

/**
 * A handler whose errors are shown.
 *
 * @typeParam Info What the app is told about a request.
 */
export interface DebuggedApplication<Info extends ServeInfo = ServeInfo>
  extends AsyncDisposable {
  /** Answers a request. */
  (request: Request, info: Info): Response | Promise<Response>;
  /**
   * Records an error that did not come through this handler.
   *
   * @param error The error.
   * @param kind What failed.
   * @returns The path of its page; `undefined` if there is none.
   */
  record(error: unknown, kind: ErrorKind): string | undefined;
  /** Ends the console server, and lets go of all errors. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Does what `debuggedApplication` does, with parts that can be chosen.
 *
 * @typeParam Info What the app is told about a request.
 * @param app Answers the requests.
 * @param options The options.
 * @param parts What the debugger is put together from.
 */
export function debugWith<Info extends ServeInfo>(
  app: Handler<Info>,
  options: DebuggedApplicationOptions,
  parts: DebuggerParts,
): DebuggedApplication<Info> {
  const debug = new Debugger(checkDebuggerOptions(app, options), parts);
  const stopWatching = watchStrayErrors((error) => {
    recordError(debug, error, "stray");
  });
  const { signal } = debug.settings;

  async function end(): Promise<void> {
    stopWatching();
    signal?.removeEventListener("abort", end);
    await debug[Symbol.asyncDispose]();
  }
  signal?.addEventListener("abort", end, { once: true });
  if (signal?.aborted) end();

  return Object.assign(boundary(app, debug), {
    record(error: unknown, kind: ErrorKind): string | undefined {
      const report = recordError(debug, error, kind);
      return typeof report === "string"
        ? undefined
        : `${ERRORS_PATH}/${report.id}`;
    },
    [Symbol.asyncDispose]: end,
  });
}
