import {
  identifierName,
  nodeIn,
  nodesIn,
  type SyntaxNode,
} from "./_syntax_tree.ts";

/** What a pattern consists of. */
export interface PatternParts {
  /** What it assigns to: names, members, or other patterns. */
  readonly targets: readonly PatternTarget[];
  /** What it evaluates for that: defaults, and keys in brackets. */
  readonly values: readonly SyntaxNode[];
}

/** A part of a pattern that is assigned to. */
export interface PatternTarget {
  /** The name, member or pattern. */
  readonly node: SyntaxNode;
  /** Whether it is the key of a property as well: `{ name }`. */
  readonly isShorthand: boolean;
}

/**
 * Takes a pattern apart, but not those in it.
 *
 * @param node What is assigned to, or declared.
 * @returns Its parts; `undefined` if it is no pattern.
 */
export function patternParts(node: SyntaxNode): PatternParts | undefined {
  switch (node.type) {
    case "ParenthesizedExpression":
      return partsIn([node["expression"] as SyntaxNode]);
    case "RestElement":
      return partsIn([node["argument"] as SyntaxNode]);
    case "AssignmentPattern":
      return partsIn([node["left"] as SyntaxNode], [
        node["right"] as SyntaxNode,
      ]);
    case "ArrayPattern":
      return partsIn(nodesIn(node, "elements"));
    case "ObjectPattern":
      return partsOfObject(nodesIn(node, "properties"));
  }
  return undefined;
}

/** The names that a pattern binds. */
export function boundNames(pattern: SyntaxNode): string[] {
  const name = identifierName(pattern);
  if (name !== undefined) return [name];
  const { targets = [] } = patternParts(pattern) ?? {};
  return targets.flatMap(({ node }) => boundNames(node));
}

function partsIn(
  targets: readonly SyntaxNode[],
  values: readonly SyntaxNode[] = [],
): PatternParts {
  return {
    targets: targets.map((node) => ({ node, isShorthand: false })),
    values,
  };
}

function partsOfObject(properties: readonly SyntaxNode[]): PatternParts {
  const targets = properties.map((item) => ({
    // The rest of an object is no property.
    node: nodeIn(item, "value") ?? item,
    isShorthand: item["shorthand"] === true,
  }));
  const values = properties.filter((item) => item["computed"] === true)
    .map((item) => item["key"] as SyntaxNode);
  return { targets, values };
}
