import {
  isArgumentsObject,
  isMap,
  isPromise,
  isSet,
  isTypedArray,
} from "node:util/types";
import { lengthOf } from "./_array_slots.ts";
import { isArray, mapSize, setSize, typedArrayLength } from "./_builtins.ts";
import { classNameOf, tagOf } from "./_class_name.ts";
import { groupDigits } from "./_primitive_text.ts";

/** The class of an object, with its size; empty for `{}` and `[]`. */
export function labelOf(object: object): string {
  if (isArgumentsObject(object)) return "[Arguments]";
  const name = classNameOf(object);
  const tag = tagOf(object);
  const extra = tag === undefined || tag === name || isTypedArray(object)
    ? ""
    : ` [${tag}]`;
  if (isArray(object)) {
    return name === "Array" ? "" : `${name ?? "Array"}(${lengthOf(object)})`;
  }
  const size = sizeOf(object);
  if (size !== undefined) {
    return `${name ?? "Object"}(${groupDigits(size)})${extra}`;
  }
  if (name === undefined) return `[${tag ?? "Object"}: null prototype]`;
  if (isPromise(object)) return name;
  return name === "Object" && extra === "" ? "" : name + extra;
}

function sizeOf(object: object): number | undefined {
  if (isMap(object)) return mapSize(object);
  if (isSet(object)) return setSize(object);
  if (isTypedArray(object)) return typedArrayLength(object);
}
