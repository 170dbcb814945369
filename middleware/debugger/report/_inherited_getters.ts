import { isProxy } from "node:util/types";
import { getPrototypeOf, ownKeys, push, setHas } from "./_builtins.ts";
import { descriptorOf } from "./_class_name.ts";
import { propertyMember } from "./_own_properties.ts";
import type { Member } from "./_section.ts";
import { slotOf } from "./_slot.ts";

const MAX_CLASSES = 20;
/** Prototypes of the language, whose getters tell what is shown anyway. */
const BUILT_IN: ReadonlySet<unknown> = new Set(
  [
    Object,
    Function,
    Array,
    Map,
    Set,
    WeakMap,
    WeakSet,
    Promise,
    Error,
    RegExp,
    Date,
    ArrayBuffer,
    Reflect.getPrototypeOf(Uint8Array) as typeof Uint8Array,
    Iterator,
    Symbol,
    Request,
    Response,
    Headers,
    FormData,
    URL,
    URLSearchParams,
    Blob,
    File,
    EventTarget,
  ].map(({ prototype }) => prototype),
);

/** The getters of the classes of an object, which have not been run. */
export function inheritedGetters(object: object): Member[] {
  const members: Member[] = [];
  let owner = getPrototypeOf(object);
  for (let i = 0; i < MAX_CLASSES && owner !== null; i++) {
    if (isProxy(owner) || setHas(BUILT_IN, owner)) break;
    const keys = ownKeys(owner);
    for (let j = 0; j < keys.length; j++) {
      const key = keys[j]!;
      const descriptor = descriptorOf(owner, key);
      if (descriptor === undefined) continue;
      const slot = slotOf(descriptor, object);
      if (slot.kind === "getter" && key !== "__proto__") {
        push(members, propertyMember(key, slot));
      }
    }
    owner = getPrototypeOf(owner);
  }
  return members;
}
