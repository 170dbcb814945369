import { mapSet, push } from "./_builtins.ts";
import { callPlace } from "./_call_place.ts";
import { readData } from "./_class_name.ts";
import type { ReportedFrame, ReportedValue } from "../error_report.ts";
import type { LiveFrame } from "../instrument/live_frames.ts";
import { lastName, type MergedFrame, mergeFrames } from "./_merge_frames.ts";
import { isDebugger, type OwnFiles } from "./_own_files.ts";
import type { StackFrame } from "./_parse_stack.ts";
import { readVariables } from "./_read_variables.ts";
import type { SourceFiles } from "./_source_files.ts";

/** What the frames of all errors of a report share. */
export interface FrameContext {
  readonly files: OwnFiles;
  readonly sources: SourceFiles;
  /** Gets the live frames, by their numbers. */
  readonly live: Map<number, LiveFrame>;
  /** The values of outer scopes that were described. */
  readonly described: Map<unknown, ReportedValue>;
  /** The number of the next frame. */
  next: number;
}

const ErrorClass = Error;

/** Describes the frames of an error. */
export function reportFrames(
  stack: readonly StackFrame[],
  live: readonly LiveFrame[],
  context: FrameContext,
): ReportedFrame[] {
  const lines: StackFrame[] = [];
  for (let i = 0; i < stack.length; i++) {
    if (!isDebugger(stack[i]!.url)) push(lines, stack[i]!);
  }
  const merged = mergeFrames(lines, live);
  const frames: ReportedFrame[] = [];
  let left = lines.length;
  const limit = readData(ErrorClass, "stackTraceLimit");
  const isFull = typeof limit === "number" && stack.length >= limit;
  let callee: string | undefined;
  for (let i = 0; i < merged.length; i++) {
    const frame = merged[i]!;
    if (frame.stack !== undefined) left--;
    // V8 forgets only who awaits; but a stack that is full has no more room.
    const isAsync = i > 0 && (left > 0 || !isFull);
    const named = withPlace(frame, { callee, isAsync }, context);
    push(frames, reportFrame(named, frame.live, context));
    callee = lastName(named.functionName);
  }
  return frames;
}

/** A frame with the place that the stack says, or the likely one. */
function withPlace(
  { stack, live }: MergedFrame,
  { callee, isAsync }: { callee: string | undefined; isAsync: boolean },
  { sources }: FrameContext,
): StackFrame {
  const place = stack ?? {
    ...callPlace(live!, callee, sources.linesOf(live!.url)),
    isAsync,
  };
  const functionName = stack?.functionName ?? live?.functionName;
  return functionName === undefined ? place : { ...place, functionName };
}

function reportFrame(
  frame: StackFrame,
  live: LiveFrame | undefined,
  context: FrameContext,
): ReportedFrame {
  const index = context.next++;
  const { files, sources } = context;
  const source = sources.excerpt(frame);
  if (live !== undefined) mapSet(context.live, index, live);
  return {
    index,
    ...frame,
    path: files.pathOf(frame.url),
    isOwn: files.isOwn(frame.url),
    ...source !== undefined && { source },
    ...live !== undefined &&
      { variables: readVariables(live, context.described) },
  };
}
