import { identifierName, nodeIn, type SyntaxNode } from "./_syntax_tree.ts";

/**
 * Names a function as a stack would: `Svc.run`, `get size`, `new Svc`, `handler`.
 *
 * @param path The nodes around it, the outermost first, itself last.
 * @returns The name, if it has one.
 */
export function functionName(path: readonly SyntaxNode[]): string | undefined {
  const node = path.at(-1)!;
  const own = identifierName(nodeIn(node, "id"));
  if (own !== undefined) return own;
  if (node.type === "StaticBlock") return className(path);
  let index = path.length - 2;
  while (path[index]?.type === "ParenthesizedExpression") index--;
  const parent = path[index];
  switch (parent?.type) {
    case "VariableDeclarator":
      return identifierName(nodeIn(parent, "id"));
    case "AssignmentExpression":
      return identifierName(nodeIn(parent, "left"));
    case "Property":
      return withKind(parent, keyName(parent));
    case "MethodDefinition":
    case "PropertyDefinition":
      return memberName(parent, className(path));
    case "ExportDefaultDeclaration":
      return "default";
  }
  return undefined;
}

function memberName(
  member: SyntaxNode,
  owner: string | undefined,
): string | undefined {
  const key = keyName(member);
  if (member["kind"] === "constructor") return `new ${owner ?? "class"}`;
  if (key === undefined) return undefined;
  return withKind(member, owner === undefined ? key : `${owner}.${key}`);
}

function withKind(
  member: SyntaxNode,
  name: string | undefined,
): string | undefined {
  const kind = member["kind"];
  return name !== undefined && (kind === "get" || kind === "set")
    ? `${kind} ${name}`
    : name;
}

/** The name of the innermost class around. */
function className(path: readonly SyntaxNode[]): string | undefined {
  const index = path.findLastIndex((node) =>
    node.type === "ClassDeclaration" || node.type === "ClassExpression"
  );
  const node = path[index];
  if (node === undefined) return undefined;
  const parent = path[index - 1];
  return identifierName(nodeIn(node, "id")) ??
    (parent?.type === "VariableDeclarator"
      ? identifierName(nodeIn(parent, "id"))
      : undefined);
}

function keyName(member: SyntaxNode): string | undefined {
  const key = nodeIn(member, "key");
  if (key === undefined || member["computed"] === true) return undefined;
  if (key.type === "PrivateIdentifier") return `#${key["name"]}`;
  return identifierName(key) ??
    (key["value"] === undefined ? undefined : String(key["value"]));
}
