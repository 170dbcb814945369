import type { InsertedCode } from "./_inserted_code.ts";
import { isCopied, type Rewriting } from "./_rewrite_place.ts";
import type { Scope } from "./_scope.ts";
import { shadowVariables } from "./_shadow_variables.ts";
import { forEachChild, isLoop, type SyntaxNode } from "./_syntax_tree.ts";
import type { TextEdits } from "./_text_edits.ts";

/** Options for {@linkcode keepQuickLoop}. */
export interface QuickLoopOptions {
  /** The scopes of the file, by their nodes. */
  readonly scopes: ReadonlyMap<SyntaxNode, Scope>;
  /** Takes the changes. */
  readonly edits: TextEdits;
  /** The code that is inserted. */
  readonly code: InsertedCode;
  /** The function that the loop is in. */
  readonly fn: Rewriting;
  /** The number of the block around it. */
  readonly block: number;
}

/**
 * Leaves a loop without calls as it is, but for its errors, which take the
 * variables of its head along, and for variables that have become slow.
 *
 * @param node The loop.
 * @param whole The statement with its labels.
 * @param options Where it is, and where the changes go.
 */
export function keepQuickLoop(
  node: SyntaxNode,
  whole: SyntaxNode,
  options: QuickLoopOptions,
): void {
  const { scopes, edits, code, fn } = options;
  copyHeads(node, options);
  shadowVariables(whole, scopes.get(node)!, {
    edits,
    name: () => code.newName(),
    isSlow: (owner) => owner === fn.info.scope || fn.hasBlocks,
  });
}

function copyHeads(node: SyntaxNode, options: QuickLoopOptions): void {
  const { scopes, edits, code, block } = options;
  const head = isLoop(node) ? scopes.get(node)! : undefined;
  const body = node["body"] as SyntaxNode;
  if (head === undefined || !isCopied(head)) {
    return forEachChild(node, (child) => copyHeads(child, options));
  }
  edits.insert(body.start, "{try{");
  copyHeads(body, options);
  edits.insert(body.end, code.endCopied(head, block));
}
