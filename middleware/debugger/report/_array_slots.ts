import {
  getOwnPropertyDescriptor,
  hasOwn,
  min,
  ownKeys,
  push,
} from "./_builtins.ts";

/** Arrays longer than this are looked at in parts only. */
const MAX_WALK = 100_000;
const PROBES = 1000;

/** The places of an array that have something, in order. */
export interface FilledPlaces {
  /** How many there are. */
  readonly size: number;
  /** The index that one of them is at. */
  readonly at: (place: number) => number;
}

/**
 * Finds the places of an array that have something. Does not walk the holes of
 * `new Array(4e9)`, and counts those of a long array that is half full as filled.
 */
export function filledPlaces(array: readonly unknown[]): FilledPlaces {
  const length = lengthOf(array);
  const all: FilledPlaces = { size: length, at: (place) => place };
  if (!hasHoles(array, length)) return all;
  const places: number[] = [];
  const end = min(length, MAX_WALK);
  for (let i = 0; i < end; i++) if (hasOwn(array, i)) push(places, i);
  if (length > MAX_WALK) {
    if (places.length > MAX_WALK / 100) return all;
    addFurther(places, array);
  }
  return { size: places.length, at: (place) => places[place]! };
}

/** The length of an array, which has it as a property of its own. */
export function lengthOf(array: readonly unknown[]): number {
  return getOwnPropertyDescriptor(array, "length")!.value!;
}

/** Only the start and the end are looked at, as there may be millions. */
function hasHoles(array: readonly unknown[], length: number): boolean {
  const probes = min(length, PROBES);
  for (let i = 0; i < probes; i++) {
    if (!hasOwn(array, i) || !hasOwn(array, length - 1 - i)) return true;
  }
  return false;
}

/** Adds the places that are too far away to be walked to. */
function addFurther(places: number[], array: readonly unknown[]): void {
  const keys = ownKeys(array);
  // Indexes come first and in order, and "length" right after them.
  for (let i = places.length; keys[i] !== "length"; i++) {
    push(places, +(keys[i] as string));
  }
}
