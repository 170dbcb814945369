/** On the global registry, as code that was instrumented cannot import. */
const NAME = "devserve.debugger.module";

/** Runs code in the scope of a module. */
export type ModuleEvaluator = (code: string) => unknown;

/**
 * The code of a module that leaves a way into its scope behind. It comes before
 * the source map, and moves no line.
 */
export function withModuleScope(code: string): string {
  const end = code.lastIndexOf("\n//# sourceMappingURL=");
  const [text, map] = end < 0
    ? [code, ""]
    : [code.slice(0, end), code.slice(end)];
  // The last line may be a comment.
  return `${text}\nglobalThis[Symbol.for("${NAME}")] = ($s$) => eval($s$);${map}`;
}

/** The way into the scope of the module that was last loaded with one. */
export function moduleEvaluator(): ModuleEvaluator | undefined {
  const evaluator: unknown = Reflect.get(globalThis, Symbol.for(NAME));
  return typeof evaluator === "function"
    ? evaluator as ModuleEvaluator
    : undefined;
}
