import type { Handler, ServeInfo } from "../../serving/handler.ts";
import type { LintWarning } from "./_lint_rule.ts";

export type { LintWarning } from "./_lint_rule.ts";

/** Options for {@linkcode lint}. */
export interface LintOptions {
  /**
   * Called with each warning, before the response is passed on or, for what is
   * seen in a stream, while it is sent. What it throws fails the request, which
   * makes a test of each warning.
   *
   * By default, each is written to standard error as one line, without the
   * query of the URL.
   */
  onWarning?: (warning: LintWarning) => void;
}

/**
 * Warns about what breaks the rules of HTTP and Fetch in what an app returns,
 * and passes it on unchanged.
 *
 * It looks at the status (`WWW-Authenticate` with 401, `Allow` with 405, a 304
 * that nobody asked for), at names and values of header fields, among them
 * ETags, dates, `Location`, `Content-Type`, cookies, CORS and fields that only
 * a server may send, at the length of the body against `Content-Length`, and at
 * what the app does with request and response: a body read twice, a Response
 * returned twice, something else returned. What the app throws, and what a
 * stream fails with, is warned about and passed on.
 *
 * A missing `Vary` is found by which fields the app reads from
 * `request.headers`. That is not seen where middleware further in makes a new
 * request, as `dispatcher` does for a path: lint the mounted app there.
 *
 * Each warning comes once for each rule, method and path, with numbers and ids
 * in the path taken as the same. The response is the object that the app
 * returned, except that a body that streams is passed on through another
 * stream, chunk by chunk, without buffering. A WebSocket upgrade is left alone,
 * and so is the body of a response from `fetch`.
 *
 * For development: each response costs some microseconds.
 *
 * @typeParam Info What the app is told about a request.
 * @param app The app to look at.
 * @param options Additional options.
 * @returns A handler.
 * @throws {TypeError} If an argument has the wrong type.
 *
 * @example Usage
 * ```ts
 * import { lint } from "@x/devserve/middleware";
 * import { assertEquals } from "@std/assert";
 *
 * const rules: string[] = [];
 * const handler = lint(
 *   () => new Response("hi", { headers: { ETag: "unquoted" } }),
 *   { onWarning: ({ rule, section }) => rules.push(`${rule}, ${section}`) },
 * );
 *
 * const server = Deno.serve({ hostname: "127.0.0.1", port: 0 }, handler);
 * const response = await fetch(`http://127.0.0.1:${server.addr.port}`);
 * assertEquals(await response.text(), "hi");
 * assertEquals(rules, ["etag-quotes, RFC 9110 section 8.8.3"]);
 * await server.shutdown();
 * ```
 */
export function lint<Info extends ServeInfo = ServeInfo>(
  app: Handler<Info>,
  options: LintOptions = {},
): Handler<Info> {
  const { onWarning } = options;
  check("app", app);
  if (onWarning !== undefined) check("onWarning", onWarning);
  let linted: Promise<Handler<Info>> | undefined;

  return async function lintHandler(
    request: Request,
    info: Info,
  ): Promise<Response> {
    // The rules are loaded when there is something to look at.
    linted ??= import("./_lint_app.ts").then(({ lintApp }) =>
      lintApp(app, onWarning)
    );
    return await (await linted)(request, info);
  };
}

function check(name: string, value: unknown): void {
  if (typeof value === "function") return;
  throw new TypeError(
    `Cannot lint as ${name} must be a function: current value is ${
      Deno.inspect(value)
    }`,
  );
}
