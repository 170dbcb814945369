import type { SyntaxNode } from "./_syntax_tree.ts";

/**
 * What is in a piece of code that can throw.
 *
 * - `NONE`: nothing, short of mixing bigints with numbers and the like.
 * - `INDEX`: indices, which may go into nothing: numeric code.
 * - `PROPERTY`: properties of what may be nothing.
 * - `CALL`: calls, awaits, `throw`: whoever debugs it wants all its variables.
 */
export const Risk = { NONE: 0, INDEX: 1, PROPERTY: 2, CALL: 3 } as const;

/** One of {@linkcode Risk}. */
export type Risk = typeof Risk[keyof typeof Risk];

/** A declared name. */
export class Binding {
  /** The places that read or write it. */
  readonly uses: Use[] = [];
  /** Whether a function within its own function uses it. */
  isCaptured = false;
  /** The plain function that it is made of. */
  fn: FunctionInfo | undefined;
  /** Whether it is made of a function of any kind. */
  isFunction = false;

  constructor(
    readonly name: string,
    readonly scope: Scope,
    /** How it was declared: `let`, `var`, `parameter`, `function`, `import`. */
    readonly declaredBy: string,
    /** Where it was declared. */
    readonly start: number,
  ) {}

  /** Whether it is worth to be listed: functions and classes are not. */
  get isVariable(): boolean {
    return this.declaredBy !== "function" && this.declaredBy !== "class" &&
      this.declaredBy !== "import";
  }
}

/** What a place does to a binding. */
export type UseKind = "read" | "write" | "declaration";

/** A place that names a binding. */
export interface Use {
  /** The identifier. */
  readonly node: SyntaxNode;
  /** What is done to it there. */
  readonly kind: UseKind;
  /** Whether it is the key of a property as well: `{ name }`. */
  readonly isShorthand: boolean;
}

/**
 * What a scope belongs to besides a function or a block: the head of a loop, or
 * the cases of a `switch`, which may jump over declarations.
 */
export type ScopeKind = "block" | "head" | "cases";

/** A piece of code with names of its own. */
export class Scope {
  /** Its names. */
  readonly bindings = new Map<string, Binding>();
  /** The worst that is in it, functions within left out. */
  risk: Risk = Risk.NONE;
  /** Whether a function is made in it. */
  hasClosure = false;

  constructor(
    readonly parent: Scope | undefined,
    readonly fn: FunctionInfo | undefined,
    readonly kind: ScopeKind = "block",
  ) {
    fn?.scopes.push(this);
  }

  /** Whether it is that of the head of a loop. */
  get isHead(): boolean {
    return this.kind === "head";
  }

  /** Its names that are worth to be listed. */
  get variables(): Binding[] {
    return [...this.bindings.values()].filter((item) => item.isVariable);
  }

  /** Adds a name; the first declaration counts. */
  declare(name: string, declaredBy: string, start: number): Binding {
    const known = this.bindings.get(name);
    if (known) return known;
    const binding = new Binding(name, this, declaredBy, start);
    this.bindings.set(name, binding);
    return binding;
  }

  /** What a name means here. */
  lookUp(name: string): Binding | undefined {
    return this.bindings.get(name) ?? this.parent?.lookUp(name);
  }

  /** Notes a risk, here and around, as far as the function goes. */
  raise(risk: Risk): void {
    if (this.risk >= risk) return;
    this.risk = risk;
    if (this.parent?.fn === this.fn) this.parent?.raise(risk);
  }
}

/** A scope and those around it, the outermost last. */
export function* scopesFrom(scope: Scope | undefined): Generator<Scope> {
  for (let next = scope; next; next = next.parent) yield next;
}

/** A function, or a static block of a class. */
export class FunctionInfo {
  /** The scope of its parameters and `var`s. */
  readonly scope: Scope;
  /** All scopes of it, functions within left out. */
  readonly scopes: Scope[] = [];
  /** Names of functions and files around that it uses. */
  readonly outer = new Map<string, Binding>();
  /** Calls whose risk is that of functions of this file. */
  readonly calls: { scope: Scope; name: string }[] = [];
  /** Whether `this` means something in it. */
  usesThis = false;
  /** Whether it calls `eval`, which may see any of its variables. */
  usesEval = false;
  /** Whether it looks at its arguments by number. */
  usesArguments = false;
  /** Whether it is to be left as it is. */
  isOff = false;

  constructor(
    readonly node: SyntaxNode,
    readonly name: string | undefined,
    parent: Scope,
  ) {
    this.scope = new Scope(parent, this);
  }

  /** Whether it has the `this` of the function around it. */
  get isArrow(): boolean {
    return this.node.type === "ArrowFunctionExpression";
  }

  /** Whether it is an `async` function that is no generator. */
  get isAsync(): boolean {
    return this.node["async"] === true && this.node["generator"] !== true;
  }
}

/** Notes that `this` means something here. */
export function noteThis(scope: Scope): void {
  for (let fn = scope.fn; fn; fn = fn.scope.parent?.fn) {
    fn.usesThis = true;
    if (!fn.isArrow) return;
  }
}

/** Notes that `eval` is called here, which may see any variable around. */
export function noteEval(scope: Scope): void {
  for (const { fn } of scopesFrom(scope)) if (fn) fn.usesEval = true;
}
