import { editorLink } from "./_editor_link.ts";
import { escapeHtml } from "../../escape_html.ts";
import type { PageOptions, SourceOptions } from "./_page_options.ts";
import { renderSource } from "./_render_source.ts";
import { renderVariables } from "./_render_variables.ts";
import type { ReportedFrame } from "../error_report.ts";

/** How a frame is shown. */
export interface FrameOptions extends PageOptions, SourceOptions {
  /** Whether it is unfolded at first. */
  readonly isOpen: boolean;
}

/**
 * Renders a frame: a line that unfolds to its source, variables and console.
 *
 * @param frame The frame.
 * @param options How it is shown.
 * @returns HTML.
 */
export function renderFrame(
  frame: ReportedFrame,
  options: FrameOptions,
): string {
  const { isOpen, highlight, ...plain } = options;
  // Colors take time, and are for what is read first.
  const shown = isOpen && highlight ? { ...plain, highlight } : plain;
  const body = renderBody(frame, shown);
  const line = renderSummary(frame);
  const id = `frame-${frame.index}`;
  const own = frame.isOwn ? " own" : "";
  const links = renderLinks(frame, options);
  return body === ""
    ? `<div class="frame bare${own}" id="${id}">${line}${links}</div>`
    : `<details class="frame fold${own}" id="${id}"${
      isOpen ? " open" : ""
    }><summary>${line}</summary><div class="body">${links}${body}</div></details>`;
}

function renderSummary(frame: ReportedFrame): string {
  // V8 has no name for functions without one, nor for the top of a module.
  const { functionName = "anonymous", path, line, column } = frame;
  const async = frame.isAsync
    ? ' <span class="tag" title="It was waiting for the call above">async</span>'
    : "";
  return `<span class="call">${
    escapeHtml(functionName)
  }</span>${async} <span class="place">${
    escapeHtml(path)
  }<span class="position">:${line}:${column}</span></span>`;
}

function renderBody(
  frame: ReportedFrame,
  options: PageOptions & SourceOptions,
): string {
  const { variables, index } = frame;
  const isLive = options.console?.token !== undefined;
  const source = renderSource(frame, options);
  const scope = variables && renderVariables(frame, variables, isLive);
  const input = isLive && variables
    ? `<div class="console" data-frame="${index}"></div>`
    : "";
  return [
    source,
    scope &&
    `<section class="scope" aria-label="Variables" data-frame="${index}">${scope}</section>`,
    input,
  ].filter(Boolean).join("");
}

function renderLinks(
  frame: ReportedFrame,
  options: PageOptions & SourceOptions,
): string {
  const { console } = options;
  const links: string[] = [];
  const editor = editorLink(frame, options);
  if (editor !== undefined) {
    links.push(`<a href="${escapeHtml(editor)}">Open in editor</a>`);
  }
  if (console && console.token === undefined && frame.variables) {
    const url = escapeHtml(`${console.url}#frame-${frame.index}`);
    links.push(`<a href="${url}">Open console here</a>`);
  }
  return links.length > 0 ? `<p class="links">${links.join(" ")}</p>` : "";
}
