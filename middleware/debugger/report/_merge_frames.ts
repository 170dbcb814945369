import { execRegExp, push } from "./_builtins.ts";
import type { LiveFrame } from "../instrument/live_frames.ts";
import type { StackFrame } from "./_parse_stack.ts";

/** A line of the stack, a live frame, or both, if they are of the same call. */
export interface MergedFrame {
  readonly stack?: StackFrame;
  readonly live?: LiveFrame;
}

/**
 * Puts the lines of a stack and the live frames in one order, innermost first.
 *
 * Both have it, but each has calls that the other has not: the stack those of
 * libraries and module code, the live frames those of callers that V8 forgets,
 * as by `return query()`, or has no room for. So the most and best pairs are
 * looked for that keep the order, as for the longest common subsequence.
 */
export function mergeFrames(
  stack: readonly StackFrame[],
  live: readonly LiveFrame[],
): MergedFrame[] {
  const scores = scoreTable(stack, live);
  const merged: MergedFrame[] = [];
  let i = 0;
  for (let j = 0; j < live.length; j++) {
    // The first line that it is best paired with, if it is with any.
    const best = scores[i]![j]!;
    let line = i;
    while (line < stack.length) {
      const match = matchScore(stack[line]!, live[j]!);
      if (match > 0 && match + scores[line + 1]![j + 1]! === best) break;
      line++;
    }
    const isPaired = line < stack.length;
    while (isPaired && i < line) push(merged, { stack: stack[i++]! });
    const frame = { live: live[j]! };
    push(merged, isPaired ? { ...frame, stack: stack[i++]! } : frame);
  }
  while (i < stack.length) push(merged, { stack: stack[i++]! });
  return merged;
}

/** The best score that the frames from (i, j) on can have. */
function scoreTable(
  stack: readonly StackFrame[],
  live: readonly LiveFrame[],
): number[][] {
  const table: number[][] = [];
  for (let i = stack.length; i >= 0; i--) {
    const row: number[] = [];
    table[i] = row;
    for (let j = live.length; j >= 0; j--) {
      if (i === stack.length || j === live.length) {
        row[j] = 0;
        continue;
      }
      const below = table[i + 1]!;
      const match = matchScore(stack[i]!, live[j]!);
      let best = below[j]! > row[j + 1]! ? below[j]! : row[j + 1]!;
      const paired = match + below[j + 1]!;
      if (match > 0 && paired > best) best = paired;
      row[j] = best;
    }
  }
  return table;
}

/** How well a place fits a function: not at all, or by line, column and name. */
function matchScore(
  { url, line, column, functionName }: StackFrame,
  { url: file, start, end, functionName: liveName }: LiveFrame,
): number {
  if (line < start.line || line > end.line) return 0;
  if (url !== file && withoutQuery(url) !== withoutQuery(file)) return 0;
  // Columns are off where the line was changed, and so decide nothing.
  const isInside = (line > start.line || column >= start.column) &&
    (line < end.line || column <= end.column);
  const isNamed = lastName(functionName) === lastName(liveName);
  return 4 + (isNamed ? 2 : 0) + (isInside ? 1 : 0);
}

/** The name of a function, without its class: `run` of `Svc.run [as go]`. */
export function lastName(functionName: string | undefined): string {
  if (functionName === undefined) return "";
  return execRegExp(
    /([^.\s]*)(?: \[as [^\]]*\])?$/,
    functionName,
  )?.[1] ?? "";
}

function withoutQuery(url: string): string {
  return execRegExp(/^[^?#]*/, url)![0];
}
