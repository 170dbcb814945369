import type { ReportedFrame } from "../error_report.ts";

/** A line of an excerpt, as it is shown. */
export interface ExcerptLine {
  /** Its number in the file. */
  readonly number: number;
  /** Its text, without the indentation that all lines share. */
  readonly text: string;
  /** On the failing line: from where to where in `text` it failed. */
  readonly mark?: { readonly start: number; readonly end: number };
}

/**
 * Prepares the source of a frame for reading: takes off the indentation that all
 * lines have, cuts long lines, and finds what to mark.
 *
 * @param frame The frame.
 * @param width How many characters of a line are shown.
 * @returns The lines; none if there is no source.
 */
export function excerptLines(
  frame: ReportedFrame,
  width: number,
): ExcerptLine[] {
  const { source, line, column } = frame;
  if (source === undefined) return [];
  const indentation = sharedIndentation(source.lines);
  return source.lines.map((full, index) => {
    const number = source.firstLine + index;
    const text = full.slice(indentation);
    if (number !== line) return { number, text: cut(text, 0, width) };
    return { number, ...failing(text, column - 1 - indentation, width) };
  });
}

function sharedIndentation(lines: readonly string[]): number {
  const [first = "", ...others] = lines
    .filter((line) => line.trim() !== "")
    .map((line) => /^[ \t]*/.exec(line)![0]);
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length--;
  }
  return length;
}

/** Keeps the marked place in sight, with more before it than after it. */
function failing(
  text: string,
  column: number,
  width: number,
): Pick<ExcerptLine, "text" | "mark"> {
  const start = Math.min(Math.max(column, 0), text.length);
  const word = /^(?:[\w$#\x80-\uffff]+|.)/.exec(text.slice(start))?.[0] ??
    "";
  const from = text.length <= width
    ? 0
    : Math.max(0, start - Math.floor(width * 0.6));
  const end = Math.min(start + word.length, from + width - 1);
  return {
    text: cut(text, from, width),
    mark: { start: start - from, end: Math.max(start, end) - from },
  };
}

function cut(text: string, from: number, width: number): string {
  if (text.length <= width) return text;
  const part = text.slice(from, from + width);
  const head = from > 0 ? `…${part.slice(1)}` : part;
  return from + width < text.length ? `${head.slice(0, -1)}…` : head;
}
