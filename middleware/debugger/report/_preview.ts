import { isArgumentsObject, isProxy, isTypedArray } from "node:util/types";
import { atomText } from "./_atom_text.ts";
import { execRegExp, isArray } from "./_builtins.ts";
import { isObject } from "./_is_object.ts";
import { proxyTarget } from "./_internal_slots.ts";
import type { LiveFrame } from "../instrument/live_frames.ts";
import { labelOf } from "./_object_label.ts";
import { cleanLine, groupDigits, primitiveText } from "./_primitive_text.ts";
import type { Member, Section } from "./_section.ts";
import { sectionsOf } from "./_sections.ts";
import type { Slot } from "./_slot.ts";

/** How much may still be written. */
interface Room {
  left: number;
  /** Whether the object that was written last has members. */
  hasMembers: boolean;
  /** The objects that what is written is in, outermost first. */
  readonly within: readonly object[];
}

const MAX_ROOM = 160;
const MAX_MEMBERS = 20;
const MAX_DEPTH = 3;
const NESTED_TEXT = 60;
const NAME_REGEXP =
  /^(?:#?[\p{ID_Start}$_][\p{ID_Continue}$]*|\d+|\[Symbol\(.*\)\])$/u;

/** A short text for a value: a few of its members, and of theirs. */
export function previewValue(value: unknown): string {
  return isObject(value) ? previewObject(value).text : primitiveText(value);
}

/** The text of an object, and whether there are members, if it shows that. */
export function previewObject(
  object: object,
  frame?: LiveFrame,
): { text: string; hasMembers: boolean } {
  const room: Room = { left: MAX_ROOM, hasMembers: false, within: [] };
  const text = objectText(object, room, frame);
  return { text, hasMembers: room.hasMembers };
}

function objectText(object: object, room: Room, frame?: LiveFrame): string {
  for (let i = 0; i < room.within.length; i++) {
    if (room.within[i] === object) return "[Circular]";
  }
  if (isProxy(object)) return proxyText(object, room);
  const atom = atomText(object);
  if (atom !== undefined) return atom;
  const isList = isArray(object) || isTypedArray(object) ||
    isArgumentsObject(object);
  const label = labelOf(object);
  const head = label === "" ? "" : `${label} `;
  const isTooDeep = room.within.length >= MAX_DEPTH || room.left <= 0;
  const body = isTooDeep
    ? "…"
    : membersText(object, innerRoom(object, room), room, frame);
  if (isList) return `${head}[${body}]`;
  if (body === "") return `${head}{}`;
  return isTooDeep ? `${head}{…}` : `${head}{ ${body} }`;
}

function proxyText(proxy: object, room: Room): string {
  const target = proxyTarget(proxy);
  if (target === null) return "Proxy (revoked)";
  if (target === undefined) return "Proxy";
  if (room.within.length >= MAX_DEPTH) return "Proxy(…)";
  return `Proxy(${objectText(target, innerRoom(proxy, room))})`;
}

function innerRoom(object: object, room: Room): Room {
  const within: object[] = [];
  for (let i = 0; i < room.within.length; i++) within[i] = room.within[i]!;
  within[within.length] = object;
  return { left: room.left, hasMembers: false, within };
}

function membersText(
  object: object,
  room: Room,
  outer: Room,
  frame?: LiveFrame,
): string {
  const sections = sectionsOf(object, frame);
  let text = "";
  let written = 0;
  let size = 0;
  for (let i = 0; i < sections.length; i++) {
    const section = sections[i]!;
    if (section.style === "hidden") continue;
    size += section.size;
    const members = section.page(0, MAX_MEMBERS);
    let place = 0;
    for (let j = 0; j < members.length && room.left > 0; j++) {
      if (written >= MAX_MEMBERS) break;
      const member = members[j]!;
      let part = written++ === 0 ? "" : ", ";
      if (section.style === "item" && isArray(object)) {
        part += holesText(+member.name - place);
        place = +member.name + 1;
      }
      part += memberText(member, section.style, room);
      text += part;
      room.left -= part.length;
    }
  }
  if (written < size) {
    text += `${written === 0 ? "" : ", "}… ${groupDigits(size - written)} more`;
  }
  outer.left = room.left;
  outer.hasMembers = size > 0;
  return text;
}

function holesText(count: number): string {
  return count === 0 ? "" : `<${groupDigits(count)} empty>, `;
}

function memberText(
  { name, key, slot, isSecret }: Member,
  style: Section["style"],
  room: Room,
): string {
  const value = isSecret ? "***" : slotText(slot, room);
  if (style === "entry") return `${nestedText(key!.value, room)} => ${value}`;
  if (style === "property") return `${nameText(name)}: ${value}`;
  return name === "[[Rejected]]" ? `<rejected> ${value}` : value;
}

function nameText(name: string): string {
  return execRegExp(NAME_REGEXP, name) === null
    ? primitiveText(name, NESTED_TEXT)
    : cleanLine(name, NESTED_TEXT);
}

function slotText(slot: Slot, room: Room): string {
  switch (slot.kind) {
    case "value":
      return nestedText(slot.value, room);
    case "getter":
      return "(getter)";
    case "none":
      return slot.text;
  }
}

function nestedText(value: unknown, room: Room): string {
  return isObject(value)
    ? objectText(value, room)
    : primitiveText(value, NESTED_TEXT);
}
