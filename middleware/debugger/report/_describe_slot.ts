import { isProxy } from "node:util/types";
import { errorIsError, push } from "./_builtins.ts";
import type { MembersPage, ReportedMembers } from "./describe_value.ts";
import type { ReportedValue, ReportedVariable } from "../error_report.ts";
import { isObject } from "./_is_object.ts";
import type { LiveFrame } from "../instrument/live_frames.ts";
import { previewObject, previewValue } from "./_preview.ts";
import { cleanLine } from "./_primitive_text.ts";
import type { Member, Section } from "./_section.ts";
import { sectionsOf } from "./_sections.ts";
import type { Slot } from "./_slot.ts";
import { pageOf, slotSections } from "./_slot_members.ts";
import { textPieces } from "./_text_pieces.ts";

/** Lists the members of what is at a place; this runs a getter. */
export function slotMembers(
  slot: Slot,
  { start, count }: MembersPage,
  frame?: LiveFrame,
): ReportedMembers {
  const members: ReportedVariable[] = [];
  try {
    const page = pageOf(slotSections(slot, frame), start, count);
    for (let i = 0; i < page.members.length; i++) {
      push(members, reportMember(page.members[i]!, frame));
    }
    return { members, rest: page.rest };
  } catch {
    // Nothing is known to get here, but nobody is to wait for an answer.
    return { members, rest: 0 };
  }
}

/** Describes what is at a place, without running a getter. */
export function describeSlot(slot: Slot, frame?: LiveFrame): ReportedValue {
  switch (slot.kind) {
    case "getter":
      return { type: "accessor", text: "(getter)", isExpandable: true };
    case "none":
      return { type: "unavailable", text: slot.text, isExpandable: false };
    case "value":
      try {
        return describe(slot.value, frame);
      } catch {
        // As when the stack is full, which may be what the error is about.
        const text = "<cannot be shown>";
        return { type: "unavailable", text, isExpandable: false };
      }
  }
}

function describe(value: unknown, frame?: LiveFrame): ReportedValue {
  const type = typeOf(value);
  if (!isObject(value)) {
    return { type, text: previewValue(value), isExpandable: isLongText(value) };
  }
  const { text, hasMembers } = previewObject(value, frame);
  const isExpandable = hasMembers || hasSections(sectionsOf(value, frame));
  return { type, text, isExpandable };
}

function reportMember(
  { name, key, slot, isSecret }: Member,
  frame?: LiveFrame,
): ReportedVariable {
  return {
    name: key === undefined || typeof key.value === "string"
      ? cleanLine(name, 100)
      : previewValue(key.value),
    kind: "property",
    isSecret,
    value: describeSlot(slot, frame),
  };
}

function isLongText(value: unknown): boolean {
  return typeof value === "string" && textPieces(value).size > 0;
}

function hasSections(sections: readonly Section[]): boolean {
  for (let i = 0; i < sections.length; i++) {
    if (sections[i]!.size > 0) return true;
  }
  return false;
}

function typeOf(value: unknown): ReportedValue["type"] {
  if (value === null) return "null";
  return isObject(value) && !isProxy(value) && errorIsError(value)
    ? "error"
    : typeof value;
}
