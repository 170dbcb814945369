import {
  isNode,
  nodeIn,
  nodesIn,
  type SyntaxNode,
} from "../instrument/_syntax_tree.ts";

const FUNCTION_REGEXP = /^(?:\w*Function\w*|MethodDefinition)$/;

/** Whether code waits at its top level. */
export function hasAwait(node: SyntaxNode): boolean {
  const isAwait = node.type === "AwaitExpression" || node["await"] === true ||
    node["kind"] === "await using";
  return isAwait || innerNodes(node).some(hasAwait);
}

/** The names that statements declare, those of `var` in blocks included. */
export function declaredNames(body: readonly SyntaxNode[]): string[] {
  const names = body.flatMap((node) => {
    if (!/^(?:Function|Class)Declaration$/.test(node.type)) {
      return variableNames(node, true);
    }
    const id = nodeIn(node, "id");
    return id === undefined ? [] : patternNames(id);
  });
  return [...new Set(names)];
}

function variableNames(node: SyntaxNode, isTop: boolean): string[] {
  const isSeen = node.type === "VariableDeclaration" &&
    (isTop || node["kind"] === "var");
  const own = isSeen
    ? nodesIn(node, "declarations").flatMap((declarator) =>
      patternNames(nodeIn(declarator, "id")!)
    )
    : [];
  const inner = innerNodes(node).flatMap((child) =>
    variableNames(child, false)
  );
  return [...own, ...inner];
}

function patternNames(pattern: SyntaxNode): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [String(pattern["name"])];
    case "ObjectPattern":
      return nodesIn(pattern, "properties").flatMap((property) =>
        patternNames(nodeIn(property, "value") ?? property)
      );
    case "ArrayPattern":
      return nodesIn(pattern, "elements").flatMap(patternNames);
    case "AssignmentPattern":
      return patternNames(nodeIn(pattern, "left")!);
    case "RestElement":
      return patternNames(nodeIn(pattern, "argument")!);
    default:
      return [];
  }
}

/** The nodes in a node, but for what is in functions. */
function innerNodes(node: SyntaxNode): SyntaxNode[] {
  return Object.values(node).flat().filter(isNode)
    .filter(({ type }) => !FUNCTION_REGEXP.test(type));
}
