import { isProxy } from "node:util/types";
import { errorLine } from "./_atom_text.ts";
import { errorIsError } from "./_builtins.ts";
import { isObject } from "./_is_object.ts";
import { previewValue } from "./_preview.ts";
import { CONSOLE_URL } from "./_read_code.ts";
import { readStack } from "./_read_stack.ts";

/** devserve's own files, which are in every stack below the console. */
const OWN_BASE = new URL("../../../", import.meta.url).href;
const FRAME_REGEXP = /^\s+at /;
const MAX_LENGTH = 20_000;

/**
 * What the console says of an error: its stack as far down as the code that was
 * typed, whose lines are counted as they were typed.
 */
export function consoleErrorText(error: unknown): string {
  if (!isObject(error) || isProxy(error) || !errorIsError(error)) {
    return `Uncaught ${previewValue(error)}`;
  }
  const stack = readStack(error);
  // A message that was changed since is not in the stack.
  if (stack === undefined) return errorLine(error);
  const lines = stack.slice(0, MAX_LENGTH).split("\n");
  const last = lines.findLastIndex((line) =>
    FRAME_REGEXP.test(line) && line.includes(CONSOLE_URL)
  );
  const kept = last === -1
    ? lines.filter((line) => !isForeign(line))
    : lines.slice(0, last + 1);
  return kept.map(renumber).filter((line) =>
    !line.includes(`${CONSOLE_URL}:0:`)
  )
    .join("\n");
}

function isForeign(line: string): boolean {
  return FRAME_REGEXP.test(line) &&
    (line.includes(OWN_BASE) || /\((?:ext|node):/.test(line));
}

/** The first line of what was run is not from the console. */
function renumber(line: string): string {
  if (!FRAME_REGEXP.test(line)) return line;
  return line.replace(
    /<console>, <anonymous>:(\d+):(\d+)/,
    (_, row, column) => `${CONSOLE_URL}:${Number(row) - 1}:${column}`,
  );
}
