import { COMMANDS_SCRIPT, PIN_SCRIPT } from "./_script_commands.ts";
import { COMPLETION_SCRIPT } from "./_script_completion.ts";
import { CONSOLE_SCRIPT } from "./_script_console.ts";
import { COPY_SCRIPT } from "./_script_copy.ts";
import { HISTORY_SCRIPT } from "./_script_history.ts";
import { KEYS_SCRIPT } from "./_script_keys.ts";
import { MARKS_SCRIPT } from "./_script_marks.ts";
import { THEME_BUTTON_SCRIPT } from "./_script_theme.ts";
import { TREE_SCRIPT } from "./_script_tree.ts";

/** The id of the element with the data that the script works on. */
export const DATA_ID = "data";

/** What all parts use: the data, and making elements without HTML. */
const BASE_SCRIPT = String.raw`
const data = JSON.parse(document.getElementById("data").textContent);
const INVISIBLE =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const visible = (text) =>
  text.replaceAll("\r\n", "\n").replace(
    INVISIBLE,
    (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"),
  );
const make = (name, properties, ...children) => {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children.map((child) =>
    typeof child === "string" ? visible(child) : child
  ));
  return node;
};
`;

/**
 * Makes the script of a page, which runs at the end of its body.
 *
 * @param isLive Whether the page sends commands. Without, there is nothing in
 * the script that could.
 * @returns JavaScript, which is safe within a `script` element.
 */
export function pageScript(isLive: boolean): string {
  const live = [
    COMMANDS_SCRIPT,
    PIN_SCRIPT,
    TREE_SCRIPT,
    HISTORY_SCRIPT,
    COMPLETION_SCRIPT,
    CONSOLE_SCRIPT,
  ];
  const parts = [
    BASE_SCRIPT,
    THEME_BUTTON_SCRIPT,
    COPY_SCRIPT,
    MARKS_SCRIPT,
    ...isLive ? live : [],
    KEYS_SCRIPT,
  ];
  return `"use strict";\n{${parts.join("")}}\n`;
}
