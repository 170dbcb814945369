import { isProxy } from "node:util/types";
import {
  functionToText,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  startsWith,
} from "./_builtins.ts";
import { cleanLine } from "./_primitive_text.ts";

/** Longer chains of prototypes are made to annoy. */
const MAX_CHAIN = 100;
const MAX_NAME = 80;

/**
 * The value of a data property, own or inherited. Runs no getter and asks no
 * proxy: such a property counts as missing.
 */
export function readData(object: object, key: PropertyKey): unknown {
  let owner: object | null = object;
  for (let i = 0; i < MAX_CHAIN && owner !== null; i++) {
    if (isProxy(owner)) return undefined;
    const descriptor = descriptorOf(owner, key);
    if (descriptor !== undefined) {
      return hasOwn(descriptor, "value") ? descriptor.value : undefined;
    }
    owner = getPrototypeOf(owner);
  }
}

/** An own property, or `undefined` where there is none, or none yet. */
export function descriptorOf(
  object: object,
  key: PropertyKey,
): PropertyDescriptor | undefined {
  try {
    return getOwnPropertyDescriptor(object, key);
  } catch {
    // An export of a module that has not got so far.
    return undefined;
  }
}

/**
 * The name of the class of an object: that of the nearest prototype with a
 * constructor. `undefined` without any, as for `Object.create(null)`.
 */
export function classNameOf(object: object): string | undefined {
  let owner = getPrototypeOf(object);
  for (let i = 0; i < MAX_CHAIN && owner !== null; i++) {
    if (isProxy(owner)) return undefined;
    const constructor = constructorOf(owner);
    const name = constructor === undefined ? "" : nameOf(constructor);
    if (name !== "") return name;
    owner = getPrototypeOf(owner);
  }
}

/** The function that a prototype belongs to. */
export function constructorOf(prototype: object): object | undefined {
  const descriptor = descriptorOf(prototype, "constructor");
  if (descriptor === undefined || !hasOwn(descriptor, "value")) return;
  const { value } = descriptor;
  return typeof value === "function" && !isProxy(value) ? value : undefined;
}

/** The name of a function, as far as it is text. */
export function nameOf(callable: object): string {
  const name = readData(callable, "name");
  return typeof name === "string" ? cleanLine(name, MAX_NAME) : "";
}

/** `[class Svc extends Base]` or `[Function: run]`. */
export function functionText(callable: object): string {
  const name = nameOf(callable);
  // deno-lint-ignore ban-types -- what the method takes
  if (startsWith(functionToText(callable as Function), "class")) {
    const parent = getPrototypeOf(callable);
    const base = typeof parent === "function" && !isProxy(parent)
      ? nameOf(parent)
      : "";
    return `[class ${name || "(anonymous)"}${base && ` extends ${base}`}]`;
  }
  const kind = classNameOf(callable) ?? "Function";
  return name === "" ? `[${kind}]` : `[${kind}: ${name}]`;
}

/** The `Symbol.toStringTag` of an object, where it is plain text. */
export function tagOf(object: object): string | undefined {
  const tag = readData(object, Symbol.toStringTag);
  return typeof tag === "string" && tag !== ""
    ? cleanLine(tag, MAX_NAME)
    : undefined;
}
