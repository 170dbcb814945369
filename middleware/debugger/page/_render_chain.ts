import { escapeHtml } from "../../escape_html.ts";
import type { ReportedError } from "../error_report.ts";

/**
 * Renders what lies behind an error, each cause and member a link to its stack:
 * it is often the innermost one that has to be mended.
 *
 * @param error The error.
 * @param id The id of the error on the page.
 * @returns HTML; empty if there is nothing behind it.
 */
export function renderChain(error: ReportedError, id = "error"): string {
  const members = error.errors.map((member, index) =>
    renderLink(member, `${id}-${index + 1}`, `${index + 1}.`)
  );
  const cause = error.cause
    ? [renderLink(error.cause, `${id}-cause`, "Caused by")]
    : [];
  const items = [...members, ...cause];
  return items.length === 0 ? "" : `<ul class="chain">${items.join("")}</ul>`;
}

function renderLink(error: ReportedError, id: string, label: string): string {
  return `<li><span class="quiet">${label}</span> <a href="#${id}">${
    escapeHtml(error.title)
  }</a>${renderChain(error, id)}</li>`;
}
