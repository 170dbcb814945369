// Of Node.js, like the inspector: an app under its own import map has no @std.
import { sep } from "node:path";
import { fileURLToPath } from "node:url";

/** A function with its place, as a profile has it. */
interface Placed {
  name: string;
  url: string;
  line: number;
  column: number;
}

// deno-lint-ignore no-control-regex -- what a terminal would obey
const CONTROL_REGEXP = /[\x00-\x1f\x7f-\x9f]/g;

/**
 * A function as a person wants to read it: `name (src/app.ts:12:1)`, files by
 * their path from a folder where they are in it.
 *
 * @param placed The function.
 * @param folder The folder, empty if it is not known.
 * @returns The text, safe to print.
 */
export function displayedPlace(
  { name, url, line, column }: Placed,
  folder: string,
): string {
  if (url === "") return printable(name);
  const position = line > 0 ? `:${line}:${column}` : "";
  return printable(`${name} (${displayedFile(url, folder)}${position})`);
}

/** Replaces control characters by `\xNN`: names of functions can be any text. */
export function printable(text: string): string {
  return text.replace(
    CONTROL_REGEXP,
    (char) => "\\x" + char.charCodeAt(0).toString(16).padStart(2, "0"),
  );
}

function displayedFile(url: string, folder: string): string {
  if (!url.startsWith("file:")) return url;
  const path = fileURLToPath(url);
  const prefix = folder.endsWith(sep) ? folder : folder + sep;
  const isInside = folder !== "" && path.startsWith(prefix);
  return isInside ? path.slice(prefix.length) : path;
}
