import {
  execRegExp,
  mapGet,
  mapHas,
  mapSet,
  max,
  min,
  push,
  sliceText,
} from "./_builtins.ts";
import type { ReportedSource } from "../error_report.ts";
import type { FilePlace } from "./_parse_stack.ts";

/** How many lines are shown before and after a line. */
const CONTEXT = 5;
/** Files that are larger, and what is further right, nobody has written. */
const MAX_BYTES = 2_000_000;
const MAX_WIDTH = 500;
const LINE_REGEXP = /(.*)(\r\n|[\n\r\u2028\u2029]|$)/g;
/** Stacks can be made up, and so nothing else is read. */
const SOURCE_REGEXP = /^file:[^?#]*\.(?:[cm]?[jt]s|[jt]sx|json)$/i;

const { readTextFileSync, statSync } = Deno;
const { querySync } = Deno.permissions;
const URL_CLASS = URL;

/** Reads source files, each of them once. */
export class SourceFiles {
  readonly #files = new Map<string, readonly string[] | undefined>();

  /** The lines around a place, where they can be had. */
  excerpt({ url, line, column }: FilePlace): ReportedSource | undefined {
    const all = this.linesOf(url);
    if (all === undefined || line < 1 || line > all.length) return undefined;
    const firstLine = max(1, line - CONTEXT);
    const lastLine = min(all.length, line + CONTEXT);
    const lines: string[] = [];
    for (let number = firstLine; number <= lastLine; number++) {
      const text = all[number - 1]!;
      const width = number === line ? max(MAX_WIDTH, column + 100) : MAX_WIDTH;
      push(lines, text.length > width ? `${sliceText(text, 0, width)}…` : text);
    }
    return { firstLine, lines };
  }

  /** The lines of a file, where they can be had. */
  linesOf(url: string): readonly string[] | undefined {
    const file = execRegExp(/^[^?#]*/, url)![0];
    if (mapHas(this.#files, file)) return mapGet(this.#files, file);
    const lines = execRegExp(SOURCE_REGEXP, file) === null
      ? undefined
      : readLines(file);
    mapSet(this.#files, file, lines);
    return lines;
  }
}

function readLines(url: string): string[] | undefined {
  try {
    const path = new URL_CLASS(url);
    // An excerpt is an extra that nobody is to be asked for.
    const { state } = querySync.call(Deno.permissions, { name: "read", path });
    if (state !== "granted" || statSync(path).size > MAX_BYTES) {
      return undefined;
    }
    return splitLines(readTextFileSync(path));
  } catch {
    // Gone since, or made up.
    return undefined;
  }
}

function splitLines(text: string): string[] {
  const lines: string[] = [];
  LINE_REGEXP.lastIndex = 0;
  while (LINE_REGEXP.lastIndex < text.length) {
    const match = execRegExp(LINE_REGEXP, text)!;
    push(lines, match[1]!);
    if (match[2] === "") break;
  }
  return lines;
}
