import {
  isAnyArrayBuffer,
  isBoxedPrimitive,
  isPromise,
  isProxy,
} from "node:util/types";
import { isWeakRef, makeBytes, push, weakRefDeref } from "./_builtins.ts";
import { unboxed } from "./_boxed_value.ts";
import { contentSection } from "./_content_section.ts";
import { promiseDetails, proxyTarget } from "./_internal_slots.ts";
import { isSecret } from "./_is_secret_name.ts";
import { platformObject } from "./_platform_objects.ts";
import { listSection, type Member, type Section } from "./_section.ts";
import { emptySlot, type Slot, valueSlot } from "./_slot.ts";

/** What is in an object that is no property of it. */
export function internalSections(object: object): Section[] {
  if (isProxy(object)) {
    const target = proxyTarget(object);
    return target === null || target === undefined
      ? []
      : [single("[[Target]]", valueSlot(target))];
  }
  if (isPromise(object)) return promiseSections(object);
  if (isBoxedPrimitive(object)) {
    return [single("[[Value]]", valueSlot(unboxed(object)))];
  }
  if (isWeakRef(object)) {
    return [single("[[Target]]", valueSlot(weakRefDeref(object)))];
  }
  if (isAnyArrayBuffer(object)) {
    const bytes = bytesOf(object);
    return bytes === undefined ? [] : [contentSection(bytes)!];
  }
  const fields = platformObject(object)?.fields ?? [];
  const members: Member[] = [];
  for (let i = 0; i < fields.length; i++) {
    const { name, value } = fields[i]!;
    const member = { name, slot: valueSlot(value) };
    push(members, { ...member, isSecret: isSecret(name, value) });
  }
  return members.length === 0 ? [] : [listSection("property", members)];
}

/** The bytes of a buffer; none of one that was given away. */
export function bytesOf(buffer: ArrayBufferLike): Uint8Array | undefined {
  try {
    return new makeBytes(buffer);
  } catch {
    return undefined;
  }
}

function promiseSections(promise: object): Section[] {
  const details = promiseDetails(promise);
  switch (details?.state) {
    case "pending":
      return [single("[[State]]", emptySlot("<pending>"))];
    case "fulfilled":
      return [single("[[Result]]", valueSlot(details.result))];
    case "rejected":
      return [single("[[Rejected]]", valueSlot(details.result))];
    default:
      return [];
  }
}

function single(name: string, slot: Slot): Section {
  return listSection("item", [{ name, slot, isSecret: false }]);
}
