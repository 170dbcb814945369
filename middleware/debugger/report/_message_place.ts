import { execRegExp, sliceText } from "./_builtins.ts";
import type { FilePlace } from "./_parse_stack.ts";

// deno-lint-ignore no-control-regex -- what Deno colors its messages with
const COLOR_REGEXP = /\x1b\[[\d;]*m/;
const PLACE_REGEXP =
  /\s+at ((?:file|https?|npm|jsr|data|blob):\S+?):(\d+):(\d+)\s*$/;
const EXCERPT_REGEXP = /\n\s*\|\n[\s\S]*$/;

/** A message of Deno's loader, taken apart. */
export interface LoadMessage {
  /** What is left of it. */
  readonly message: string;
  /** The module that is wrong, or that imports what cannot be had. */
  readonly place?: FilePlace;
}

/**
 * Takes the place off a message of Deno's loader or parser, which has no frame
 * for it, and the lines of source, which the page shows itself.
 */
export function readLoadMessage(text: string): LoadMessage {
  let message = withoutColors(text);
  let place: FilePlace | undefined;
  let match = execRegExp(PLACE_REGEXP, message);
  // Deno says it twice at times.
  while (match !== null) {
    place = { url: match[1]!, line: +match[2]!, column: +match[3]! };
    message = sliceText(message, 0, match.index);
    match = execRegExp(PLACE_REGEXP, message);
  }
  if (place === undefined) return { message };
  const excerpt = execRegExp(EXCERPT_REGEXP, message);
  return {
    message: excerpt === null ? message : sliceText(message, 0, excerpt.index),
    place,
  };
}

function withoutColors(text: string): string {
  let rest = text;
  let clean = "";
  let match = execRegExp(COLOR_REGEXP, rest);
  while (match !== null) {
    clean += sliceText(rest, 0, match.index);
    rest = sliceText(rest, match.index + match[0].length);
    match = execRegExp(COLOR_REGEXP, rest);
  }
  return clean + rest;
}
