import { bindFunction } from "./_bind_function.ts";
import {
  declaredInHead,
  declareLexical,
  declareVars,
} from "./_declare_names.ts";
import { functionName } from "./_function_name.ts";
import { boundNames, patternParts } from "./_pattern_parts.ts";
import { isCharacterMethod, riskOf } from "./_risk_of.ts";
import {
  FunctionInfo,
  noteEval,
  noteThis,
  Risk,
  Scope,
  type ScopeKind,
  scopesFrom,
  type UseKind,
} from "./_scope.ts";
import { type Reference, settle, settleCalls } from "./_settle_scopes.ts";
import {
  bare,
  forEachChild,
  identifierName,
  isFunction,
  isLoop,
  nodeIn,
  nodesIn,
  type SyntaxNode,
} from "./_syntax_tree.ts";

/** What is known of a file. */
export interface CollectedScopes {
  /** The functions, outer ones first. */
  readonly functions: readonly FunctionInfo[];
  /** The scope that belongs to a node, where it has one of its own. */
  readonly scopes: ReadonlyMap<SyntaxNode, Scope>;
  /** The function that belongs to a node. */
  readonly infos: ReadonlyMap<SyntaxNode, FunctionInfo>;
}

/**
 * Finds the functions of a file, what they declare and use, and how likely each
 * part is to throw.
 *
 * @param program The syntax tree.
 * @param isOff Tells whether a node and all in it is to be left as it is.
 * @returns What it has found.
 */
export function collectScopes(
  program: SyntaxNode,
  isOff: (node: SyntaxNode) => boolean,
): CollectedScopes {
  const collector = new Collector(isOff);
  collector.collect(program);
  return collector;
}

class Collector implements CollectedScopes {
  readonly functions: FunctionInfo[] = [];
  readonly scopes = new Map<SyntaxNode, Scope>();
  readonly infos = new Map<SyntaxNode, FunctionInfo>();
  readonly #references: Reference[] = [];
  readonly #isOff: (node: SyntaxNode) => boolean;
  /** The nodes around the current one, for the names of functions. */
  readonly #parents: SyntaxNode[] = [];
  #offDepth = 0;

  constructor(isOff: (node: SyntaxNode) => boolean) {
    this.#isOff = isOff;
  }

  collect(program: SyntaxNode): void {
    const scope = new Scope(undefined, undefined);
    this.scopes.set(program, scope);
    declareLexical(nodesIn(program, "body"), scope);
    for (const child of nodesIn(program, "body")) this.#visit(child, scope);
    for (const reference of this.#references) settle(reference);
    settleCalls(this.functions);
  }

  #visit(node: SyntaxNode, scope: Scope): void {
    const isOff = this.#isOff(node);
    if (isOff) this.#offDepth++;
    this.#parents.push(node);
    this.#visitNode(node, scope);
    this.#parents.pop();
    if (isOff) this.#offDepth--;
  }

