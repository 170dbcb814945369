import { isNativeError } from "node:util/types";
import { mapGet, mapSet, min, push, startsWith } from "./_builtins.ts";
import { readData } from "./_class_name.ts";
import { describeSlot } from "./_describe_slot.ts";
import type { ReportedValue, ReportedVariable } from "../error_report.ts";
import { isObject } from "./_is_object.ts";
import { isSecret } from "./_is_secret_name.ts";
import type { LiveFrame } from "../instrument/live_frames.ts";
import { emptySlot, type Slot, valueSlot } from "./_slot.ts";

/** A module can have hundreds of them. */
const MAX_VARIABLES = 200;

/**
 * The variables in scope of a frame. Those of outer scopes are described once
 * for all frames that have them, which may be large tables of a module.
 */
export function readVariables(
  frame: LiveFrame,
  described: Map<unknown, ReportedValue>,
): ReportedVariable[] {
  const { names } = frame;
  const count = min(names.length, MAX_VARIABLES);
  const reads = makeReads(frame, count);
  const variables: ReportedVariable[] = [];
  for (let i = 0; i < count; i++) {
    const { name, kind } = names[i]!;
    const slot = reads === undefined
      ? readVariable(frame.evaluate, name)
      : readSlot(reads[i]!);
    const value = slot.kind === "value" ? slot.value : undefined;
    const isOuter = kind === "closure" && isObject(value);
    const known = isOuter ? mapGet(described, value) : undefined;
    const shown = known ?? describeSlot(slot, frame);
    if (isOuter) mapSet(described, value, shown);
    push(variables, {
      name,
      kind,
      isSecret: isSecret(name, value),
      value: shown,
    });
  }
  return variables;
}

/** Reads one variable. */
export function readVariable(
  evaluate: (code: string) => unknown,
  name: string,
): Slot {
  return readSlot(() => evaluate(name));
}

/** One evaluation for all names, as it costs more than reading them. */
function makeReads(
  { names, evaluate }: LiveFrame,
  count: number,
): (() => unknown)[] | undefined {
  let code = "";
  for (let i = 0; i < count; i++) code += `() => ${names[i]!.name}, `;
  try {
    return evaluate(`[${code}]`) as (() => unknown)[];
  } catch {
    // One of them is no name here: they are tried one by one.
    return undefined;
  }
}

function readSlot(read: () => unknown): Slot {
  try {
    return valueSlot(read());
  } catch (error) {
    return emptySlot(
      isTooEarly(error) ? "<not initialised yet>" : "<not available>",
    );
  }
}

/** Before a `let` has run, and for `this` before `super()` has. */
function isTooEarly(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  const message = readData(error, "message");
  return typeof message === "string" &&
    (startsWith(message, "Cannot access") ||
      startsWith(message, "Must call super"));
}
