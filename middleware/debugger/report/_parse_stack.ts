import {
  execRegExp,
  includesText,
  indexOfText,
  push,
  sliceText,
  startsWith,
} from "./_builtins.ts";

/** A place in a file. */
export interface FilePlace {
  /** The URL of the file. */
  readonly url: string;
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1. */
  readonly column: number;
}

/** A line of a stack that has a place. */
export interface StackFrame extends FilePlace {
  /** The function as it is written: `Svc.run`, `new Svc`, `f [as g]`. */
  readonly functionName?: string;
  /** Whether it waited for the frame before it. */
  readonly isAsync: boolean;
}

const MAX_FRAMES = 200;
const LINE_REGEXP = /^\s*at (async )?(.*\S)\s*$/;
const PLACE_REGEXP = /^(.*\S):(\d+):(\d+)$/;
/** Where `eval` was called, innermost in brackets that have others in them. */
const EVAL_REGEXP = /\((?!eval at )((?:[^()]|\([^()]*\))*):(\d+):(\d+)\)/;
const ANONYMOUS_REGEXP = /^(?:(?:Object|Module)\.)?<anonymous>$/;

/**
 * Reads the frames of a stack as V8 writes it, below its message. Frames without
 * a place, such as those of built-in functions, are left out. Code of an `eval`
 * is where that was called, in a file that can be opened.
 */
export function parseStack(stack: string): StackFrame[] {
  const frames: StackFrame[] = [];
  let start = 0;
  while (start < stack.length && frames.length < MAX_FRAMES) {
    const newline = indexOfText(stack, "\n", start);
    const end = newline === -1 ? stack.length : newline;
    // No path is as long as that, nor any name worth reading.
    const line = sliceText(stack, start, end < start + 4000 ? end : start);
    const match = execRegExp(LINE_REGEXP, line);
    const frame = match && parseFrame(match[2]!, match[1] !== undefined);
    if (frame) push(frames, frame);
    start = end + 1;
  }
  return frames;
}

function parseFrame(text: string, isAsync: boolean): StackFrame | undefined {
  if (text[text.length - 1] !== ")") {
    const place = parsePlace(text);
    return place && { ...place, isAsync };
  }
  // Names of functions and of folders can have brackets, too.
  let bracket = indexOfText(text, " (");
  while (bracket !== -1) {
    const place = parsePlace(sliceText(text, bracket + 2, -1));
    if (place !== undefined && !includesText(place.url, ") (")) {
      const functionName = sliceText(text, 0, bracket);
      return execRegExp(ANONYMOUS_REGEXP, functionName) === null
        ? { functionName, ...place, isAsync }
        : { ...place, isAsync };
    }
    bracket = indexOfText(text, " (", bracket + 1);
  }
}

function parsePlace(text: string): FilePlace | undefined {
  const regExp = startsWith(text, "eval at ") ? EVAL_REGEXP : PLACE_REGEXP;
  const match = execRegExp(regExp, text);
  if (match === null) return undefined;
  const url = match[1]!;
  // The name that evaluated code has given itself: "<name>, <anonymous>".
  const comma = indexOfText(url, ", <anonymous>");
  return {
    url: comma === -1 ? url : sliceText(url, 0, comma),
    line: +match[2]!,
    column: +match[3]!,
  };
}
