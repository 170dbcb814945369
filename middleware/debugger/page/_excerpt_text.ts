import { excerptLines } from "./_excerpt_lines.ts";
import type { ReportedFrame } from "../error_report.ts";

/** Lines are no longer than that, indentation and numbers included. */
const COLUMNS = 80;

/**
 * Writes the source around the place of a frame as text, with an arrow at the
 * failing line and a caret below the failing place.
 *
 * @param frame The frame.
 * @param indentation What each line begins with.
 * @returns The lines; empty if there is no source.
 */
export function excerptText(frame: ReportedFrame, indentation: string): string {
  const { source, line } = frame;
  if (source === undefined) return "";
  const digits = String(source.firstLine + source.lines.length - 1).length;
  const width = COLUMNS - indentation.length - digits - "> 1 | ".length + 1;
  return excerptLines(frame, width).flatMap(({ number, text, mark }) => {
    const arrow = number === line ? ">" : " ";
    const label = `${indentation}${arrow} ${String(number).padStart(digits)} |`;
    const shown = `${label} ${text}`.trimEnd();
    if (mark === undefined) return [shown];
    const blank = text.slice(0, mark.start).replace(/[^\t]/g, " ");
    const caret = "^".repeat(Math.max(1, mark.end - mark.start));
    return [
      shown,
      `${indentation}  ${" ".repeat(digits)} | ${blank}${caret}`,
    ];
  }).join("\n");
}
