import type { Handler, ServeInfo } from "../../serving/handler.ts";
import { errorTitle } from "./_error_title.ts";
import { lintBody } from "./_lint_body.ts";
import { lintContent } from "./_lint_content.ts";
import { lintCookies } from "./_lint_cookies.ts";
import { lintCors } from "./_lint_cors.ts";
import { lintFields } from "./_lint_fields.ts";
import { lintHeaders } from "./_lint_headers.ts";
import { lintLocation } from "./_lint_location.ts";
import { lintReporter } from "./_lint_reporter.ts";
import { lintReturned } from "./_lint_returned.ts";
import type { LintFinding, LintRule, LintWarning } from "./_lint_rule.ts";
import { lintStatus } from "./_lint_status.ts";
import { lintVary, NEGOTIATION_FIELDS } from "./_lint_vary.ts";
import { watchRequest } from "./_watch_request.ts";
import { responseBody } from "../response_body.ts";
import { writeLintWarning } from "./_write_lint_warning.ts";

const RULES: LintRule[] = [
  ...[lintStatus, lintHeaders, lintFields, lintLocation, lintContent],
  ...[lintCookies, lintCors, lintVary],
];

/**
 * Puts an app between the rules.
 *
 * @param app The app to look at.
 * @param onWarning Called with what is found.
 * @returns A handler.
 */
export function lintApp<Info extends ServeInfo>(
  app: Handler<Info>,
  onWarning: (warning: LintWarning) => void = writeLintWarning,
): Handler<Info> {
  const tell = lintReporter(onWarning);
  const seen = new WeakSet<Response>();

  return async function lintedApp(
    request: Request,
    info: Info,
  ): Promise<Response> {
    const report = (finding: LintFinding) => tell(request, finding);
    const readFields = watchRequest(request, {
      fields: NEGOTIATION_FIELDS,
      onBodyReadTwice: () => report(BODY_READ_TWICE),
    });
    const returned = await callApp(() => app(request, info), report);
    const { response, finding } = lintReturned(returned, seen);
    if (finding) report(finding);
    // A WebSocket: what its response says is between Deno and the client.
    if (!response || response.status === 101) return returned;
    if (responseBody(response).kind !== "none") seen.add(response);
    const exchange = { request, response, readFields: readFields() };
    for (const rule of RULES) {
      for (const finding of rule(exchange)) report(finding);
    }
    return lintBody(exchange, report);
  };
}

const BODY_READ_TWICE: LintFinding = {
  rule: "request-used",
  section: "Fetch, Body mixin",
  message: "The app reads the body of the request for the second time",
};

async function callApp(
  call: () => Response | Promise<Response>,
  report: (finding: LintFinding) => void,
): Promise<Response> {
  try {
    return await call();
  } catch (error) {
    report({
      rule: "app-error",
      section: "RFC 9110 section 15.6.1",
      message: `The app has no response but an error: ${errorTitle(error)}`,
    });
    throw error;
  }
}
