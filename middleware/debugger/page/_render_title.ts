import { escapeHtml } from "../../escape_html.ts";

/**
 * Renders the title of an error, its class apart from its message.
 *
 * @param title `TypeError: x is not a function`, or any text.
 * @returns HTML of the main heading.
 */
export function renderTitle(title: string): string {
  const [, type = "", message = title] =
    /^([A-Za-z$_\x80-\uffff][\w$.\x80-\uffff]*(?: \[[\w.]+\])?: )(.+)$/s
      .exec(title) ?? [];
  const name = type === ""
    ? ""
    : `<span class="type">${
      escapeHtml(type.slice(0, -2))
    }<span class="spoken">: </span></span>`;
  return `<h1>${name}<span class="message">${escapeHtml(message)}</span></h1>`;
}
