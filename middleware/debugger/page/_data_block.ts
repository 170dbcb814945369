import { escapeHtml } from "../../escape_html.ts";

/**
 * Makes an element that holds data for the script of a page.
 *
 * Neither the end of the element nor a comment can be written within it, as
 * there is no `<`; and nothing but ASCII is.
 *
 * @param id The id of the element.
 * @param nonce The nonce of the page.
 * @param data What JSON can express.
 * @returns The element.
 */
export function dataBlock(id: string, nonce: string, data: unknown): string {
  const json = JSON.stringify(data).replace(
    /[<>&\x7f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `<script type="application/json" id="${escapeHtml(id)}" nonce="${
    escapeHtml(nonce)
  }">${json}</script>`;
}
