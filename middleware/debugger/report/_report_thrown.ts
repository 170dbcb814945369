import { isProxy } from "node:util/types";
import { lengthOf } from "./_array_slots.ts";
import { isArray, min, push, setAdd, setHas, setSize } from "./_builtins.ts";
import { descriptorOf, readData } from "./_class_name.ts";
import { membersOf } from "./describe_value.ts";
import type { ReportedError, ReportedVariable } from "../error_report.ts";
import { isObject } from "./_is_object.ts";
import type { LiveFrame } from "../instrument/live_frames.ts";
import { groupDigits } from "./_primitive_text.ts";
import { isErrorLike, readThrown } from "./_read_thrown.ts";
import { type FrameContext, reportFrames } from "./_report_frames.ts";

/** What all errors of a report share. */
export interface ThrownContext extends FrameContext {
  /** The live frames of an error. */
  readonly framesOf: (error: unknown) => readonly LiveFrame[];
  /** The errors that have been described. */
  readonly seen: Set<unknown>;
}

const MAX_DEPTH = 10;
const MAX_MEMBERS = 20;
/** As each of many members can have causes with members. */
const MAX_ERRORS = 50;
const MAX_PROPERTIES = 50;
/** What has its own place in a report. */
const SHOWN: Set<unknown> = new Set([
  "name",
  "message",
  "stack",
  "cause",
  "errors",
  "error",
  "suppressed",
]);

/** Describes what was thrown, and the errors that have led to it. */
export function reportThrown(
  thrown: unknown,
  context: ThrownContext,
  depth: number = 0,
): ReportedError {
  const { title, details, stack } = readThrown(thrown);
  if (isObject(thrown)) {
    if (setHas(context.seen, thrown)) return bare(`${title} (shown already)`);
    setAdd(context.seen, thrown);
  }
  const isEnough = depth >= MAX_DEPTH || setSize(context.seen) > MAX_ERRORS;
  const frames = reportFrames(stack, context.framesOf(thrown), context);
  const inner = isErrorLike(thrown) && !isEnough
    ? reportInner(thrown, context, depth + 1)
    : { errors: [] };
  return {
    title,
    ...details !== undefined && { details },
    properties: reportProperties(thrown),
    frames,
    ...inner,
  };
}

/** The cause, the members of an `AggregateError`, and what was suppressed. */
function reportInner(
  error: object,
  context: ThrownContext,
  depth: number,
): Pick<ReportedError, "cause" | "errors"> {
  const errors: ReportedError[] = [];
  const members = readData(error, "errors");
  if (isArray(members) && !isProxy(members)) {
    const length = lengthOf(members);
    const count = min(length, MAX_MEMBERS);
    for (let i = 0; i < count; i++) {
      const member: unknown = descriptorOf(members, i)?.value;
      push(errors, reportThrown(member, context, depth));
    }
    const rest = length - count;
    if (rest > 0) push(errors, bare(`… ${groupDigits(rest)} more errors`));
  }
  if (descriptorOf(error, "suppressed") !== undefined) {
    const later = readData(error, "error");
    const first = readData(error, "suppressed");
    push(errors, reportThrown(later, context, depth));
    push(errors, reportThrown(first, context, depth));
  }
  const cause = readData(error, "cause");
  return cause === undefined
    ? { errors }
    : { cause: reportThrown(cause, context, depth), errors };
}

/** What an error has besides, or all that something else has. */
function reportProperties(thrown: unknown): ReportedVariable[] {
  if (!isObject(thrown)) return [];
  const isError = isErrorLike(thrown);
  const { members } = membersOf(thrown, { start: 0, count: MAX_PROPERTIES });
  const properties: ReportedVariable[] = [];
  for (let i = 0; i < members.length; i++) {
    const member = members[i]!;
    if (!isError || !setHas(SHOWN, member.name)) push(properties, member);
  }
  return properties;
}

function bare(title: string): ReportedError {
  return { title, properties: [], frames: [], errors: [] };
}
