import { type Binding, type Scope, scopesFrom } from "./_scope.ts";
import type { SyntaxNode } from "./_syntax_tree.ts";
import type { TextEdits } from "./_text_edits.ts";

/** Options for {@linkcode shadowVariables}. */
export interface ShadowOptions {
  /** Takes the changes. */
  readonly edits: TextEdits;
  /** Makes a new name. */
  readonly name: () => string;
  /** Whether the variables of a scope have become slow. */
  readonly isSlow: (scope: Scope) => boolean;
}

/**
 * Has a loop work on copies of the variables that it changes: variables that an
 * evaluator can see live in memory, but a copy can stay in a register, which is
 * up to four times as quick. They are copied back however the loop ends. Nothing
 * can tell: the loop makes no functions, and none has captured the variables.
 *
 * @param whole The loop, with its labels.
 * @param inner Its scope.
 * @param options Where the changes go.
 */
export function shadowVariables(
  whole: SyntaxNode,
  inner: Scope,
  { edits, name, isSlow }: ShadowOptions,
): void {
  const copies = new Map<Binding, string>();
  for (const scope of scopesFrom(inner.parent)) {
    if (scope.fn !== inner.fn) break;
    if (!isSlow(scope)) continue;
    for (const binding of scope.bindings.values()) {
      if (isCopied(binding, whole)) copies.set(binding, name());
    }
  }
  if (copies.size === 0) return;
  const taken = [...copies].map(([binding, copy]) => `${copy}=${binding.name}`);
  edits.insert(whole.start, `{let ${taken.join(",")};try{`);
  for (const [binding, copy] of copies) {
    replaceUses(binding, copy, whole, edits);
  }
  const given = [...copies].map(([binding, copy]) =>
    `${binding.name}=${copy};`
  );
  edits.insert(whole.end, `}finally{${given.join("")}}}`);
}

function isCopied(binding: Binding, whole: SyntaxNode): boolean {
  const { declaredBy, isCaptured, scope, start, uses } = binding;
  const fn = scope.fn!;
  if (isCaptured || fn.usesEval) return false;
  if (declaredBy === "parameter" ? fn.usesArguments : declaredBy !== "var") {
    // Before its declaration has run a variable cannot even be read.
    const isSet = start < whole.start && scope.kind !== "cases";
    if (declaredBy !== "let" || !isSet) return false;
  }
  const inside = uses.filter(({ node }) => isWithin(node, whole));
  return inside.some(({ kind }) => kind === "write") &&
    !inside.some(({ kind }) => kind === "declaration");
}

function replaceUses(
  { name, uses }: Binding,
  copy: string,
  whole: SyntaxNode,
  edits: TextEdits,
): void {
  for (const { node, isShorthand } of uses) {
    if (!isWithin(node, whole)) continue;
    const text = isShorthand ? `${name}:${copy}` : copy;
    edits.replace(node.start, node.end, text);
  }
}

function isWithin(node: SyntaxNode, whole: SyntaxNode): boolean {
  return node.start >= whole.start && node.end <= whole.end;
}
