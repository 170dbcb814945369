import { boundNames } from "./_pattern_parts.ts";
import { type Scope, scopesFrom } from "./_scope.ts";
import {
  identifierName,
  isNode,
  nodeIn,
  nodesIn,
  type SyntaxNode,
} from "./_syntax_tree.ts";

/** Declares what statements declare for the block that they are in. */
export function declareLexical(
  statements: readonly SyntaxNode[],
  scope: Scope,
): void {
  for (const statement of statements) {
    const node = nodeIn(statement, "declaration") ?? statement;
    switch (node.type) {
      case "VariableDeclaration":
        if (node["kind"] !== "var") declareVariables(node, scope);
        break;
      case "FunctionDeclaration":
        declareNamed(node, "function", scope);
        break;
      case "ClassDeclaration":
        declareNamed(node, "class", scope);
        break;
      case "ImportDeclaration":
        for (const item of nodesIn(node, "specifiers")) {
          const name = identifierName(nodeIn(item, "local"));
          if (name !== undefined) scope.declare(name, "import", node.start);
        }
        break;
    }
  }
}

function declareNamed(node: SyntaxNode, kind: string, scope: Scope): void {
  const name = identifierName(nodeIn(node, "id"));
  if (name !== undefined) scope.declare(name, kind, node.start);
}

function declareVariables(node: SyntaxNode, scope: Scope): void {
  for (const declarator of nodesIn(node, "declarations")) {
    for (const name of boundNames(declarator["id"] as SyntaxNode)) {
      scope.declare(name, String(node["kind"]), declarator.start);
    }
  }
}

/** Declares `var`s, which belong to the function or the file. */
export function declareVars(node: SyntaxNode, scope: Scope): void {
  const top = scope.fn?.scope ?? [...scopesFrom(scope)].at(-1)!;
  declareVariables(node, top);
}

/** The declarations in the head of a loop. */
export function declaredInHead(loop: SyntaxNode): SyntaxNode[] {
  return [loop["init"], loop["left"]].filter(isNode);
}
