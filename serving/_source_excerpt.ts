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
const WIDTH = 100;

/**
 * The line of a place with the one before and the one after, the failing one
 * marked and the column pointed at. Empty if the file cannot be read.
 *
 * Reads nothing but local source files, since a place comes out of an error's
 * text, which may have been made up from anything.
 */
export function sourceExcerpt(
  { url, line = 0, column = 1 }: SourcePlace,
  paint: Paint,
): string[] {
  if (!SOURCE_REGEXP.test(url)) return [];
  const lines = readText(url)?.trimEnd()
    .split(/\r\n|[\n\r\u2028\u2029]/);
  if (lines === undefined || line < 1 || line > lines.length) return [];
  const first = Math.max(1, line - CONTEXT);
  const last = Math.min(lines.length, line + CONTEXT);
  const digits = String(last).length;
  // A long line, as of minified code, is cut around the column.
  const start = column > WIDTH ? column - 1 - WIDTH / 2 : 0;

  const excerpt: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = lines[number - 1]!.slice(start, start + WIDTH);
    const label = `${String(number).padStart(digits)} | ${cleanText(text)}`
      .trimEnd();
    if (number !== line) {
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
