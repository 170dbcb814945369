import { hasOwn, ownKeys, startsWith, symbolToText } from "./_builtins.ts";

/** The symbol that marks requests, headers, streams and the like. */
const BRAND = ownKeys(new Headers()).find((key) =>
  typeof key === "symbol" && key.description === "[[webidl.brand]]"
);

/**
 * Whether a symbol is one that the platform keeps its own data under, which its
 * getters tell better, and which would show masked headers.
 */
export function isPlatformKey(object: object, key: symbol): boolean {
  return (BRAND !== undefined && hasOwn(object, BRAND)) ||
    startsWith(symbolToText(key), "Symbol([[");
}
