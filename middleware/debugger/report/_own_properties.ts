import {
  isArgumentsObject,
  isBoxedPrimitive,
  isTypedArray,
} from "node:util/types";
import { lengthOf } from "./_array_slots.ts";
import {
  charCodeAt,
  isArray,
  ownKeys,
  push,
  setHas,
  symbolToText,
} from "./_builtins.ts";
import { descriptorOf } from "./_class_name.ts";
import { isPlatformKey } from "./_is_platform_key.ts";
import { isSecret } from "./_is_secret_name.ts";
import { primitiveText } from "./_primitive_text.ts";
import {
  indexedSection,
  listSection,
  type Member,
  type Section,
} from "./_section.ts";
import { emptySlot, type Slot, slotOf } from "./_slot.ts";

const MAX_SORTED = 2000;
/** What every function has, and every array. */
const FUNCTION_KEYS: ReadonlySet<unknown> = new Set([
  "length",
  "name",
  "prototype",
  "arguments",
  "caller",
]);
/** The properties of an object; last those that are not enumerable. */
export function ownSections(object: object): Section[] {
  if (isLongList(object)) return [];
  const keys = ownKeys(object);
  if (keys.length > MAX_SORTED) {
    // As many as in a table of data: all of them are shown when asked for.
    return [
      indexedSection("property", keys.length, (index) => {
        const key = keys[index]!;
        return propertyMember(key, slotAtKey(object, key));
      }),
    ];
  }
  const shown: Member[] = [];
  const hidden: Member[] = [];
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (isShownElsewhere(object, key)) continue;
    const slot = slotAtKey(object, key);
    const isHidden = descriptorOf(object, key)?.enumerable === false;
    push(isHidden ? hidden : shown, propertyMember(key, slot));
  }
  return [listSection("property", shown), listSection("hidden", hidden)];
}

/** Makes a member of a property. */
export function propertyMember(key: PropertyKey, slot: Slot): Member {
  const name = typeof key === "symbol" ? `[${symbolToText(key)}]` : `${key}`;
  const value = slot.kind === "value" ? slot.value : undefined;
  return { name, slot, isSecret: isSecret(name, value) };
}

function slotAtKey(object: object, key: PropertyKey): Slot {
  const descriptor = descriptorOf(object, key);
  // Only exports of a module that is being loaded have none.
  return descriptor === undefined
    ? emptySlot("<not initialised yet>")
    : slotOf(descriptor, object);
}

function isShownElsewhere(object: object, key: PropertyKey): boolean {
  if (typeof key === "symbol") return isPlatformKey(object, key);
  if (typeof object === "function") return setHas(FUNCTION_KEYS, key);
  const hasIndexes = isArray(object) || isBoxedPrimitive(object) ||
    isArgumentsObject(object);
  return hasIndexes && (key === "length" || isIndex(`${key}`));
}

/** Lists with so many elements are not searched for further properties. */
function isLongList(object: object): boolean {
  return isTypedArray(object) ||
    (isArray(object) && lengthOf(object) > MAX_SORTED);
}

function isIndex(key: string): boolean {
  const code = charCodeAt(key, 0);
  return code >= 48 && code <= 57 && primitiveText(+key) === key;
}
