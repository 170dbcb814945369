import { getPrototypeOf, mapGet, uncurry } from "./_builtins.ts";

type ToText = (self: object) => string;

const TO_TEXTS: ReadonlyMap<object, ToText> = new Map(findToTexts());

/** `Instant 2026-01-02T03:04:05Z`, or nothing if it is no such object. */
export function temporalText(object: object): string | undefined {
  const prototype = getPrototypeOf(object);
  if (prototype === null) return undefined;
  const toText = mapGet(TO_TEXTS, prototype);
  try {
    return toText?.(object);
  } catch {
    // It has the prototype, but is no such object.
    return undefined;
  }
}

function findToTexts(): [object, ToText][] {
  const temporal: unknown = Reflect.get(globalThis, "Temporal");
  // Older versions of Deno have none.
  if (typeof temporal !== "object" || temporal === null) return [];
  return Reflect.ownKeys(temporal).flatMap((key): [object, ToText][] => {
    const value: unknown = Reflect.get(temporal, key);
    if (typeof value !== "function") return [];
    const toText = uncurry(value.prototype.toString as () => string);
    const show: ToText = (self) => `${String(key)} ${toText(self as never)}`;
    return [[value.prototype, show]];
  });
}
