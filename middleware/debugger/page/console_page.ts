import { escapeHtml } from "../../escape_html.ts";
import { htmlDocument } from "./_html_document.ts";
import type { PageOptions } from "./_page_options.ts";

/** What commands of the stand-alone console name as their report. */
export const CONSOLE_REPORT = "console";

/**
 * Renders the console that belongs to no error: its commands name the report
 * {@linkcode CONSOLE_REPORT} and frame 0.
 *
 * @param options How to reach the commands. Without a token there is a link to
 * the page that has one.
 * @returns The document.
 *
 * @example Usage
 * ```ts
 * import { consolePage } from "./console_page.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const url = "http://127.0.0.1:5000/key/console";
 * const page = consolePage({ nonce: "r4nd0m", console: { url } });
 * assertStringIncludes(page, `<a href="${url}">Open the console</a>`);
 * ```
 */
export function consolePage(options: PageOptions): string {
  return htmlDocument({
    title: "Console",
    about: '<span class="about">devserve</span>',
    main: `<div class="alone"><h1><span class="message">Console</span></h1>${
      renderConsole(options)
    }</div>`,
    data: { report: CONSOLE_REPORT },
  }, options);
}

function renderConsole({ console }: PageOptions): string {
  if (console?.token !== undefined) {
    return `<p class="quiet">Runs in the app, with its permissions.</p><div class="console" data-frame="0" data-hint="Evaluate in the app" data-label="Code to evaluate in the app"></div>`;
  }
  return console === undefined
    ? '<p class="notice">Code may not be evaluated here.</p>'
    : `<p><a href="${escapeHtml(console.url)}">Open the console</a></p>`;
}
