import { nodeIn, nodesIn, type SyntaxNode } from "./_syntax_tree.ts";

/**
 * Whether a `return` in a node closes something that the result may need until
 * then, and which an `await` would keep open for longer.
 */
export function closesOnReturn(node: SyntaxNode): boolean {
  switch (node.type) {
    case "BlockStatement":
      return nodesIn(node, "body").some(isUsing);
    case "ForStatement":
      return isUsing(nodeIn(node, "init"));
    case "ForOfStatement":
      // Its iterator, if nothing else.
      return true;
  }
  return false;
}

function isUsing(node: SyntaxNode | undefined): boolean {
  return node?.type === "VariableDeclaration" &&
    String(node["kind"]).endsWith("using");
}
