import { escapeHtml } from "../../escape_html.ts";
import { type FrameGroup, groupFrames } from "./_group_frames.ts";
import type { PageOptions, SourceOptions } from "./_page_options.ts";
import { renderFrame } from "./_render_frame.ts";
import { renderTree } from "./_render_variables.ts";
import type { ReportedError, ReportedFrame } from "../error_report.ts";

/** More own frames than that are folded, so that a cause is not far below. */
const MAX_OPEN_FRAMES = 8;

/** What the sections of a page share. */
interface Rendering extends PageOptions, SourceOptions {
  /** How many frames may still be unfolded. */
  open: number;
}

/**
 * Renders the stack of an error, and after it its causes and members with
 * theirs.
 *
 * @param error The error.
 * @param options How to show it.
 * @returns HTML.
 */
export function renderErrors(
  error: ReportedError,
  options: PageOptions & SourceOptions,
): string {
  const rendering = { ...options, open: MAX_OPEN_FRAMES };
  const order = error.frames.length > 1
    ? ' <span class="quiet">innermost call first</span>'
    : "";
  const heading = `<h2 id="stack">Stack${order}</h2>`;
  return `<section aria-labelledby="stack">${heading}${
    renderStack(error.frames, [], rendering)
  }</section>${renderInner(error, { id: "error" }, rendering)}`;
}

/** Where an error stands among those of a report. */
interface Standing {
  /** The id of its heading. */
  readonly id: string;
  /** What is written above its title. */
  readonly label: string;
  /** The frames of the error that it is behind. */
  readonly before: readonly ReportedFrame[];
}

/** The members and the cause; ids tell their place in the tree of errors. */
function renderInner(
  { cause, errors, frames: before }: ReportedError,
  { id, member = "" }: { id: string; member?: string },
  rendering: Rendering,
): string {
  const inner = errors.map((error, index) => {
    const label = `Error ${index + 1} of ${errors.length}`;
    const own = { id: `${id}-${index + 1}`, label, before };
    return renderOne(error, own, rendering) +
      renderInner(error, { id: own.id, member: label }, rendering);
  });
  if (cause) {
    // Below the members it has to be said whose cause it is.
    const label = member === "" ? "Caused by" : `${member}, caused by`;
    const own = { id: `${id}-cause`, label, before };
    inner.push(renderOne(cause, own, rendering));
    inner.push(renderInner(cause, { id: own.id, member }, rendering));
  }
  return inner.join("");
}

function renderOne(
  error: ReportedError,
  { id, label, before }: Standing,
  rendering: Rendering,
): string {
  return `<section class="inner" aria-labelledby="${id}"><h2 id="${id}" tabindex="-1"><span class="label">${label}</span> ${
    escapeHtml(error.title)
  }</h2>${renderDetails(error)}${
    renderStack(error.frames, before, rendering)
  }</section>`;
}

/**
 * Renders what an error says besides its title.
 *
 * @param error The error.
 * @returns HTML.
 */
export function renderDetails(error: ReportedError): string {
  const details = error.details === undefined
    ? ""
    : `<pre class="details">${escapeHtml(error.details)}</pre>`;
  const { properties } = error;
  if (properties.length === 0) return details;
  // Commands reach the variables of frames only, so these are not expanded.
  return `${details}<div class="properties">${
    renderTree(properties, { isLive: false })
  }</div>`;
}

function renderStack(
  frames: readonly ReportedFrame[],
  before: readonly ReportedFrame[],
  rendering: Rendering,
): string {
  if (frames.length === 0) return '<p class="quiet">There is no stack.</p>';
  // Where all frames are of libraries, they are all there is to see.
  const isForeign = !frames.some(({ isOwn }) => isOwn);
  const groups = groupFrames(frames, before).map((group) =>
    group.kind === "own" || isForeign
      ? group.frames.map((frame) => renderItem(frame, true, rendering)).join("")
      : renderFolded(group, rendering)
  );
  return `<ol class="frames">${groups.join("")}</ol>`;
}

function renderItem(
  frame: ReportedFrame,
  mayOpen: boolean,
  rendering: Rendering,
): string {
  const isOpen = mayOpen && rendering.open > 0;
  if (isOpen) rendering.open--;
  return `<li>${renderFrame(frame, { ...rendering, isOpen })}</li>`;
}

function renderFolded(group: FrameGroup, rendering: Rendering): string {
  const { kind, frames } = group;
  const items = frames.map((frame) => renderItem(frame, false, rendering));
  return `<li class="group"><details class="fold"><summary>${
    groupTitle(kind, frames.length)
  }</summary><ol class="frames">${items.join("")}</ol></details></li>`;
}

function groupTitle(kind: FrameGroup["kind"], count: number): string {
  const frames = count === 1 ? "1 frame" : `${count} frames`;
  if (kind === "repeated") return `the same call ${count} more times`;
  return kind === "shared" ? `${frames} as above` : `${frames} in libraries`;
}
