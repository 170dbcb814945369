import type { Debugger } from "./_debugger.ts";
import {
  debuggerHeaders,
  pageHeaders,
  textResponse,
} from "./_debugger_headers.ts";
import { randomSecret } from "./_equal_secrets.ts";
import { preferredForm } from "../preferred_form.ts";
import { hasTrustedHost } from "./_trusted_host.ts";
import type { ErrorReport } from "./error_report.ts";

/**
 * Answers with an error, on the origin of the app: as a page, as JSON or as text,
 * whatever the client prefers, if it has come under a name that we trust.
 *
 * @param request The request.
 * @param report The error, without its secrets.
 * @param debug Makes the page.
 * @param status The status of the response.
 */
export async function errorAnswer(
  request: Request,
  report: ErrorReport,
  debug: Debugger,
  status: number,
): Promise<Response> {
  if (!hasTrustedHost(request, debug.settings.trustedHosts)) {
    return textResponse(500, "Internal Server Error");
  }
  switch (preferredForm(request.headers.get("accept"))) {
    case "html": {
      const nonce = randomSecret(128);
      const page = await debug.errorPage(report, nonce);
      return varying(page, status, pageHeaders(nonce, false));
    }
    case "json": {
      const text = JSON.stringify(debug.parts.errorJson(report));
      return varying(text, status, debuggerHeaders("application/json"));
    }
    case "text": {
      const text = debug.parts.errorText(report);
      return varying(text, status, debuggerHeaders("text/plain"));
    }
  }
}

/** Makes a response that is another one for another `Accept`. */
export function varying(
  text: string,
  status: number,
  headers: Headers,
): Response {
  headers.set("vary", "Accept");
  return new Response(text, { status, headers });
}
