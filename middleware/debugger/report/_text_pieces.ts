import { indexOfText, makeString, min, push, sliceText } from "./_builtins.ts";
import { MAX_TEXT } from "./_primitive_text.ts";
import { listSection, type Member, type Section } from "./_section.ts";
import { valueSlot } from "./_slot.ts";

/** Longer texts are not taken apart to the end. */
const MAX_PIECES = 10_000;

/**
 * The lines of a text, long ones in pieces that can be shown as a whole, named
 * by where they begin. Empty for a text that is shown as a whole itself.
 */
export function textPieces(text: string): Section {
  const pieces: Member[] = [];
  const isWhole = text.length <= MAX_TEXT &&
    indexOfText(sliceText(text, 0, -1), "\n") === -1;
  let start = isWhole ? text.length : 0;
  while (start < text.length && pieces.length < MAX_PIECES) {
    const newline = indexOfText(text, "\n", start);
    const end = newline === -1 ? text.length : newline + 1;
    const next = min(end, start + MAX_TEXT);
    const slot = valueSlot(sliceText(text, start, next));
    push(pieces, { name: makeString(start), slot, isSecret: false });
    start = next;
  }
  return listSection("item", pieces);
}
