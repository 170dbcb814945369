import { escapeHtml } from "../../escape_html.ts";
import { htmlDocument } from "./_html_document.ts";
import { localTime, timeElement } from "./_local_time.ts";
import type { PageOptions } from "./_page_options.ts";
import { requestTarget } from "./_request_target.ts";
import type { ErrorReport } from "../error_report.ts";

/** As many errors are listed. */
const MAX_ERRORS = 20;

const KINDS: Readonly<Record<ErrorReport["kind"], string>> = {
  request: "request",
  stream: "body",
  stray: "outside of a request",
  load: "loading",
};

/**
 * Renders the list of the newest errors, each a link to its page.
 *
 * @param reports The reports, in any order.
 * @param options How to show it; `errorsUrl` is `/__devserve/errors` unless it
 * is given, and the page of a report is the one below it that has its id.
 * @returns The document.
 *
 * @example Usage
 * ```ts
 * import { errorsPage } from "./errors_page.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const page = errorsPage([{
 *   id: "k3J9",
 *   time: Date.now(),
 *   kind: "stray",
 *   error: { title: "Error: no", properties: [], frames: [], errors: [] },
 * }], { nonce: "r4nd0m" });
 * assertStringIncludes(page, 'href="/__devserve/errors/k3J9">Error: no</a>');
 * ```
 */
export function errorsPage(
  reports: readonly ErrorReport[],
  options: PageOptions,
): string {
  const { errorsUrl = "/__devserve/errors", console } = options;
  const newest = reports.toSorted((a, b) => b.time - a.time)
    .slice(0, MAX_ERRORS);
  const items = newest.map((report) => renderItem(report, errorsUrl));
  return htmlDocument({
    title: `Errors (${newest.length})`,
    about: `<span class="about">devserve</span>${
      console ? `<a href="${escapeHtml(console.url)}">Console</a>` : ""
    }`,
    main: `<h1><span class="message">Newest errors</span></h1>${
      items.length === 0
        ? '<p class="quiet">There were none since the app was loaded.</p>'
        : `<h2 class="spoken">List</h2><ol class="errors">${
          items.join("")
        }</ol>`
    }`,
    data: {},
  }, options);
}

function renderItem(report: ErrorReport, errorsUrl: string): string {
  const { id, time, kind, request, error } = report;
  const url = `${errorsUrl}/${encodeURIComponent(id.toWellFormed())}`;
  const what = request
    ? `${request.method} ${requestTarget(request)}`
    : KINDS[kind];
  const late = request && kind !== "request" ? ` (${KINDS[kind]})` : "";
  const [, clock] = localTime(time).split(" ");
  return `<li>${timeElement(time, clock)}<span class="request">${
    escapeHtml(what + late)
  }</span><a class="title" href="${escapeHtml(url)}">${
    escapeHtml(error.title)
  }</a></li>`;
}
