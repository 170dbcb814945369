import { bare, nodesIn, type SyntaxNode } from "./_syntax_tree.ts";

/** Whether an expression can be a promise, as far as its syntax tells. */
export function mayBePromise(expression: SyntaxNode): boolean {
  const node = bare(expression);
  switch (node.type) {
    case "CallExpression":
    case "NewExpression":
    case "MemberExpression":
    case "ChainExpression":
    case "TaggedTemplateExpression":
    case "ImportExpression":
      return true;
    case "Identifier":
      return node["name"] !== "undefined";
    case "ConditionalExpression":
      return mayBePromise(node["consequent"] as SyntaxNode) ||
        mayBePromise(node["alternate"] as SyntaxNode);
    case "LogicalExpression":
    case "AssignmentExpression":
      return mayBePromise(node["right"] as SyntaxNode) ||
        (node.type === "LogicalExpression" &&
          mayBePromise(node["left"] as SyntaxNode));
    case "SequenceExpression":
      return mayBePromise(nodesIn(node, "expressions").at(-1)!);
  }
  return false;
}
