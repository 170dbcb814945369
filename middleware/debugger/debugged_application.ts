import type { Handler, ServeInfo } from "../../serving/handler.ts";
import { type DebuggedApplication, debugWith } from "./_debug_with.ts";
import type { DebuggedApplicationOptions } from "./_debugger_options.ts";
import { REAL_PARTS } from "./_real_parts.ts";

export type { DebuggedApplication } from "./_debug_with.ts";
export type {
  DebuggedApplicationOptions,
  ModuleScope,
} from "./_debugger_options.ts";
export type { LoggedError } from "./_print_error.ts";

/**
 * Shows the errors of `app`: as a page with the frames, their sources and, where
 * the app was loaded by devserve, their variables; as JSON or as text for those
 * who prefer it. It belongs outside of all other middleware, so that it sees
 * their errors, and that none of their headers open its answers to others.
 *
 * An error is what `app` throws or rejects with, a result that is no response,
 * and what fails while a body is sent or outside of any request; for the last
 * two, nobody gets a page, and `logError` is told where it is. The newest 20
 * errors are kept and listed at `/__devserve/errors`.
 *
 * With `evalex`, each frame has a console that runs code in its scope, and
 * `/__devserve/console` leads to one in the scope of the app's module. **Not for
 * production**: see the options. The consoles are on a server of their own, on a
 * random port of 127.0.0.1 that is opened on first need; no script on the origin
 * of the app can use them. They ask for a PIN. After ten wrong ones they are
 * closed until the program is started anew.
 *
 * Errors are shown under the names of this machine only (`localhost`, loopback
 * addresses, `trustedHosts`), which keeps pages of others from reading them by
 * DNS rebinding. What looks like a secret is not shown on the origin of the app.
 *
 * Requires `--allow-read` permission for the sources, and
 * `--allow-net=127.0.0.1` for the consoles.
 *
 * @typeParam Info What `app` is told about a request.
 * @param app Answers the requests.
 * @param options Additional options.
 * @returns A handler that never fails.
 * @throws {TypeError} If an argument has the wrong type.
 * @throws {SyntaxError} If the PIN or a host cannot be one.
 *
 * @example Usage
 * ```ts
 * import { debuggedApplication } from "@x/devserve/middleware";
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 *
 * await using handler = debuggedApplication(() => {
 *   throw new TypeError("No such user");
 * }, { logError() {} });
 *
 * const server = Deno.serve({ hostname: "127.0.0.1", port: 0 }, handler);
 * const response = await fetch(`http://127.0.0.1:${server.addr.port}/`);
 * assertEquals(response.status, 500);
 * assertStringIncludes(await response.text(), "TypeError: No such user");
 * await server.shutdown();
 * ```
 */
export function debuggedApplication<Info extends ServeInfo = ServeInfo>(
  app: Handler<Info>,
  options: DebuggedApplicationOptions = {},
): DebuggedApplication<Info> {
  return debugWith(app, options, REAL_PARTS);
}
