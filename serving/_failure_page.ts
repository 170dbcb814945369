import type { Failure } from "../reloader/messages.ts";
import type { Handler } from "./handler.ts";
import { escapeHtml } from "../middleware/escape_html.ts";
import { LOAD_HINT } from "../middleware/load_hint.ts";
import { preferredForm } from "../middleware/preferred_form.ts";

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem; }
h1 { font-size: 1.25rem; margin: 0 0 1rem; color: light-dark(#b00020, #ff8a80); }
pre { overflow-x: auto; padding: 1rem; border-radius: .5rem;
  font: .875rem/1.6 ui-monospace, monospace; tab-size: 2;
  background: light-dark(#f4f4f5, #1e1e20); }
p { color: light-dark(#555, #aaa); }
`;

/**
 * Makes a handler that answers everything with the reason why there is no app,
 * as a page, as JSON or as text, whatever the client prefers (RFC 9110 section
 * 12.5.1).
 */
export function failurePage(failure: Failure): Handler {
  return function showFailure(request): Response {
    const headers = new Headers({
      "cache-control": "no-store",
      "vary": "Accept",
      "x-content-type-options": "nosniff",
    });
    switch (preferredForm(request.headers.get("accept"))) {
      case "html":
        headers.set("content-type", "text/html;charset=UTF-8");
        headers.set(
          "content-security-policy",
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        );
        return new Response(page(failure), { status: 500, headers });
      case "json": {
        const { title, text } = failure;
        const error = { title, details: text };
        return Response.json({ error }, { status: 500, headers });
      }
      case "text": {
        headers.set("content-type", "text/plain;charset=UTF-8");
        const text = `${failure.text}\n\n${LOAD_HINT}\n`;
        return new Response(text, { status: 500, headers });
      }
    }
  };
}

function page({ title, text }: Failure): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<h1>${escapeHtml(title)}</h1>
<pre>${escapeHtml(text)}</pre>
<p>${LOAD_HINT}</p>
</html>
`;
}
