import { escapeHtml } from "../../escape_html.ts";
import { dataBlock } from "./_data_block.ts";
import type { PageOptions } from "./_page_options.ts";
import { DATA_ID, pageScript } from "./_page_script.ts";
import { pageStyle } from "./_page_style.ts";
import { THEME_SCRIPT } from "./_script_theme.ts";

/** The parts of a page. */
export interface DocumentParts {
  /** The title of the window. */
  readonly title: string;
  /** HTML of the line at the top. */
  readonly about: string;
  /** HTML of what the page is about. */
  readonly main: string;
  /** HTML of the line at the bottom. */
  readonly footer?: string;
  /** Which report commands are about, and what can be copied. */
  readonly data: Readonly<Record<string, string>>;
}

/**
 * Puts a page together. It loads nothing and works under a policy of
 * `default-src 'none'` with nonces for its one style sheet and its scripts.
 *
 * @param parts The parts.
 * @param options What all pages are told.
 * @returns The document.
 */
export function htmlDocument(
  parts: DocumentParts,
  { nonce, console }: PageOptions,
): string {
  const attribute = `nonce="${escapeHtml(nonce)}"`;
  const live = console?.token === undefined ? undefined : console;
  const data = dataBlock(DATA_ID, nonce, { ...parts.data, console: live });
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(parts.title)}</title>
<script ${attribute}>${THEME_SCRIPT}</script>
<style ${attribute}>${pageStyle()}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">${parts.about}<button type="button" data-theme-button hidden>Theme</button></header>
<main id="main" tabindex="-1">${parts.main}</main>
<footer>${parts.footer ?? ""}<p class="spoken" role="status"></p></footer>
${data}
<script ${attribute}>${pageScript(live !== undefined)}</script>
</body>
</html>
`;
}
