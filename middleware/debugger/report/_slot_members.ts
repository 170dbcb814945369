import { push } from "./_builtins.ts";
import { isObject } from "./_is_object.ts";
import type { LiveFrame } from "../instrument/live_frames.ts";
import { listSection, type Member, type Section } from "./_section.ts";
import { sectionsOf } from "./_sections.ts";
import { type Slot, valueSlot } from "./_slot.ts";
import { textPieces } from "./_text_pieces.ts";

/** So many members are looked through for a name. */
const MAX_NAMED = 1000;

/**
 * The members of what is at a place. A getter has one: what it returns, and so
 * asking for it is what runs it.
 */
export function slotSections(slot: Slot, frame?: LiveFrame): Section[] {
  switch (slot.kind) {
    case "none":
      return [];
    case "getter":
      return [listSection("item", [resultOf(slot.read)])];
    case "value": {
      const { value } = slot;
      if (typeof value === "string") return [textPieces(value)];
      return isObject(value) ? sectionsOf(value, frame) : [];
    }
  }
}

/** Some members, over the bounds of sections. */
export function pageOf(
  sections: readonly Section[],
  start: number,
  count: number,
): { members: Member[]; rest: number } {
  const members: Member[] = [];
  let before = 0;
  for (let i = 0; i < sections.length; i++) {
    const { size, page } = sections[i]!;
    const from = start + members.length - before;
    if (members.length < count && from < size) {
      const part = page(from, count - members.length);
      for (let j = 0; j < part.length; j++) push(members, part[j]!);
    }
    before += size;
  }
  const rest = before - start - members.length;
  return { members, rest: rest > 0 ? rest : 0 };
}

/** What a step of a path leads to: the member at a position, or of a name. */
export function slotAt(
  slot: Slot,
  step: string | number,
  frame?: LiveFrame,
): Slot | undefined {
  const sections = slotSections(slot, frame);
  if (typeof step === "number") {
    return pageOf(sections, step, 1).members[0]?.slot;
  }
  const { members } = pageOf(sections, 0, MAX_NAMED);
  for (let i = 0; i < members.length; i++) {
    if (members[i]!.name === step) return members[i]!.slot;
  }
}

function resultOf(read: () => unknown): Member {
  try {
    const slot = valueSlot(read());
    return { name: "(returned)", slot, isSecret: false };
  } catch (error) {
    const slot = valueSlot(error);
    return { name: "(thrown)", slot, isSecret: false };
  }
}
