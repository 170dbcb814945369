import { describeSlot, slotMembers } from "./_describe_slot.ts";
import type { ReportedValue, ReportedVariable } from "../error_report.ts";
import type { LiveFrame } from "../instrument/live_frames.ts";
import { valueSlot } from "./_slot.ts";

/** Some of the members of a value. */
export interface ReportedMembers {
  /** The members, in order. */
  readonly members: ReportedVariable[];
  /** How many come after them. */
  readonly rest: number;
}

/** Which members are wanted. */
export interface MembersPage {
  /** How many come before. */
  readonly start: number;
  /** How many at most. */
  readonly count: number;
}

/**
 * Describes a value on one line, for somebody who looks for an error.
 *
 * Runs no code of the app: no getters, no proxy traps, no custom inspection, no
 * iterators, and no built-in function that the app has replaced. Never throws.
 * Members with the name of a secret are masked.
 *
 * @param value The value.
 * @param frame Where it was found, to see the `#private` fields seen there.
 * @returns The description.
 *
 * @example Usage
 * ```ts
 * import { describeValue } from "./describe_value.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const user = { name: "ann", token: "t", tags: new Set([1]) };
 * assertEquals(
 *   describeValue(user).text,
 *   '{ name: "ann", token: ***, tags: Set(1) { 1 } }',
 * );
 * ```
 */
export function describeValue(
  value: unknown,
  frame?: LiveFrame,
): ReportedValue {
  return describeSlot(valueSlot(value), frame);
}

/**
 * Lists the members of a value: elements, entries, properties, `#private` fields
 * and getters, which are not run. Those of a long text are its lines.
 *
 * Runs no code of the app, and never throws.
 *
 * @param value The value.
 * @param page Which of them.
 * @param frame Where it was found, to see the `#private` fields seen there.
 * @returns The members.
 *
 * @example Usage
 * ```ts
 * import { membersOf } from "./describe_value.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { members, rest } = membersOf([5, 6, 7], { start: 1, count: 1 });
 * assertEquals([members[0]?.name, members[0]?.value.text], ["1", "6"]);
 * assertEquals(rest, 1);
 * ```
 */
export function membersOf(
  value: unknown,
  page: MembersPage,
  frame?: LiveFrame,
): ReportedMembers {
  return slotMembers(valueSlot(value), page, frame);
}
