import { cleanText } from "./_clean_text.ts";
import type { Paint } from "./_paint.ts";

/** A place in a module. */
export interface SourcePlace {
  /** The URL of the module. */
  url: string;
  /** The line, from 1, if it is known. */
  line?: number;
  /** The column, from 1, if it is known. */
  column?: number;
}

const SOURCE_REGEXP = /\.(?:[cm]?[jt]s|[jt]sx|json)$/i;
const CONTEXT = 1;
/** How wide a source line is shown at most, and where there is no terminal. */
const WIDTH = 100;
const MIN_WIDTH = 20;
/** What is before a source line, besides the digits of its number. */
const GUTTER = "  >  | ".length;

/**
 * The line of a place with the one before and the one after, the failing one
 * marked and the column pointed at. Empty if the file cannot be read.
 *
 * Reads nothing but local source files, since a place comes out of an error's
 * text, which may have been made up from anything.
 *
 * @param place The place.
 * @param paint Paints what is less important, and the mark.
 * @param columns How wide the terminal is.
 */
export function sourceExcerpt(
  { url, line = 0, column = 1 }: SourcePlace,
  paint: Paint,
  columns: number = terminalColumns(),
): string[] {
  if (!SOURCE_REGEXP.test(url)) return [];
  const lines = readText(url)?.trimEnd()
    .split(/\r\n|[\n\r\u2028\u2029]/);
  if (lines === undefined || line < 1 || line > lines.length) return [];
  const first = Math.max(1, line - CONTEXT);
  const last = Math.min(lines.length, line + CONTEXT);
  const digits = String(last).length;
  const width = Math.max(MIN_WIDTH, Math.min(WIDTH, columns - GUTTER - digits));

  const excerpt: string[] = [];
  for (let number = first; number <= last; number++) {
    const isFailing = number === line;
    const { text, start } = cut(
      lines[number - 1]!,
      isFailing ? column : 1,
      width,
    );
    const label = `${String(number).padStart(digits)} | ${cleanText(text)}`
      .trimEnd();
    if (!isFailing) {
      excerpt.push(paint("dim", `    ${label}`));
      continue;
    }
    // Tabs stay tabs, so that the caret stands below its character.
    const indent = text.slice(0, column - 1 - start).replace(/[^\t]/g, " ");
    const gutter = " ".repeat(digits + 4);
    excerpt.push(`  > ${label}`, `${gutter} | ${indent}${paint("red", "^")}`);
  }
  return excerpt;
}

/** Cuts a long line, as of minified code, around a column, which is from 1. */
function cut(
  line: string,
  column: number,
  width: number,
): { text: string; start: number } {
  if (line.length <= width) return { text: line, start: 0 };
  const start = column < width
    ? 0
    : Math.min(column - 1 - Math.floor(width / 2), line.length - width);
  const text = line.slice(start, start + width);
  const isCutAfter = start + width < line.length;
  return {
    text: (start > 0 ? "…" : "") +
      text.slice(start > 0 ? 1 : 0, isCutAfter ? -1 : undefined) +
      (isCutAfter ? "…" : ""),
    start,
  };
}

/** How wide the terminal is that errors are shown on, if there is one. */
function terminalColumns(): number {
  if (!Deno.stderr.isTerminal()) return Infinity;
  try {
    return Deno.consoleSize().columns || Infinity;
  } catch {
    // It does not tell.
    return Infinity;
  }
}

/** The text of a local file, or `undefined` if it cannot be had. */
export function readText(url: string): string | undefined {
  if (!/^file:/i.test(url)) return undefined;
  try {
    return Deno.readTextFileSync(new URL(url));
  } catch {
    // An excerpt is an extra: gone, unreadable or forbidden, it is left out.
    return undefined;
  }
}
