import { isProxy } from "node:util/types";
import {
  execRegExp,
  functionToText,
  getPrototypeOf,
  push,
  setAdd,
  setHas,
  startsWith,
  weakMapGet,
  weakMapSet,
} from "./_builtins.ts";
import { constructorOf } from "./_class_name.ts";
import { isSecret } from "./_is_secret_name.ts";
import type { LiveFrame } from "../instrument/live_frames.ts";
import type { Member } from "./_section.ts";
import { emptySlot, type Slot, valueSlot } from "./_slot.ts";

interface PrivateName {
  readonly name: string;
  readonly isGetter: boolean;
  readonly isIn: (object: object) => boolean;
  readonly read: (object: object) => unknown;
}

const MAX_CLASSES = 20;
const MAX_NAMES = 50;
const MAX_SOURCE = 200_000;
/** A private name, with what tells a field from a method and a getter. */
const NAME_REGEXP =
  /(?:([.?])\s*|\b(get|set)\s+)?(#[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)(\s*\()?/gu;

const NAMES = new WeakMap<LiveFrame, WeakMap<object, PrivateName[]>>();

/**
 * The `#private` fields of an object, of those classes that the frame is inside
 * of: nothing else can read them. Methods are left out, getters are not run.
 */
export function privateMembers(object: object, frame: LiveFrame): Member[] {
  const members: Member[] = [];
  // A class has static ones.
  let owner: object | null = object;
  for (let i = 0; i < MAX_CLASSES && owner !== null && !isProxy(owner); i++) {
    const constructor = owner === object
      ? (typeof object === "function" ? object : undefined)
      : constructorOf(owner);
    if (constructor !== undefined) {
      const names = privateNames(constructor, frame);
      for (let j = 0; j < names.length; j++) {
        const member = memberOf(object, names[j]!);
        if (member !== undefined) push(members, member);
      }
    }
    owner = getPrototypeOf(owner);
  }
  return members;
}

function memberOf(
  object: object,
  { name, isGetter, isIn, read }: PrivateName,
): Member | undefined {
  if (!isIn(object)) return undefined;
  if (isGetter) {
    const slot: Slot = { kind: "getter", read: () => read(object) };
    return { name, slot, isSecret: isSecret(name, undefined) };
  }
  try {
    const value = read(object);
    return { name, slot: valueSlot(value), isSecret: isSecret(name, value) };
  } catch {
    // A setter alone.
    return { name, slot: emptySlot("(setter)"), isSecret: false };
  }
}

/** The names that a class has and that the frame can read. */
function privateNames(constructor: object, frame: LiveFrame): PrivateName[] {
  let ofFrame = weakMapGet(NAMES, frame);
  if (ofFrame === undefined) {
    ofFrame = new WeakMap();
    weakMapSet(NAMES, frame, ofFrame);
  }
  let names = weakMapGet(ofFrame, constructor);
  if (names === undefined) {
    names = findNames(constructor, frame);
    weakMapSet(ofFrame, constructor, names);
  }
  return names;
}

function findNames(constructor: object, frame: LiveFrame): PrivateName[] {
  const names: PrivateName[] = [];
  // deno-lint-ignore ban-types -- what the method takes
  const source = functionToText(constructor as Function);
  if (!startsWith(source, "class") || source.length > MAX_SOURCE) return names;

  const getters = new Set<string>();
  const others = new Set<string>();
  const found: string[] = [];
  NAME_REGEXP.lastIndex = 0;
  let match = execRegExp(NAME_REGEXP, source);
  while (match !== null) {
    const name = match[3]!;
    const isUse = match[1] !== undefined;
    if (match[2] === "get") setAdd(getters, name);
    else if (!isUse && match[4] !== undefined) setAdd(others, name);
    push(found, name);
    match = execRegExp(NAME_REGEXP, source);
  }
  const seen = new Set<string>();
  for (let i = 0; i < found.length && names.length < MAX_NAMES; i++) {
    const name = found[i]!;
    if (setHas(seen, name) || setHas(others, name)) continue;
    setAdd(seen, name);
    const isGetter = setHas(getters, name);
    const access = accessTo(name, frame);
    if (access === undefined) continue;
    push(names, { name, isGetter, isIn: access[0], read: access[1] });
  }
  return names;
}

type Access = readonly [
  isIn: (object: object) => boolean,
  read: (object: object) => unknown,
];

function accessTo(name: string, frame: LiveFrame): Access | undefined {
  try {
    return frame.evaluate(
      `[($o$) => ${name} in $o$, ($o$) => $o$.${name}]`,
    ) as Access;
  } catch {
    // The frame is not inside the class, or this was part of a text.
    return undefined;
  }
}
