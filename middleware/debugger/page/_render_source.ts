import { escapeHtml } from "../../escape_html.ts";
import { type ExcerptLine, excerptLines } from "./_excerpt_lines.ts";
import {
  highlightedPieces,
  languageOf,
  type Piece,
} from "./_highlighted_pieces.ts";
import type { SourceOptions } from "./_page_options.ts";
import type { ReportedFrame } from "../error_report.ts";

/** Longer lines are cut: nobody reads them, and minified files have them. */
const MAX_WIDTH = 240;

/**
 * Renders the lines around the place of a frame, the failing one marked.
 *
 * The numbers are no text, so that copying takes the code alone.
 *
 * @param frame The frame.
 * @param options How to color it.
 * @returns HTML; empty if there is no source.
 */
export function renderSource(
  frame: ReportedFrame,
  { highlight }: SourceOptions,
): string {
  const lines = excerptLines(frame, MAX_WIDTH);
  if (lines.length === 0) return "";
  const colored = highlightedPieces(
    lines.map(({ text }) => text).join("\n"),
    highlight,
    languageOf(frame.url),
  );
  const rows = lines.map((line, index) => renderLine(line, colored[index]!));
  return `<pre class="source"><code>${rows.join("")}</code></pre>`;
}

function renderLine(line: ExcerptLine, pieces: readonly Piece[]): string {
  const { number, mark } = line;
  const code = mark
    ? renderMarked(pieces, mark.start, mark.end)
    : pieces.map(renderPiece).join("");
  const failing = mark ? " failing" : "";
  const label = mark ? '<span class="spoken">failing line: </span>' : "";
  return `<span class="line${failing}" data-line="${number}">${label}${code}\n</span>`;
}

function renderPiece({ text, kind }: Piece): string {
  const html = escapeHtml(text);
  return kind === undefined
    ? html
    : `<span class="shj-syn-${escapeHtml(kind)}">${html}</span>`;
}

function renderMarked(
  pieces: readonly Piece[],
  start: number,
  end: number,
): string {
  let marked = "";
  let [before, after] = ["", ""];
  let offset = 0;
  for (const piece of pieces) {
    const { text } = piece;
    const part = (from: number, to: number) =>
      from < to ? renderPiece({ ...piece, text: text.slice(from, to) }) : "";
    const from = Math.min(Math.max(start - offset, 0), text.length);
    const to = Math.min(Math.max(end - offset, from), text.length);
    before += part(0, from);
    marked += part(from, to);
    after += part(to, text.length);
    offset += text.length;
  }
  return `${before}<mark>${marked || " "}</mark>${after}`;
}
