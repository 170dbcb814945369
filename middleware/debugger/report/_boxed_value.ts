import { uncurry } from "./_builtins.ts";

type ValueOf = (self: unknown) => unknown;

const VALUE_OFS: readonly ValueOf[] = [
  uncurry(Number.prototype.valueOf) as ValueOf,
  uncurry(String.prototype.valueOf) as ValueOf,
  uncurry(Boolean.prototype.valueOf) as ValueOf,
  uncurry(Symbol.prototype.valueOf) as ValueOf,
  uncurry(BigInt.prototype.valueOf) as ValueOf,
];

/** What is in a `Number`, `String`, `Boolean`, `Symbol` or `BigInt` object. */
export function unboxed(object: object): unknown {
  for (let i = 0; i < VALUE_OFS.length; i++) {
    try {
      return VALUE_OFS[i]!(object);
    } catch {
      // Not one of these.
    }
  }
}
