import type { ReportedFrame } from "../error_report.ts";

/** How many equal calls in a row are still shown one by one. */
const MAX_EQUAL = 2;

/** Frames that are shown, or folded, together. */
export interface FrameGroup {
  /**
   * Why they belong together: one `own` frame, `library` frames, calls that
   * `repeat` the one before them, or frames `shared` with the error before.
   */
  readonly kind: "own" | "library" | "repeated" | "shared";
  /** The frames, innermost first. */
  readonly frames: readonly ReportedFrame[];
}

/**
 * Divides a stack into what matters and what does not.
 *
 * @param frames The frames of an error, innermost first.
 * @param before The frames of the error that was shown before it, whose end a
 * cause repeats.
 * @returns The groups, in order.
 */
export function groupFrames(
  frames: readonly ReportedFrame[],
  before: readonly ReportedFrame[] = [],
): FrameGroup[] {
  const shared = countShared(frames, before);
  const groups: { kind: FrameGroup["kind"]; frames: ReportedFrame[] }[] = [];
  const end = frames.length - shared;
  let equal = 0;
  for (let i = 0; i < end; i++) {
    const frame = frames[i]!;
    equal = i > 0 && isSamePlace(frame, frames[i - 1]!) ? equal + 1 : 0;
    const kind = kindOf(frame, equal);
    const last = groups.at(-1);
    if (kind !== "own" && last?.kind === kind) last.frames.push(frame);
    else groups.push({ kind, frames: [frame] });
  }
  if (shared > 0) groups.push({ kind: "shared", frames: frames.slice(end) });
  return groups;
}

function kindOf(frame: ReportedFrame, equal: number): FrameGroup["kind"] {
  if (!frame.isOwn) return "library";
  return equal >= MAX_EQUAL ? "repeated" : "own";
}

/** The outermost frames, as far as both stacks agree; one always stays. */
function countShared(
  frames: readonly ReportedFrame[],
  before: readonly ReportedFrame[],
): number {
  let count = 0;
  while (count < Math.min(frames.length - 1, before.length)) {
    const [a, b] = [frames.at(-1 - count)!, before.at(-1 - count)!];
    if (!isSamePlace(a, b)) break;
    count++;
  }
  return count;
}

function isSamePlace(a: ReportedFrame, b: ReportedFrame): boolean {
  return a.line === b.line && a.column === b.column && a.url === b.url;
}
