import { escapeHtml } from "../../escape_html.ts";
import { maskUrl } from "../report/_mask_url.ts";
import { renderSecret } from "./_render_variables.ts";
import type { ReportedRequest } from "../error_report.ts";

/**
 * Renders a request with its headers. Parameters that sound like secrets are
 * left out; the console can tell them.
 *
 * @param request The request.
 * @returns HTML.
 */
export function renderRequest(request: ReportedRequest): string {
  const { method, url, headers } = request;
  const rows = headers.map(({ name, value, isSecret }) => {
    const text = `<span class="value">${escapeHtml(value)}</span>`;
    return `<div><dt>${escapeHtml(name)}</dt><dd>${
      isSecret ? renderSecret(text) : text
    }</dd></div>`;
  });
  const count = rows.length === 1 ? "1 header" : `${rows.length} headers`;
  return `<section aria-labelledby="request"><h2 id="request">Request</h2><p class="request"><b>${
    escapeHtml(method)
  }</b> <span class="value">${escapeHtml(maskUrl(url))}</span></p>${
    rows.length === 0
      ? ""
      : `<details class="headers fold"><summary>${count}</summary><dl>${
        rows.join("")
      }</dl></details>`
  }</section>`;
}
