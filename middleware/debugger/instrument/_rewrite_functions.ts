import { outerNames, scopeNames } from "./_block_names.ts";
import type { CollectedScopes } from "./_collect_scopes.ts";
import { hasClash } from "./_has_clash.ts";
import { InsertedCode } from "./_inserted_code.ts";
import { keepQuickLoop } from "./_keep_quick_loop.ts";
import { mayBePromise } from "./_may_be_promise.ts";
import {
  guardedIn,
  isCopied,
  isVisible,
  OUTSIDE,
  type Place,
  type Rewriting,
  type RewrittenFunction,
} from "./_rewrite_place.ts";
import { type FunctionInfo, Risk, type Scope } from "./_scope.ts";
import {
  forEachChild,
  identifierName,
  isFunction,
  isLoop,
  nodeIn,
  nodesIn,
  type SyntaxNode,
} from "./_syntax_tree.ts";
import type { TextEdits } from "./_text_edits.ts";

/** How a file is rewritten. */
export interface RewriteOptions {
  /** What was found in it. */
  readonly collected: CollectedScopes;
  /** Takes the changes. */
  readonly edits: TextEdits;
  /** What inserted names begin with; the file has no such name. */
  readonly prefix: string;
  /** The start of the call that reports an error. */
  readonly report: string;
}

/**
 * Has every function of a file that is likely to throw report what passes
 * through it, with closures that evaluate code in its scopes.
 *
 * Where a function declares nothing but parameters and `var`s, the closure is
 * made when there is an error; blocks with variables of their own make it when
 * they are entered, as nothing else can see them.
 *
 * @param program The syntax tree.
 * @param options Where changes go.
 * @returns The functions that report, in the order of their numbers.
 */
export function rewriteFunctions(
  program: SyntaxNode,
  options: RewriteOptions,
): readonly RewrittenFunction[] {
  const rewriter = new Rewriter(options);
  rewriter.visitChildren(program, OUTSIDE);
  return rewriter.functions;
}

class Rewriter {
  readonly functions: Rewriting[] = [];
  readonly #scopes: CollectedScopes["scopes"];
  readonly #infos: CollectedScopes["infos"];
  readonly #edits: TextEdits;
  readonly #code: InsertedCode;

  constructor({ collected, edits, prefix, report }: RewriteOptions) {
    this.#scopes = collected.scopes;
    this.#infos = collected.infos;
    this.#edits = edits;
    this.#code = new InsertedCode(prefix, report);
  }

  visitChildren(node: SyntaxNode, place: Place): void {
    const isList = node.type === "BlockStatement" || node.type === "Program" ||
      node.type === "StaticBlock" || node.type === "SwitchCase";
    const inner = guardedIn(node, place);
    forEachChild(node, (child) => this.#visit(child, inner, isList));
  }

  #visit(node: SyntaxNode, place: Place, isListed: boolean): void {
    if (isFunction(node) || node.type === "StaticBlock") {
      return this.#visitFunction(node);
    }
    const { fn } = place;
    if (fn === undefined) return this.visitChildren(node, place);
    if (isLoop(node)) return this.#visitLoop(node, place, node, isListed);
    switch (node.type) {
      case "LabeledStatement":
        return this.#visitLabeled(node, place, isListed);
      case "BlockStatement":
        return this.#visitBlock(node, [this.#scopes.get(node)!], place);
      case "SwitchStatement":
        return this.#visitSwitch(node, place, fn, isListed);
      case "TryStatement":
        return this.#visitTry(node, place, fn);
      case "ReturnStatement":
        if (!place.isGuarded) this.#awaitResult(node, "argument", fn.info);
        break;
    }
    this.visitChildren(node, place);
  }

