import type { SourcePlace } from "./_source_excerpt.ts";

/** One line of a stack. */
export interface StackFrame extends SourcePlace {
  /** The line as it is, without the indent and "at ". */
  text: string;
}

/** devserve's own files, and of those the ones that are apps like any other. */
const OWN_BASE = new URL("../", import.meta.url).href;
const OWN_APPS = ["examples/", "tests/"].map((folder) => OWN_BASE + folder);
/** A frame's function, if named, goes before, and its place may be in brackets. */
const FRAME_REGEXP =
  /^\s*at ((?:async )?(?:.+? \((?=[a-z][\w+.-]*:|<anonymous>|index ))?(.+?)(?::(\d+):(\d+))?\)?)$/;

/** Reads the frames of a stack, below its message. */
export function parseFrames(stack: string): StackFrame[] {
  return stack.split("\n").flatMap((line) => {
    const [, text, place, row, column] = FRAME_REGEXP.exec(line) ?? [];
    if (text === undefined || place === undefined) return [];
    // "eval (eval at f (file:///a.ts:1:1), <anonymous>:1:1)" is left as it is.
    if (place.includes("), ")) return [{ text, url: text }];
    const url = place.replace(/^async /, "");
    return row === undefined
      ? [{ text, url }]
      : [{ text, url, line: Number(row), column: Number(column) }];
  });
}

/** Whether a frame is one of devserve itself. */
export function isOwnFrame({ url }: StackFrame): boolean {
  return url.startsWith(OWN_BASE) &&
    !OWN_APPS.some((base) => url.startsWith(base));
}

/**
 * The frames that say something to the author of an app: none of devserve, and
 * none of the runtime before the first or after the last of the app.
 */
export function appFrames(frames: StackFrame[]): StackFrame[] {
  const foreign = frames.filter((frame) => !isOwnFrame(frame));
  const isOfApp = ({ url }: StackFrame) =>
    /^(?!ext:|node:|deno:)[a-z][\w+.-]*:/.test(url);
  const first = foreign.findIndex(isOfApp);
  if (first === -1) return [];
  return foreign.slice(first, foreign.findLastIndex(isOfApp) + 1);
}
