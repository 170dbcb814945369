import type { DescribedBlock } from "./_block_names.ts";
import { closesOnReturn } from "./_closes_on_return.ts";
import type { FunctionParts } from "./_inserted_code.ts";
import { type FunctionInfo, Risk, type Scope } from "./_scope.ts";
import type { SyntaxNode } from "./_syntax_tree.ts";

/** A function that reports errors that pass through it. */
export interface RewrittenFunction {
  /** What is known of it. */
  readonly info: FunctionInfo;
  /** Its blocks with evaluators; the first is that of its parameters. */
  readonly blocks: readonly DescribedBlock[];
  /** What it uses of `this` and of scopes around it. */
  readonly outer: readonly string[];
}

/** A function that is being rewritten. */
export interface Rewriting extends RewrittenFunction, FunctionParts {
  readonly blocks: DescribedBlock[];
}

/** Where the walk is. */
export interface Place {
  /** The function that is rewritten, if it is. */
  readonly fn: Rewriting | undefined;
  /** The number of the innermost block with an evaluator. */
  readonly block: number;
  /** The variable that keeps its evaluator, if one does. */
  readonly kept: string | undefined;
  /** Whether it is that of the cases of a `switch`, which keep none. */
  readonly isCase: boolean;
  /**
   * Whether a `return` has more to do here: a `try` of the user is around it, or
   * something that it closes.
   */
  readonly isGuarded: boolean;
  /** The heads of loops between that block and here. */
  readonly heads: readonly Scope[];
}

/** Where no function is rewritten. */
export const OUTSIDE: Place = {
  fn: undefined,
  block: 0,
  kept: undefined,
  isCase: false,
  isGuarded: false,
  heads: [],
};

/** The place in a node: a `return` there may have more to do. */
export function guardedIn(node: SyntaxNode, place: Place): Place {
  return closesOnReturn(node) ? { ...place, isGuarded: true } : place;
}

/** Whether a scope has variables that are worth an evaluator. */
export function isVisible(scope: Scope): boolean {
  return scope.risk >= Risk.PROPERTY && scope.variables.length > 0;
}

/** Whether errors in a loop take copies of the variables of its head along. */
export function isCopied(scope: Scope): boolean {
  return scope.isHead && scope.risk !== Risk.NONE && scope.variables.length > 0;
}
