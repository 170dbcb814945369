import { excerptText } from "./_excerpt_text.ts";
import { frameLine, framePlace } from "./_frame_line.ts";
import { languageOf } from "./_highlighted_pieces.ts";
import { requestTarget } from "./_request_target.ts";
import { visibleText } from "../../visible_text.ts";
import type { ErrorReport, ReportedError } from "../error_report.ts";

/**
 * Writes an error for an issue: its title, the request, the source around it,
 * the whole stack and what caused it.
 *
 * All that comes from elsewhere is in code, so that nothing of it is a link, an
 * image, a mention or HTML. There are no variables and no headers in it.
 *
 * @param report The report.
 * @returns Markdown (GitHub's).
 *
 * @example Usage
 * ```ts
 * import { errorMarkdown } from "./error_markdown.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const markdown = errorMarkdown({
 *   id: "1",
 *   time: 0,
 *   kind: "stray",
 *   error: { title: "Error: @ann", properties: [], frames: [], errors: [] },
 * });
 * assertEquals(markdown, "**`Error: @ann`**\n");
 * ```
 */
export function errorMarkdown(report: ErrorReport): string {
  const { error, request } = report;
  const target = request && `${request.method} ${requestTarget(request)}`;
  const blocks = [
    `**${codeSpan(error.title)}**`,
    ...target === undefined ? [] : [codeSpan(target)],
    ...detailsBlocks(error),
    ...excerptBlocks(error),
    ...stackBlocks(error),
    ...innerBlocks(error),
  ];
  return `${visibleText(blocks.join("\n\n"))}\n`;
}

function innerBlocks(error: ReportedError): string[] {
  const { errors, cause } = error;
  const members = errors.flatMap((member, index) =>
    innerBlock(`Error ${index + 1} of ${errors.length}`, member)
  );
  return [...members, ...cause ? innerBlock("Caused by", cause) : []];
}

function innerBlock(label: string, error: ReportedError): string[] {
  return [
    `**${label}:** ${codeSpan(error.title)}`,
    ...detailsBlocks(error),
    ...stackBlocks(error),
    ...innerBlocks(error),
  ];
}

function detailsBlocks({ details }: ReportedError): string[] {
  return details === undefined ? [] : [fence(details, "")];
}

function excerptBlocks({ frames }: ReportedError): string[] {
  const frame = frames.find(({ isOwn, source }) => isOwn && source);
  if (frame === undefined) return [];
  const place = codeSpan(framePlace(frame));
  return [place, fence(excerptText(frame, ""), languageOf(frame.url))];
}

function stackBlocks({ frames }: ReportedError): string[] {
  if (frames.length === 0) return [];
  return [fence(frames.map(frameLine).join("\n"), "")];
}

/** Has more backticks around the text than are in it in a row. */
function codeSpan(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  const ticks = "`".repeat(longestRun(line) + 1);
  const space = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return line === "" ? "" : `${ticks}${space}${line}${space}${ticks}`;
}

function fence(text: string, language: string): string {
  const ticks = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...text.match(/`+/g)?.map(({ length }) => length) ?? []);
}
