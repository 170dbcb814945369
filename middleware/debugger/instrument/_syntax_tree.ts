/** A node of a syntax tree as acorn makes it (ESTree). */
export interface SyntaxNode {
  /** What it is: `FunctionDeclaration`. */
  readonly type: string;
  /** Where it starts, in UTF-16 units. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  /** Whatever belongs to its type. */
  readonly [key: string]: unknown;
}

/** A comment, as acorn hands it over. */
export interface SyntaxComment {
  /** The text between the signs. */
  readonly value: string;
  /** Where it starts. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

/** What is used of acorn. */
export interface Parser {
  /** Parses a whole file, or throws a `SyntaxError`. */
  parse(text: string, options: ParserOptions): SyntaxNode;
}

/** What acorn is told. */
export interface ParserOptions {
  /** The newest syntax it knows. */
  ecmaVersion: "latest";
  /** Whether `import` and `await` may be there. */
  sourceType: "module" | "commonjs";
  /** Keeps parentheses as nodes, so that what is around them is known. */
  preserveParens: true;
  /** Takes the comments. */
  onComment?: SyntaxComment[];
}

/** Whether a value is a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null &&
    typeof (value as { type?: unknown }).type === "string";
}

/** The node in a field, if there is one. */
export function nodeIn(
  node: SyntaxNode,
  field: string,
): SyntaxNode | undefined {
  const value = node[field];
  return isNode(value) ? value : undefined;
}

/** The nodes of a field that holds a list; holes of arrays are left out. */
export function nodesIn(node: SyntaxNode, field: string): SyntaxNode[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** Calls back with each child, in the order of the fields. */
export function forEachChild(
  node: SyntaxNode,
  callback: (child: SyntaxNode, field: string) => void,
): void {
  for (const field in node) {
    const value = node[field];
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) callback(item, field);
    } else if (isNode(value)) {
      callback(value, field);
    }
  }
}

/** The expression without parentheses around it. */
export function bare(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (inner.type === "ParenthesizedExpression") {
    inner = inner["expression"] as SyntaxNode;
  }
  return inner;
}

/** The name, if the node is an identifier. */
export function identifierName(
  node: SyntaxNode | undefined,
): string | undefined {
  return node?.type === "Identifier" ? node["name"] as string : undefined;
}

/** Whether the node is any kind of function. */
export function isFunction(node: SyntaxNode): boolean {
  return node.type === "FunctionDeclaration" ||
    node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression";
}

/** Whether the node is any kind of loop. */
export function isLoop(node: SyntaxNode): boolean {
  switch (node.type) {
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      return true;
  }
  return false;
}
