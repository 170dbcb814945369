import { escapeHtml } from "../escape_html.ts";
import { preferredForm } from "../preferred_form.ts";
import type { ProxyTarget } from "./_proxy_targets.ts";

/** The client has gone, so that there is nobody to answer. */
export class ClientLeft extends Error {
  override name = "ClientLeft";
}

/** The upstream took too long. */
export class UpstreamTimeout extends Error {
  override name = "UpstreamTimeout";
}

/** The upstream did what it must not. */
export class UpstreamFault extends Error {
  override name = "UpstreamFault";
}

/** The upstream is this proxy. */
export class ProxyLoop extends Error {
  override name = "ProxyLoop";
}

const TITLES: Readonly<Record<number, string>> = {
  502: "Bad Gateway",
  504: "Gateway Timeout",
  508: "Loop Detected",
};

/** What the codes of failed connections mean. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "it closed the connection without an answer",
  EPIPE: "it closed the connection without an answer",
  ETIMEDOUT: "it does not respond",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ENOTFOUND: "there is no host of that name",
  EAI_AGAIN: "the name of the host could not be looked up",
  ENOENT: "there is no such socket",
  EACCES: "permission denied",
  EPERM: "permission denied",
  HPE_HEADER_OVERFLOW: "the fields of its answer are too long",
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS, try "http:"',
};

const STYLE =
  ":root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}" +
  "body{margin:0 auto;max-width:60rem;padding:2rem 1rem}h1{font-size:1.25rem}";

/**
 * Answers for an upstream that did not: as a page, as JSON or as text, whatever
 * the client prefers (RFC 9110 section 12.5.1).
 *
 * @param request The request of the client.
 * @param target Where it should have gone to.
 * @param error What went wrong.
 * @returns The response.
 */
export function proxyFailure(
  request: Request,
  target: ProxyTarget,
  error: unknown,
): Response {
  // The status that nginx has for its log; nobody receives it.
  if (error instanceof ClientLeft) return new Response(null, { status: 499 });
  const status = error instanceof UpstreamTimeout
    ? 504
    : error instanceof ProxyLoop
    ? 508
    : 502;
  const title = `${status} ${TITLES[status]}`;
  const detail = `Cannot get an answer from ${target.shown} for "${
    target.prefix || "/"
  }": ${reasonOf(error, target)}`;
  const form = preferredForm(request.headers.get("accept"));
  const [type, text] = form === "html"
    ? ["text/html", page(title, detail)] as const
    : form === "json"
    ? ["application/json", JSON.stringify({ error: title, detail })] as const
    : ["text/plain", `${title}\n\n${detail}\n`] as const;
  return new Response(text, {
    status,
    headers: {
      "cache-control": "no-store",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      "content-type": `${type};charset=UTF-8`,
      "vary": "Accept",
      "x-content-type-options": "nosniff",
    },
  });
}

function reasonOf(error: unknown, target: ProxyTarget): string {
  if (error instanceof UpstreamTimeout) {
    return `no answer within ${target.timeout / 1000} seconds`;
  }
  if (error instanceof ProxyLoop) return "it leads back here";
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string"
    ? error.code
    : "";
  const reason = REASONS[code];
  if (reason !== undefined) return reason;
  if (code.startsWith("HPE_")) return "its answer is not valid HTTP";
  return /CERT|SIGNATURE/.test(code)
    ? `its certificate is not trusted (${error.message})`
    : error.message;
}

function page(title: string, detail: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
<h1>${title}</h1>
<p>${escapeHtml(detail)}</p>
</html>
`;
}