  #visitNode(node: SyntaxNode, scope: Scope): void {
    if (isFunction(node)) return this.#visitFunction(node, scope);
    scope.raise(riskOf(node));
    if (isLoop(node)) return this.#visitLoop(node, scope);
    switch (node.type) {
      case "Identifier":
        return this.#refer(node, scope);
      case "ThisExpression":
      case "Super":
        return noteThis(scope);
      case "BlockStatement":
        return this.#visitBlock(node, scope);
      case "SwitchStatement":
        return this.#visitSwitch(node, scope);
      case "CatchClause":
        return this.#visitCatch(node, scope);
      case "VariableDeclaration":
        if (node["kind"] === "var") declareVars(node, scope);
        return this.#visitChildren(node, scope);
      case "VariableDeclarator":
        this.#visitTarget(node["id"] as SyntaxNode, scope, "declaration");
        return this.#visitField(node, "init", scope);
      case "AssignmentExpression":
        this.#visitTarget(node["left"] as SyntaxNode, scope, "write");
        return this.#visitField(node, "right", scope);
      case "UpdateExpression":
        return this.#visitTarget(
          node["argument"] as SyntaxNode,
          scope,
          "write",
        );
      case "CallExpression":
        return this.#visitCall(node, scope);
      case "ClassDeclaration":
      case "ClassExpression":
        return this.#visitClass(node, scope);
      case "ImportDeclaration":
      case "ExportAllDeclaration":
      case "MetaProperty":
      case "BreakStatement":
      case "ContinueStatement":
        return;
    }
    this.#visitChildren(node, scope);
  }

  /** Visits the children that are code, not mere names, but for one field. */
  #visitChildren(node: SyntaxNode, scope: Scope, done?: string): void {
    const isKeyed = node["computed"] !== true &&
      (node.type === "Property" || node.type === "MemberExpression");
    const isHeader = node.type === "ForInStatement" ||
      node.type === "ForOfStatement";
    forEachChild(node, (child, field) => {
      if (isKeyed && (field === "key" || field === "property")) return;
      if (field === "label" || field === "specifiers" || field === done) return;
      if (
        isHeader && field === "left" && child.type !== "VariableDeclaration"
      ) {
        return this.#visitTarget(child, scope, "write");
      }
      if (child.type === "Identifier" && node["shorthand"] === true) {
        return this.#refer(child, scope, "read", true);
      }
      this.#visit(child, scope);
    });
  }

  #visitField(node: SyntaxNode, field: string, scope: Scope): void {
    const child = nodeIn(node, field);
    if (child) this.#visit(child, scope);
  }

  /** Visits what is assigned to: names, members, or a pattern of them. */
  #visitTarget(
    node: SyntaxNode,
    scope: Scope,
    kind: UseKind,
    isShorthand = false,
  ): void {
    if (node.type === "Identifier") {
      return this.#refer(node, scope, kind, isShorthand);
    }
    const parts = patternParts(node);
    if (parts === undefined) return this.#visit(node, scope);
    scope.raise(riskOf(node));
    for (const target of parts.targets) {
      const isKey = isShorthand || target.isShorthand;
      this.#visitTarget(target.node, scope, kind, isKey);
    }
    for (const value of parts.values) this.#visit(value, scope);
  }

  #visitFunction(node: SyntaxNode, outer: Scope): void {
    const info = this.#openFunction(node, outer);
    const { scope } = info;
    const own = node.type === "FunctionExpression"
      ? identifierName(nodeIn(node, "id"))
      : undefined;
    if (own !== undefined) scope.declare(own, "function", node.start);
    for (const parameter of nodesIn(node, "params")) {
      for (const name of boundNames(parameter)) {
        scope.declare(name, "parameter", parameter.start);
      }
    }
    for (const parameter of nodesIn(node, "params")) {
      this.#visitTarget(parameter, scope, "declaration");
    }
    // What parameters do happens before the body, and is not guarded.
    scope.risk = Risk.NONE;
    bindFunction(info, this.#parents.at(-2), outer);
    this.#visitField(node, "body", scope);
  }

  #openFunction(node: SyntaxNode, outer: Scope): FunctionInfo {
    const info = new FunctionInfo(node, functionName(this.#parents), outer);
    info.isOff = this.#offDepth > 0;
    this.functions.push(info);
    this.infos.set(node, info);
    this.scopes.set(node, info.scope);
    for (const scope of scopesFrom(outer)) scope.hasClosure = true;
    return info;
  }

  #visitClass(node: SyntaxNode, outer: Scope): void {
    const scope = new Scope(outer, outer.fn);
    const name = identifierName(nodeIn(node, "id"));
    if (name !== undefined) scope.declare(name, "class", node.start);
    this.#visitField(node, "superClass", scope);
    const body = node["body"] as SyntaxNode;
    this.#parents.push(body);
    for (const member of nodesIn(body, "body")) {
      const isOff = this.#isOff(member);
      if (isOff) this.#offDepth++;
      this.#parents.push(member);
      this.#visitMember(member, scope);
      this.#parents.pop();
      if (isOff) this.#offDepth--;
    }
    this.#parents.pop();
  }

  #visitMember(member: SyntaxNode, scope: Scope): void {
    if (member.type === "StaticBlock") {
      const info = this.#openFunction(member, scope);
      info.usesThis = true;
      // Its braces are those of the function and of the block.
      const body = this.#open(member, info.scope);
      declareLexical(nodesIn(member, "body"), body);
      for (const child of nodesIn(member, "body")) this.#visit(child, body);
      return;
    }
    if (member["computed"]) this.#visitField(member, "key", scope);
    if (member.type !== "PropertyDefinition") {
      return this.#visitField(member, "value", scope);
    }
    // An initializer is a function of its own, which has no room for a guard.
    const info = new FunctionInfo(member, undefined, scope);
    info.isOff = true;
    info.usesThis = true;
    this.#visitField(member, "value", info.scope);
  }

  #visitBlock(node: SyntaxNode, outer: Scope): void {
    const scope = this.#open(node, outer);
    const body = nodesIn(node, "body");
    declareLexical(body, scope);
    for (const child of body) this.#visit(child, scope);
  }

  #visitLoop(node: SyntaxNode, outer: Scope): void {
    const scope = this.#open(node, outer, "head");
    declareLexical(declaredInHead(node), scope);
    const start = node.type === "ForStatement" ? "init" : "right";
    this.#visitField(node, start, scope);
    // What is done once, before the first round, does not make it slow.
    scope.risk = riskOf(node);
    this.#visitChildren(node, scope, start);
  }

  #visitSwitch(node: SyntaxNode, outer: Scope): void {
    this.#visitField(node, "discriminant", outer);
    const scope = this.#open(node, outer, "cases");
    const cases = nodesIn(node, "cases");
    for (const item of cases) {
      declareLexical(nodesIn(item, "consequent"), scope);
    }
    for (const item of cases) this.#visitChildren(item, scope);
  }

  #visitCatch(node: SyntaxNode, outer: Scope): void {
    const parameter = nodeIn(node, "param");
    const names = parameter ? boundNames(parameter) : [];
    const scope = this.#open(node, outer);
    for (const name of names) scope.declare(name, "let", node.start);
    if (parameter) this.#visitTarget(parameter, scope, "declaration");
    this.#visitField(node, "body", scope);
  }

  #visitCall(node: SyntaxNode, scope: Scope): void {
    const callee = bare(node["callee"] as SyntaxNode);
    const name = identifierName(callee);
    if (name === "eval") noteEval(scope);
    if (name !== undefined) {
      if (scope.fn) scope.fn.calls.push({ scope, name });
      this.#refer(callee, scope);
    } else if (
      callee.type === "MemberExpression" &&
      (isCharacterMethod(callee) || riskOf(node) === Risk.NONE)
    ) {
      // The method itself is not read as a property that may be missing.
      this.#visitField(callee, "object", scope);
    } else {
      this.#visit(callee, scope);
    }
    for (const argument of nodesIn(node, "arguments")) {
      this.#visit(argument, scope);
    }
  }

  #refer(
    node: SyntaxNode,
    scope: Scope,
    kind: UseKind = "read",
    isShorthand = false,
  ): void {
    this.#references.push({ scope, node, kind, isShorthand });
  }

  /** Makes a scope for a node. */
  #open(node: SyntaxNode, outer: Scope, kind?: ScopeKind): Scope {
    const scope = new Scope(outer, outer.fn, kind);
    this.scopes.set(node, scope);
    return scope;
  }
}
