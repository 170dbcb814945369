import { excerptText } from "./_excerpt_text.ts";
import { frameLine, framePlace } from "./_frame_line.ts";
import { type FrameGroup, groupFrames } from "./_group_frames.ts";
import { localTime } from "./_local_time.ts";
import { requestTarget } from "./_request_target.ts";
import { visibleText } from "../../visible_text.ts";
import type {
  ErrorReport,
  ReportedError,
  ReportedFrame,
} from "../error_report.ts";

export { errorJson, type JsonError, type JsonReport } from "./error_json.ts";
export { errorMarkdown } from "./error_markdown.ts";

/** As many frames of libraries in a row are still listed. */
const MAX_LISTED = 2;

/**
 * Writes an error for a terminal: what failed, the source around it, the stack
 * and what caused it. Excerpts keep to 80 columns.
 *
 * There are no variables and no headers in it, as it gets into logs and chats,
 * and no control characters, which could act on the terminal.
 *
 * @param report The report.
 * @returns Lines, each with its end.
 *
 * @example Usage
 * ```ts
 * import { errorText } from "./error_text.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const text = errorText({
 *   id: "1",
 *   time: Date.now(),
 *   kind: "stray",
 *   error: { title: "Error: no", properties: [], frames: [], errors: [] },
 * });
 * assertStringIncludes(text, "Error: no\n");
 * ```
 */
export function errorText(report: ErrorReport): string {
  const { error, request, time, notice } = report;
  const what = request ? `${request.method} ${requestTarget(request)} · ` : "";
  const stack = stackLines(error.frames, [], "  ");
  const lines = [
    ...titleLines(error, ""),
    `${what}${localTime(time)}`,
    ...notice === undefined ? [] : [notice],
    ...excerptOf(error),
    ...stack.length === 0 ? [] : ["", ...stack],
    ...innerLines(error, ""),
  ];
  return `${visibleText(lines.join("\n"))}\n`;
}

function titleLines(error: ReportedError, indentation: string): string[] {
  const { title, details } = error;
  const rest = details === undefined ? [] : details.split("\n");
  return [title, ...rest.map((line) => `${indentation}${line}`)];
}

function excerptOf(error: ReportedError): string[] {
  const frame = error.frames.find(({ isOwn, source }) => isOwn && source);
  if (frame === undefined) return [];
  return ["", `  ${framePlace(frame)}`, excerptText(frame, "  ")];
}

/** The causes and members, with their stacks, and what is behind them. */
function innerLines(error: ReportedError, indentation: string): string[] {
  const { errors, cause, frames } = error;
  const inner: [string, ReportedError][] = errors.map((member, index) => [
    `Error ${index + 1} of ${errors.length}`,
    member,
  ]);
  if (cause) inner.push(["Caused by", cause]);
  const deeper = `${indentation}  `;
  return inner.flatMap(([label, one]) => {
    const [title, ...rest] = titleLines(one, deeper);
    return [
      "",
      `${indentation}${label}: ${title}`,
      ...rest,
      ...stackLines(one.frames, frames, deeper),
      ...innerLines(one, errors.length > 0 ? deeper : indentation),
    ];
  });
}

function stackLines(
  frames: readonly ReportedFrame[],
  before: readonly ReportedFrame[],
  indentation: string,
): string[] {
  const isForeign = !frames.some(({ isOwn }) => isOwn);
  return groupFrames(frames, before)
    .flatMap((group) =>
      isForeign || isListed(group)
        ? group.frames.map(frameLine)
        : [foldedLine(group)]
    )
    .map((line) => `${indentation}${line}`);
}

function isListed({ kind, frames }: FrameGroup): boolean {
  return kind === "own" || (kind === "library" && frames.length <= MAX_LISTED);
}

function foldedLine({ kind, frames }: FrameGroup): string {
  const count = frames.length === 1 ? "1 frame" : `${frames.length} frames`;
  if (kind === "repeated") return `   … the same ${frames.length} more times`;
  return `   … ${count} ${kind === "shared" ? "as above" : "in libraries"}`;
}
