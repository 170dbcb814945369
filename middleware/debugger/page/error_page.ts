import { editorLink } from "./_editor_link.ts";
import { escapeHtml } from "../../escape_html.ts";
import { htmlDocument } from "./_html_document.ts";
import { timeElement } from "./_local_time.ts";
import type { PageOptions, SourceOptions } from "./_page_options.ts";
import { renderChain } from "./_render_chain.ts";
import { renderDetails, renderErrors } from "./_render_error.ts";
import { renderRequest } from "./_render_request.ts";
import { renderTitle } from "./_render_title.ts";
import { requestTarget } from "./_request_target.ts";
import { errorMarkdown } from "./error_markdown.ts";
import type { ErrorReport, ReportedError } from "../error_report.ts";
import { errorText } from "./error_text.ts";

export type {
  PageConsole,
  PageOptions,
  SourceOptions,
} from "./_page_options.ts";

const KINDS: Readonly<Record<ErrorReport["kind"], string>> = {
  request: "Request failed",
  stream: "Failed while the body was sent",
  stray: "Failed outside of a request",
  load: "The app could not be loaded",
};

const KEYS_HINT =
  '<p class="keys"><kbd>j</kbd> <kbd>k</kbd> next and previous frame';

const CONSOLE_HINT =
  " · <kbd>/</kbd> console · in it <kbd>Tab</kbd> completes, <kbd>Shift</kbd> <kbd>Enter</kbd> breaks the line, <kbd>↑</kbd> calls back, <kbd>Esc</kbd> <kbd>Tab</kbd> leaves";

/**
 * Renders the page of an error.
 *
 * It is complete without its script, which adds copying, the choice of a theme
 * and, with `options.console.token`, consoles and values that unfold. Whatever
 * the report holds is shown as text.
 *
 * @param report The report.
 * @param options How to show it.
 * @returns The document.
 *
 * @example Usage
 * ```ts
 * import { errorPage } from "./error_page.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const page = errorPage({
 *   id: "1",
 *   time: Date.now(),
 *   kind: "stray",
 *   error: { title: "Error: a < b", properties: [], frames: [], errors: [] },
 * }, { nonce: "r4nd0m" });
 * assertStringIncludes(page, "a &lt; b");
 * ```
 */
export function errorPage(
  report: ErrorReport,
  options: PageOptions & SourceOptions,
): string {
  const { error, request } = report;
  const main = [
    renderTitle(error.title),
    renderDetails(error),
    renderChain(error),
    report.notice === undefined
      ? ""
      : `<p class="notice">${escapeHtml(report.notice)}</p>`,
    renderActions(report, options),
    renderErrors(error, options),
    request ? renderRequest(request) : "",
  ];
  return htmlDocument({
    title: request
      ? `${error.title} · ${request.method} ${requestTarget(request)}`
      : error.title,
    about: renderAbout(report, options),
    main: main.join("\n"),
    footer: hasFrames(error) ? renderKeys(options) : "",
    data: {
      report: report.id,
      text: errorText(report),
      markdown: errorMarkdown(report),
    },
  }, options);
}

/** Whether there is something to go through. */
function hasFrames({ frames, errors, cause }: ReportedError): boolean {
  return frames.length > 0 || errors.some(hasFrames) ||
    (cause !== undefined && hasFrames(cause));
}

function renderKeys({ console }: PageOptions): string {
  return `${KEYS_HINT}${console?.token ? CONSOLE_HINT : ""}</p>`;
}

function renderAbout(
  { kind, request, time }: ErrorReport,
  { errorsUrl }: PageOptions,
): string {
  const what = request
    ? ` <b>${escapeHtml(request.method)} ${
      escapeHtml(requestTarget(request))
    }</b>`
    : "";
  const all = errorsUrl === undefined
    ? ""
    : `<a href="${escapeHtml(errorsUrl)}">All errors</a>`;
  return `<span class="about">${KINDS[kind]}${what} · ${
    timeElement(time)
  }</span>${all}`;
}

function renderActions(
  report: ErrorReport,
  options: PageOptions & SourceOptions,
): string {
  const { console } = options;
  const first = report.error.frames.find(({ isOwn }) => isOwn);
  const editor = first && editorLink(first, options);
  return `<div class="actions">${
    console && console.token === undefined
      ? `<a href="${escapeHtml(console.url)}">Open console</a>`
      : ""
  }${
    editor === undefined
      ? ""
      : `<a href="${escapeHtml(editor)}">Open in editor</a>`
  }<button type="button" data-copy="text" hidden>Copy as text</button><button type="button" data-copy="markdown" hidden>Copy as Markdown</button></div>`;
}
