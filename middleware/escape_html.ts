import { visibleText } from "./visible_text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Makes a text safe as content of an element and in a quoted attribute.
 *
 * @param text Any text, of whatever origin.
 * @returns HTML that shows it.
 */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (char) => ENTITIES[char]!);
}
