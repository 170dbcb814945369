import type { FunctionInfo, Scope } from "./_scope.ts";
import {
  identifierName,
  nodeIn,
  nodesIn,
  type SyntaxNode,
} from "./_syntax_tree.ts";

/**
 * Notes which name a function is called by.
 *
 * @param info The function.
 * @param parent The node around it.
 * @param outer The scope around it.
 */
export function bindFunction(
  info: FunctionInfo,
  parent: SyntaxNode | undefined,
  outer: Scope,
): void {
  const { node } = info;
  const isDeclared = node.type === "FunctionDeclaration";
  const holder = isDeclared ? node : parent;
  if (!isDeclared && holder?.type !== "VariableDeclarator") return;
  const name = identifierName(holder && nodeIn(holder, "id"));
  const binding = outer.lookUp(name ?? "");
  if (binding === undefined) return;
  binding.isFunction = true;
  const isPlain = !node["async"] && !node["generator"] &&
    nodesIn(node, "params").every((item) => item.type === "Identifier");
  if (isPlain) binding.fn = info;
}
