import { isArgumentsObject, isMap, isSet, isTypedArray } from "node:util/types";
import { type FilledPlaces, filledPlaces } from "./_array_slots.ts";
import {
  hasOwn,
  isArray,
  makeString,
  mapEntries,
  mapSize,
  nextEntry,
  nextValue,
  push,
  setSize,
  setValues,
  typedArrayLength,
} from "./_builtins.ts";
import { descriptorOf } from "./_class_name.ts";
import { isSecret } from "./_is_secret_name.ts";
import { indexedSection, type Member, type Section } from "./_section.ts";
import { emptySlot, slotOf, valueSlot } from "./_slot.ts";

/** What a list, map or set is a list of. */
export function contentSection(object: object): Section | undefined {
  if (isArray(object)) return elements(object, filledPlaces(object));
  if (isTypedArray(object)) {
    const size = typedArrayLength(object);
    return elements(object, { size, at: (index) => index });
  }
  if (isArgumentsObject(object)) {
    let size = 0;
    while (hasOwn(object, size)) size++;
    return elements(object, { size, at: (index) => index });
  }
  if (isMap(object)) return mapSection(object);
  if (isSet(object)) return setSection(object);
}

function elements(array: object, places: FilledPlaces): Section {
  return indexedSection("item", places.size, (index) => {
    const place = places.at(index);
    const descriptor = descriptorOf(array, place);
    const slot = descriptor === undefined
      ? emptySlot("<empty>")
      : slotOf(descriptor, array);
    return { name: makeString(place), slot, isSecret: false };
  });
}

function mapSection(map: Map<unknown, unknown>): Section {
  const page = (start: number, count: number): Member[] => {
    const iterator = mapEntries(map);
    const members: Member[] = [];
    for (let i = 0; i < start + count; i++) {
      const { value: entry } = nextEntry(iterator);
      if (entry === undefined) break;
      if (i < start) continue;
      const key = entry[0];
      const value = entry[1];
      push(members, {
        name: typeof key === "string" ? key : makeString(i),
        key: { value: key },
        slot: valueSlot(value),
        isSecret: typeof key === "string" && isSecret(key, value),
      });
    }
    return members;
  };
  return { style: "entry", size: mapSize(map), page };
}

function setSection(set: Set<unknown>): Section {
  const page = (start: number, count: number): Member[] => {
    const iterator = setValues(set);
    const members: Member[] = [];
    for (let i = 0; i < start + count; i++) {
      const { done, value } = nextValue(iterator);
      if (done === true) break;
      if (i < start) continue;
      const slot = valueSlot(value);
      push(members, { name: makeString(i), slot, isSecret: false });
    }
    return members;
  };
  return { style: "item", size: setSize(set), page };
}
