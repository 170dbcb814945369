import { LOCKED } from "./_check_pin.ts";
import type { ConsoleAccess } from "./_console_access.ts";
import { pageHeaders, textResponse } from "./_debugger_headers.ts";
import { randomSecret } from "./_equal_secrets.ts";

/** What a page of the console server is told. */
export interface ConsolePage {
  /** The nonce of its styles and scripts. */
  readonly nonce: string;
  /** Its own address; commands are beside it. */
  readonly url: string;
  /** What its commands have to show. */
  readonly token: string;
  /** Whether the reader has given the PIN. */
  readonly isOpen: boolean;
}

/** Makes a page; `undefined` if there is no such error. */
export type PageOf = (
  name: string,
  page: ConsolePage,
) => Promise<string | undefined>;

/** What a page of the console server is made from. */
export interface ConsolePageContext {
  /** Who may see it. */
  readonly access: ConsoleAccess;
  /** Makes the page. */
  readonly pageOf: PageOf;
  /** The id of an error, or `console`. */
  readonly name: string;
  /** The port of the console. */
  readonly port: number;
}

/** What is added to the URL of a page that has led to itself. */
const AGAIN = "?again";

/**
 * Answers with the page of an error with its consoles, which ask for the PIN.
 *
 * @param request A request whose host and path are right.
 * @param context What the page is made from.
 */
export async function answerConsolePage(
  request: Request,
  { access, pageOf, name, port }: ConsolePageContext,
): Promise<Response> {
  const { method, headers } = request;
  if (method !== "GET" && method !== "HEAD") {
    const response = textResponse(405, "Pages are read by GET");
    response.headers.set("allow", "GET, HEAD");
    return response;
  }
  // Only who looks at the page gets the token that is in it, no script.
  const destination = headers.get("sec-fetch-dest");
  if (destination !== null && destination !== "document") {
    return textResponse(403, "Pages can only be looked at");
  }
  if (access.isLocked) return textResponse(403, LOCKED);
  const nonce = randomSecret(128);
  const { base, token } = access;
  const url = `http://127.0.0.1:${port}${base}/${name}`;
  const isOpen = await access.isOpen(request);
  const page = await pageOf(name, { nonce, url, token, isOpen });
  if (page === undefined) return textResponse(404, GONE);
  // The cookie does not come along from another site, such as that of the app.
  const isFromElsewhere = headers.get("sec-fetch-site") === "cross-site";
  return !isOpen && isFromElsewhere && !request.url.endsWith(AGAIN)
    ? html(passOn(`${url}${AGAIN}`, nonce), nonce)
    : html(page, nonce);
}

const GONE =
  "There is no such error any more: only the newest 20 are kept, until the program is started anew";

function html(page: string, nonce: string): Response {
  return new Response(page, { headers: pageHeaders(nonce, true) });
}

/**
 * A page that leads on, now from a page of this site, and to the same frame: the
 * fragment that names it is not sent here.
 */
function passOn(path: string, nonce: string): string {
  return `<!doctype html><title>Console</title><script nonce="${nonce}">location.replace(${
    JSON.stringify(path)
  } + location.hash)</script><noscript><meta http-equiv="refresh" content="0;url=${path}"></noscript>`;
}
