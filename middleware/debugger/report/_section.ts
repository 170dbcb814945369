import { max, min, push } from "./_builtins.ts";
import type { Slot } from "./_slot.ts";

/** Something that a value has. */
export interface Member {
  /** Its name. */
  readonly name: string;
  /** The key of an entry of a map. */
  readonly key?: { readonly value: unknown };
  /** What it is. */
  readonly slot: Slot;
  /** Whether it is shown on demand only. */
  readonly isSecret: boolean;
}

/** Members of one sort, of which there may be very many. */
export interface Section {
  /** How a preview has them: `1`, `"a" => 1`, `a: 1`, or not at all. */
  readonly style: "item" | "entry" | "property" | "hidden";
  /** How many there are. */
  readonly size: number;
  /** Some of them. */
  readonly page: (start: number, count: number) => Member[];
}

/** Makes a section of members that are made when they are asked for. */
export function indexedSection(
  style: Section["style"],
  size: number,
  at: (index: number) => Member,
): Section {
  return {
    style,
    size,
    page(start, count) {
      const members: Member[] = [];
      const end = min(size, start + count);
      for (let i = max(0, start); i < end; i++) push(members, at(i));
      return members;
    },
  };
}

/** Makes a section of a list. */
export function listSection(
  style: Section["style"],
  members: readonly Member[],
): Section {
  return indexedSection(style, members.length, (index) => members[index]!);
}
