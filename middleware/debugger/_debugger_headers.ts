/** What every response of the debugger has. */
const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** What nothing that comes from the debugger may do. */
const POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Makes the headers of a response that is no page.
 *
 * @param type The media type.
 */
export function debuggerHeaders(type: string): Headers {
  return new Headers({
    ...HEADERS,
    "content-security-policy": POLICY,
    "content-type": `${type};charset=UTF-8`,
  });
}

/**
 * Makes the headers of a page.
 *
 * @param nonce What the styles and scripts of the page have to show.
 * @param canCommand Whether the page may send commands to its own origin.
 */
export function pageHeaders(nonce: string, canCommand: boolean): Headers {
  const headers = debuggerHeaders("text/html");
  headers.set(
    "content-security-policy",
    `${POLICY}; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; ` +
      `img-src data:; connect-src ${canCommand ? "'self'" : "'none'"}`,
  );
  return headers;
}

/** Makes a response of plain text. */
export function textResponse(status: number, text: string): Response {
  const headers = debuggerHeaders("text/plain");
  return new Response(`${text}\n`, { status, headers });
}

/** Makes a response of JSON. */
export function jsonResponse(status: number, value: unknown): Response {
  const headers = debuggerHeaders("application/json");
  return new Response(JSON.stringify(value), { status, headers });
}

/** The same response without its body, as `HEAD` has it. */
export function withoutBody(response: Response): Response {
  const { status, headers } = response;
  return new Response(null, { status, headers });
}
