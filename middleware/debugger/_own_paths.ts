import { type Debugger, ERRORS_PATH } from "./_debugger.ts";
import {
  debuggerHeaders,
  pageHeaders,
  textResponse,
  withoutBody,
} from "./_debugger_headers.ts";
import { randomSecret } from "./_equal_secrets.ts";
import { errorAnswer, varying } from "./_error_answer.ts";
import { CONSOLE_NAME } from "./_frame_consoles.ts";
import { preferredForm } from "../preferred_form.ts";
import { hasTrustedHost } from "./_trusted_host.ts";

const PREFIX = "/__devserve/";
const CONSOLE_PATH = "/__devserve/console";

const GONE =
  "There is no such error any more: only the newest 20 are kept, until the program is started anew";

/**
 * Answers requests for the pages of the debugger that are on the origin of the
 * app. They can only be looked at, by a browser or from the command line: the
 * scripts of the app have no business there.
 *
 * @param request The request.
 * @param debug Has the errors.
 * @returns `undefined` if the app has to answer.
 */
export function ownAnswer(
  request: Request,
  debug: Debugger,
): Promise<Response> | undefined {
  const { url, method } = request;
  // Nearly all requests end here, and nothing has to be taken apart for it.
  if (!url.includes(PREFIX)) return undefined;
  if (method !== "GET" && method !== "HEAD") return undefined;
  // As it was sent: what a parser makes of dots and slashes must not matter.
  const [, path = ""] = /^[a-z+]+:\/\/[^/?#]*([^?#]*)/.exec(url) ?? [];
  const answer = path === ERRORS_PATH
    ? listErrors
    : path === CONSOLE_PATH
    ? leadToConsole
    : path.startsWith(`${ERRORS_PATH}/`)
    ? showError
    : undefined;
  const id = path.slice(ERRORS_PATH.length + 1);
  if (answer === undefined || (answer === showError && !/^[\w-]+$/.test(id))) {
    return undefined;
  }
  if (!hasTrustedHost(request, debug.settings.trustedHosts)) return undefined;
  return respond(request, answer, id, debug);
}

type Answer = (
  request: Request,
  debug: Debugger,
  id: string,
) => Response | Promise<Response>;

async function respond(
  request: Request,
  answer: Answer,
  id: string,
  debug: Debugger,
): Promise<Response> {
  const destination = request.headers.get("sec-fetch-dest");
  const response = destination === null || destination === "document"
    ? await answer(request, debug, id)
    : textResponse(403, "The pages of the debugger can only be looked at");
  return request.method === "HEAD" ? withoutBody(response) : response;
}

function listErrors(request: Request, debug: Debugger): Response {
  const { reports, parts } = debug;
  switch (preferredForm(request.headers.get("accept"))) {
    case "html": {
      const nonce = randomSecret(128);
      const options = { nonce, errorsUrl: ERRORS_PATH };
      const page = parts.errorsPage(reports, options);
      return varying(page, 200, pageHeaders(nonce, false));
    }
    case "json": {
      const text = JSON.stringify(reports.map(parts.errorJson));
      return varying(text, 200, debuggerHeaders("application/json"));
    }
    case "text": {
      const lines = reports.map(({ id, time, error }) =>
        `${new Date(time).toISOString()} ${ERRORS_PATH}/${id} ${error.title}\n`
      );
      const text = lines.join("") || "There are no errors\n";
      return varying(text, 200, debuggerHeaders("text/plain"));
    }
  }
}

function showError(
  request: Request,
  debug: Debugger,
  id: string,
): Response | Promise<Response> {
  const report = debug.report(id);
  if (report === undefined) return textResponse(404, GONE);
  return errorAnswer(request, report, debug, 200);
}

function leadToConsole(_: Request, debug: Debugger): Response {
  const location = debug.consoleUrl(CONSOLE_NAME);
  if (location === undefined) {
    return textResponse(404, "There is no console, as evalex is off");
  }
  const response = textResponse(303, `The console is at ${location}`);
  response.headers.set("location", location);
  return response;
}
