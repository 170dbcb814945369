import type { Binding, FunctionInfo, Scope } from "./_scope.ts";

/** A block that has an evaluator. */
export interface DescribedBlock {
  /** The number of the block around it; the first has itself. */
  readonly parent: number;
  /** Its names, as in {@linkcode scopeNames}. */
  readonly names: readonly string[];
}

/**
 * The variables of scopes, each after the first letter of its kind: `areq`,
 * `luser`.
 */
export function scopeNames(scopes: readonly Scope[]): string[] {
  const inner = scopes.toReversed().flatMap((scope) => scope.variables);
  return [
    ...new Set(
      inner.map(({ declaredBy, name }) =>
        `${declaredBy === "parameter" ? "a" : "l"}${name}`
      ),
    ),
  ];
}

/** What a function uses of `this` (`t`) and scopes around it (`c`). */
export function outerNames(info: FunctionInfo): string[] {
  const bindings = [...info.outer.values()].filter((item) =>
    item.isVariable && !(item.declaredBy === "const" && item.isFunction)
  );
  const names = bindings.sort(byDepth).map(({ name }) => `c${name}`);
  return hasThis(info) ? ["t", ...names] : names;
}

/** Those of functions come before those of the file. */
function byDepth(a: Binding, b: Binding): number {
  return Number(a.scope.fn === undefined) - Number(b.scope.fn === undefined);
}

/** Whether `this` is of interest: it is used, or may be by another method. */
function hasThis(info: FunctionInfo): boolean {
  return info.usesThis || /^(?:new |get |set )|\./.test(info.name ?? "");
}
