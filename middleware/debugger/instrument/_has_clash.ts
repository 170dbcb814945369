import type { Scope } from "./_scope.ts";
import { identifierName, nodeIn, type SyntaxNode } from "./_syntax_tree.ts";

/**
 * Whether functions have names that may be there twice in the body of a function,
 * but not in a block.
 *
 * @param statements What is in the body.
 * @param scope Its scope.
 * @param outer The scope of the parameters.
 */
export function hasClash(
  statements: readonly SyntaxNode[],
  scope: Scope,
  outer: Scope,
): boolean {
  const names = new Set<string>();
  for (const item of statements) {
    if (item.type !== "FunctionDeclaration") continue;
    const name = identifierName(nodeIn(item, "id")) ?? "";
    // A `var` of that name means the function, too.
    const isTwice = scope.bindings.get(name)?.uses
      .some(({ kind }) => kind === "declaration");
    // A function in a block does not take the place of a parameter.
    const isParameter = outer.bindings.get(name)?.declaredBy === "parameter";
    if (isTwice || isParameter || names.has(name)) return true;
    names.add(name);
  }
  return false;
}
