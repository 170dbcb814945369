import { apply, hasOwn } from "./_builtins.ts";

/** What there is at a place: a value, a getter that was not run, or neither. */
export type Slot =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "getter"; readonly read: () => unknown }
  | { readonly kind: "none"; readonly text: string };

/** Makes a slot of a value. */
export function valueSlot(value: unknown): Slot {
  return { kind: "value", value };
}

/** Makes a slot of a place without a value, with the reason. */
export function emptySlot(text: string): Slot {
  return { kind: "none", text };
}

/** Makes a slot of a property, without running its getter. */
export function slotOf(
  descriptor: PropertyDescriptor,
  receiver: unknown,
): Slot {
  // What is not own may come from an `Object.prototype` that the app has changed.
  if (hasOwn(descriptor, "value")) return valueSlot(descriptor.value);
  const { get } = descriptor;
  if (get === undefined) return emptySlot("(setter)");
  return { kind: "getter", read: () => apply(get, receiver, []) };
}