  #visitFunction(node: SyntaxNode): void {
    const info = this.#infos.get(node)!;
    const fn = this.#start(info);
    const place = { ...OUTSIDE, fn };
    for (const item of nodesIn(node, "params")) {
      this.#visit(item, OUTSIDE, false);
    }
    const body = bodyOf(node);
    if (fn === undefined) {
      if (body === node || body.type === "BlockStatement") {
        return this.visitChildren(body, place);
      }
      return this.#visit(body, place, false);
    }
    if (body !== node && body.type !== "BlockStatement") {
      return this.#visitExpressionBody(body, fn, place);
    }
    this.#visitBody(body, fn, place);
  }

  /** Decides whether a function is to report, and numbers it. */
  #start(info: FunctionInfo): Rewriting | undefined {
    const { scope, scopes } = info;
    if (info.isOff || scope.risk === Risk.NONE) return undefined;
    const body = bodyOf(info.node);
    const inner = this.#scopes.get(body);
    if (inner && hasClash(nodesIn(body, "body"), inner, scope)) {
      return undefined;
    }
    const fn: Rewriting = {
      id: this.functions.length,
      info,
      blocks: [{ parent: 0, names: scopeNames([scope]) }],
      outer: outerNames(info),
      hasBlocks: scopes.some((inner) =>
        inner !== scope && !inner.isHead && isVisible(inner)
      ),
      hasCopies: scopes.some(isCopied),
    };
    this.functions.push(fn);
    return fn;
  }

  #visitExpressionBody(body: SyntaxNode, fn: Rewriting, place: Place): void {
    const isAwaited = fn.info.isAsync && mayBePromise(body);
    this.#edits.insert(
      body.start,
      isAwaited ? "{try{return await(" : "{try{return(",
    );
    this.#visit(body, place, false);
    this.#edits.insert(body.end, `)${this.#code.end(fn)}}`);
  }

  #visitBody(body: SyntaxNode, fn: Rewriting, place: Place): void {
    const statements = nodesIn(body, "body");
    const directives = statements.filter((item) =>
      typeof item["directive"] === "string"
    );
    const last = directives.at(-1);
    const start = last?.end ??
      (body.type === "StaticBlock" ? this.#braceOf(body) + 1 : body.start + 1);
    const code = this.#code.start(fn);
    this.#edits.insert(start, last ? `;${code}` : code);
    const scope = this.#scopes.get(body)!;
    const inner = this.#enter(start, [scope], place);
    this.visitChildren(body, inner);
    this.#edits.insert(body.end - 1, this.#code.end(fn));
  }

  /** Where the brace of a static block is: after its keyword. */
  #braceOf(block: SyntaxNode): number {
    return this.#edits.indexOf("{", block.start);
  }

  /** Starts a block with an evaluator, if it has variables worth it. */
  #enter(start: number, scopes: readonly Scope[], place: Place): Place {
    if (place.fn === undefined || !scopes.some(isVisible)) return place;
    const block = this.#addBlock(scopes, place, place.fn);
    const kept = this.#code.newName();
    this.#edits.insert(start, this.#code.enter(block, kept));
    return { ...place, block, kept, isCase: false, heads: [] };
  }

  /** Numbers a block. */
  #addBlock(scopes: readonly Scope[], place: Place, fn: Rewriting): number {
    const names = scopeNames([...place.heads, ...scopes]);
    return fn.blocks.push({ parent: place.block, names }) - 1;
  }

  #visitBlock(
    node: SyntaxNode,
    scopes: readonly Scope[],
    place: Place,
  ): void {
    const inner = this.#enter(node.start + 1, scopes, place);
    this.visitChildren(node, inner);
    if (inner !== place) {
      this.#edits.insert(node.end - 1, `;${this.#back(place)}`);
    }
  }

  /** What makes the block of a place the current one. */
  #back({ block, kept, isCase }: Place): string {
    return isCase ? this.#code.enterCase(block) : this.#code.back(block, kept);
  }

  #visitLabeled(node: SyntaxNode, place: Place, isListed: boolean): void {
    let inner = node;
    while (inner.type === "LabeledStatement") {
      inner = inner["body"] as SyntaxNode;
    }
    if (isLoop(inner)) return this.#visitLoop(inner, place, node, isListed);
    this.visitChildren(node, place);
  }

  /** Rewrites a loop; `whole` is the statement with its labels. */
  #visitLoop(
    node: SyntaxNode,
    outside: Place,
    whole: SyntaxNode,
    isListed: boolean,
  ): void {
    const place = guardedIn(node, outside);
    const scope = this.#scopes.get(node)!;
    if (scope.risk !== Risk.CALL && !scope.hasClosure) {
      return keepQuickLoop(node, whole, {
        scopes: this.#scopes,
        edits: this.#edits,
        code: this.#code,
        fn: place.fn!,
        block: place.block,
      });
    }
    const body = node["body"] as SyntaxNode;
    const inner = body.type === "BlockStatement"
      ? this.#scopes.get(body)
      : undefined;
    const isEntered = inner !== undefined && isVisible(inner);
    const isWrapped = isEntered && !isListed;
    if (isWrapped) this.#edits.insert(whole.start, "{");
    forEachChild(node, (child) => {
      if (child !== body) return this.#visit(child, place, false);
      if (!isEntered) return this.#visitPlainBody(body, scope, place);
      const inside = this.#enter(body.start + 1, [scope, inner], place);
      this.visitChildren(body, inside);
    });
    if (isEntered) this.#edits.insert(whole.end, `;${this.#back(place)}`);
    if (isWrapped) this.#edits.insert(whole.end, "}");
  }

  /** Rewrites the body of a loop that declares nothing. */
  #visitPlainBody(body: SyntaxNode, head: Scope, place: Place): void {
    if (!isCopied(head)) return this.#visit(body, place, false);
    this.#edits.insert(body.start, "{try{");
    this.#visit(body, { ...place, heads: [...place.heads, head] }, false);
    this.#edits.insert(body.end, this.#code.endCopied(head, place.block));
  }

  #visitSwitch(
    node: SyntaxNode,
    place: Place,
    fn: Rewriting,
    isListed: boolean,
  ): void {
    const scope = this.#scopes.get(node)!;
    const isEntered = isVisible(scope);
    const isWrapped = isEntered && !isListed;
    if (isWrapped) this.#edits.insert(node.start, "{");
    this.#visit(node["discriminant"] as SyntaxNode, place, false);
    const inner = isEntered
      ? {
        ...place,
        block: this.#addBlock([scope], place, fn),
        isCase: true,
        heads: [],
      }
      : place;
    for (const item of nodesIn(node, "cases")) {
      const [first] = nodesIn(item, "consequent");
      if (isEntered && first) {
        this.#edits.insert(first.start, this.#back(inner));
      }
      this.visitChildren(item, inner);
    }
    if (isEntered) this.#edits.insert(node.end, `;${this.#back(place)}`);
    if (isWrapped) this.#edits.insert(node.end, "}");
  }

  #visitTry(node: SyntaxNode, place: Place, fn: Rewriting): void {
    const block = node["block"] as SyntaxNode;
    const handler = nodeIn(node, "handler");
    const finalizer = nodeIn(node, "finalizer");
    this.#visit(block, { ...place, isGuarded: true }, false);
    if (handler) {
      const isGuarded = place.isGuarded || finalizer !== undefined;
      this.#visitHandler(handler, { ...place, isGuarded }, fn);
    }
    if (finalizer) this.#visitFinalizer(finalizer, place, fn);
  }

  #visitHandler(node: SyntaxNode, place: Place, fn: Rewriting): void {
    const parameter = nodeIn(node, "param");
    if (parameter) this.#visit(parameter, place, false);
    const body = node["body"] as SyntaxNode;
    const name = identifierName(parameter);
    if (fn.hasBlocks) {
      // An error that is thrown on keeps the place where it came from.
      const keep = name === undefined ? "" : this.#code.keepCaught(name);
      this.#edits.insert(body.start + 1, keep + this.#back(place));
    }
    const scopes = [this.#scopes.get(node)!, this.#scopes.get(body)!];
    this.#visitBlock(body, scopes, place);
  }

  #visitFinalizer(node: SyntaxNode, place: Place, fn: Rewriting): void {
    const scope = this.#scopes.get(node)!;
    if (!fn.hasBlocks) return this.#visitBlock(node, [scope], place);
    const kept = this.#code.newName();
    this.#edits.insert(node.start + 1, this.#code.startFinally(kept));
    this.#visitBlock(node, [scope], place);
    this.#edits.insert(node.end - 1, this.#code.endFinally(kept));
  }

  /** Awaits what an async function returns, so that it is still there then. */
  #awaitResult(node: SyntaxNode, field: string, info: FunctionInfo): void {
    const result = nodeIn(node, field);
    if (!info.isAsync || !result || !mayBePromise(result)) return;
    this.#edits.insert(result.start, " await(");
    this.#edits.insert(result.end, ")");
  }
}

/** The body of a function; that of a static block is the node itself. */
function bodyOf(fn: SyntaxNode): SyntaxNode {
  return fn.type === "StaticBlock" ? fn : fn["body"] as SyntaxNode;
}
