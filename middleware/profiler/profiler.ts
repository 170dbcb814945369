import type { Handler, ServeInfo } from "../../serving/handler.ts";
import {
  checkProfilerOptions,
  type ProfilerOptions,
} from "./_profiler_options.ts";

export type {
  ProfiledRequest,
  ProfileFilenameFormat,
} from "./_profile_file_name.ts";
export type { ProfileColumn, ProfileRestriction } from "./_profile_table.ts";
export type { ProfilerOptions } from "./_profiler_options.ts";

/**
 * Profiles the requests of `app`: where the time goes, by function, as a table
 * on the terminal and as a file that the DevTools of Chrome, editors and
 * speedscope open.
 *
 * A profile is one of the whole isolate, so **one request is profiled at a
 * time**; what comes meanwhile is answered without a profile, or waits, by
 * `whenBusy`. The table says how many other requests were answered meanwhile:
 * their time is in it, too. To see one request alone, send it alone.
 *
 * The profile begins before `app` is called and ends when the response has been
 * sent, with its body, which is streamed as ever. With a WebSocket and a stream
 * of events, it ends when `app` has returned. The file and the table come
 * thereafter. V8 takes some milliseconds to begin a profile; they are not in
 * `elapsed`, but the client waits for them.
 *
 * Each response gets `Server-Timing` with `total` and `cpu` in milliseconds,
 * after what the app has put there, both **up to the headers**, as they are sent
 * before the body is known. `profile` says why there is none. `cpu` is the time
 * of the process with all of its threads, so that of other requests, too.
 *
 * This is a profile of samples: functions that were not met are not in it, there
 * are no numbers of calls, and a function that V8 has built into its caller may
 * be counted as that one. `(program)` is native code, `(garbage collector)` the
 * collection of garbage; the time in which nothing ran is told apart as idle.
 * Positions are those in the TypeScript source.
 *
 * No request fails because of this: what cannot be profiled or written is said
 * on `stream`, and the response is that of the app.
 *
 * Requires `--allow-sys` permission, without which nothing is profiled, and
 * `--allow-write` for `profileDir`.
 *
 * @typeParam Info What `app` is told about a request.
 * @param app Answers the requests.
 * @param options Additional options.
 * @returns A handler.
 * @throws {TypeError} If an argument has the wrong type.
 * @throws {RangeError} If a number or a name in `options` is not one of those
 * that are possible.
 * @throws {SyntaxError} If `options.filenameFormat` has an unknown field, or a
 * restriction is not a regular expression.
 *
 * @example Usage
 * ```ts
 * import { profiler } from "@x/devserve/middleware";
 * import { assertStringIncludes } from "@std/assert";
 *
 * function fibonacci(n: number): number {
 *   return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
 * }
 *
 * const { promise: table, resolve } = Promise.withResolvers<string>();
 * const handler = profiler(() => Response.json(fibonacci(27)), {
 *   stream: resolve,
 * });
 *
 * const server = Deno.serve({ hostname: "127.0.0.1", port: 0 }, handler);
 * const response = await fetch(`http://127.0.0.1:${server.addr.port}/`);
 * await response.body?.cancel();
 * assertStringIncludes(response.headers.get("server-timing") ?? "", "total;dur=");
 * assertStringIncludes(await table, "fibonacci (");
 * await server.shutdown();
 * ```
 */
export function profiler<Info extends ServeInfo = ServeInfo>(
  app: Handler<Info>,
  options: ProfilerOptions = {},
): Handler<Info> {
  const settings = checkProfilerOptions(app, options);
  let answer: Promise<Handler<Info>> | undefined;

  return async function profilerHandler(
    request: Request,
    info: Info,
  ): Promise<Response> {
    // The inspector is loaded when it is needed for the first time.
    answer ??= import("./_request_profiler.ts").then(
      ({ requestProfiler }) => requestProfiler(app, settings),
      (error) => {
        settings.warn(`Cannot profile requests: ${Deno.inspect(error)}\n`);
        return app;
      },
    );
    return await (await answer)(request, info);
  };
}
