import { Risk } from "./_scope.ts";
import { bare, identifierName, type SyntaxNode } from "./_syntax_tree.ts";

/** Objects whose functions do not throw and call nothing back. */
const PURE_OBJECTS: ReadonlySet<string> = new Set(["Math", "Number"]);

/** Methods of strings that are used where it has to be quick. */
const CHARACTER_METHODS: ReadonlySet<string> = new Set([
  "charCodeAt",
  "codePointAt",
  "charAt",
  "fromCharCode",
]);

/** Classes whose objects numeric code works on. */
const NUMERIC_CLASS_REGEXP = /^(?:Array|(?:(?:Ui|I)nt|Float|Big)\w+Array)$/;

/** What a node adds to the risk of the code around it, its children left out. */
export function riskOf(node: SyntaxNode): Risk {
  switch (node.type) {
    case "MemberExpression":
      return riskOfMember(node);
    case "CallExpression":
      return riskOfCall(node);
    case "NewExpression": {
      const name = identifierName(bare(node["callee"] as SyntaxNode)) ?? "";
      return NUMERIC_CLASS_REGEXP.test(name) ? Risk.INDEX : Risk.CALL;
    }
    case "ForOfStatement":
      return node["await"] ? Risk.CALL : Risk.INDEX;
    case "ArrayPattern":
      return Risk.INDEX;
    case "BinaryExpression":
      return node["operator"] === "in" || node["operator"] === "instanceof"
        ? Risk.PROPERTY
        : Risk.NONE;
    case "UnaryExpression":
      return node["operator"] === "delete" ? Risk.PROPERTY : Risk.NONE;
    case "VariableDeclaration":
      // `using` calls when the block ends.
      return String(node["kind"]).endsWith("using") ? Risk.CALL : Risk.NONE;
    case "ObjectPattern":
      return Risk.PROPERTY;
    case "AwaitExpression":
    case "YieldExpression":
    case "ThrowStatement":
    case "TaggedTemplateExpression":
    case "ImportExpression":
    case "SpreadElement":
    case "ClassDeclaration":
    case "ClassExpression":
    case "WithStatement":
      return Risk.CALL;
  }
  return Risk.NONE;
}

function riskOfMember(node: SyntaxNode): Risk {
  if (isPure(node)) return Risk.NONE;
  const property = node["property"] as SyntaxNode;
  const isIndex = node["computed"] === true
    ? typeof property["value"] !== "string"
    : identifierName(property) === "length";
  return isIndex ? Risk.INDEX : Risk.PROPERTY;
}

function riskOfCall(node: SyntaxNode): Risk {
  const callee = bare(node["callee"] as SyntaxNode);
  // Known by its name only: settled when all functions of the file are known.
  if (callee.type === "Identifier") return Risk.NONE;
  if (callee.type !== "MemberExpression") return Risk.CALL;
  if (isPure(callee)) return Risk.NONE;
  return isCharacterMethod(callee) ? Risk.INDEX : Risk.CALL;
}

/** Whether it is a member of `Math` or `Number`. */
function isPure(member: SyntaxNode): boolean {
  const name = identifierName(bare(member["object"] as SyntaxNode));
  return name !== undefined && PURE_OBJECTS.has(name) && !member["computed"];
}

/** Whether the method that is called is one of those on characters. */
export function isCharacterMethod(member: SyntaxNode): boolean {
  const name = identifierName(member["property"] as SyntaxNode);
  return !member["computed"] && name !== undefined &&
    CHARACTER_METHODS.has(name);
}
