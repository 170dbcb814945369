import {
  type Binding,
  type FunctionInfo,
  Risk,
  type Scope,
  type UseKind,
} from "./_scope.ts";
import type { SyntaxNode } from "./_syntax_tree.ts";

/** A name that was met, and where. */
export interface Reference {
  readonly scope: Scope;
  readonly node: SyntaxNode;
  readonly kind: UseKind;
  readonly isShorthand: boolean;
}

/**
 * Finds what a name means, and tells those who are concerned. All names have to
 * be declared by then.
 */
export function settle({ scope, node, kind, isShorthand }: Reference): void {
  const name = node["name"] as string;
  const binding = scope.lookUp(name);
  if (binding === undefined) {
    if (name === "arguments") noteArguments(scope);
    // A name that nobody has declared is the mistake to be found.
    else if (!(name in globalThis)) scope.raise(Risk.CALL);
    return;
  }
  binding.uses.push({ node, kind, isShorthand });
  const owner = binding.scope.fn;
  if (owner === scope.fn) return;
  binding.isCaptured = true;
  for (let fn = scope.fn; fn && fn !== owner; fn = fn.scope.parent?.fn) {
    fn.outer.set(name, binding);
  }
}

function noteArguments(scope: Scope): void {
  for (let fn = scope.fn; fn; fn = fn.scope.parent?.fn) {
    fn.usesArguments = true;
    if (!fn.isArrow) return;
  }
}

/** Gives calls the risk of what is called, as far as that is in this file. */
export function settleCalls(functions: readonly FunctionInfo[]): void {
  const open = new Set(functions);
  for (let isSettling = true; isSettling && open.size > 0;) {
    isSettling = false;
    for (const fn of open) {
      const targets = fn.calls.map((call) => calledFunction(call));
      if (targets.some((target) => target && open.has(target))) continue;
      for (const [index, { scope }] of fn.calls.entries()) {
        const target = targets[index];
        scope.raise(
          target ? target.scope.risk : riskOfUnknown(fn.calls[index]!),
        );
      }
      open.delete(fn);
      isSettling = true;
    }
  }
  // The others call each other in circles, so that the stack may overflow.
  for (const fn of open) {
    for (const { scope } of fn.calls) scope.raise(Risk.CALL);
  }
}

/** Global functions that turn values into numbers and the like. */
const PURE_FUNCTIONS: ReadonlySet<string> = new Set([
  ...["Number", "Boolean", "parseInt", "parseFloat", "isNaN", "isFinite"],
]);

function riskOfUnknown({ scope, name }: { scope: Scope; name: string }): Risk {
  return PURE_FUNCTIONS.has(name) && !scope.lookUp(name)
    ? Risk.NONE
    : Risk.CALL;
}

/** The function of this file that a call leads to, if that is certain. */
function calledFunction(
  { scope, name }: { scope: Scope; name: string },
): FunctionInfo | undefined {
  const binding = scope.lookUp(name);
  return binding && isFixed(binding) ? binding.fn : undefined;
}

function isFixed(binding: Binding): boolean {
  return !binding.uses.some((use) => use.kind === "write") &&
    (binding.declaredBy === "const" || binding.declaredBy === "function");
}
