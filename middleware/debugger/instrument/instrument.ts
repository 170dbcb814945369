import type { DescribedBlock } from "./_block_names.ts";
import { collectScopes } from "./_collect_scopes.ts";
import { isFileOff, offOffsets } from "./_off_comments.ts";
import { rewriteFunctions } from "./_rewrite_functions.ts";
import type { RewrittenFunction } from "./_rewrite_place.ts";
import type {
  Parser,
  ParserOptions,
  SyntaxComment,
  SyntaxNode,
} from "./_syntax_tree.ts";
import { TextEdits } from "./_text_edits.ts";

export type {
  DescribedBlock,
  Parser,
  ParserOptions,
  SyntaxComment,
  SyntaxNode,
};

/** The global function that instrumented code reports errors to. */
export const REPORT_NAME = "__devserveThrown";

/** Options for {@linkcode instrument}. */
export interface InstrumentOptions {
  /** The module of acorn, at least version 8.15. */
  parser: Parser;
  /** What names the file in reports: letters and digits. */
  key: string;
  /**
   * Whether it is a CommonJS module, which may return and is not strict.
   *
   * @default {false}
   */
  isCommonJs?: boolean;
}

/** A file that reports the errors that pass through its functions. */
export interface Instrumented {
  /** The code. It has the lines of the original. */
  readonly code: string;
  /** Its functions that report, by their numbers. */
  readonly functions: readonly DescribedFunction[];
}

/** A function that reports. */
export interface DescribedFunction {
  /** Its name, as a stack would have it. */
  readonly name?: string;
  /** Line and column where it starts, from 1. */
  readonly start: readonly [number, number];
  /** Line and column where it ends, from 1. */
  readonly end: readonly [number, number];
  /** Its blocks, by their numbers; the first has its parameters. */
  readonly blocks: readonly DescribedBlock[];
  /** `t` for `this`, and what it uses of scopes around, after a `c`. */
  readonly outer: readonly string[];
}

/**
 * Rewrites JavaScript so that each function that is likely to throw reports the
 * errors that pass through it, with a closure that evaluates code in the scope
 * where the error came from. In async functions, `return x` becomes
 * `return await x` where no `try` is around it, so that they still run when `x`
 * is rejected. Loops over numbers, and functions that cannot throw, stay quick.
 *
 * @param text The code.
 * @param options How to parse and name it.
 * @returns The new code, or `undefined` where there is nothing to change or no
 * way to: code that cannot be parsed, or says `debug: off` on top. Whether the new
 * code can be parsed is for {@linkcode isCode} to say.
 *
 * @example Usage
 * ```ts
 * import { instrument } from "./instrument.ts";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const parser = await import(import.meta.resolve("npm:acorn@^8"));
 * const made = instrument("const f = (x) => x.id;", { parser, key: "k" });
 * assert(made?.code.includes("catch"));
 * assertEquals(made?.functions[0]?.name, "f");
 * ```
 */
export function instrument(
  text: string,
  options: InstrumentOptions,
): Instrumented | undefined {
  const { parser, key, isCommonJs = false } = options;
  if (isFileOff(text)) return undefined;
  const comments: SyntaxComment[] = [];
  const settings = settingsFor(isCommonJs);
  const program = parse(parser, text, { ...settings, onComment: comments });
  if (program === undefined) return undefined;
  const off = offOffsets(text, comments);
  const edits = new TextEdits(text);
  const functions = rewriteFunctions(program, {
    collected: collectScopes(program, (node) => off.has(node.start)),
    edits,
    prefix: unusedPrefix(text),
    report: `globalThis.${REPORT_NAME}?.("${key}",`,
  });
  if (edits.isEmpty) return undefined;
  return { code: edits.apply(), functions: describe(text, functions) };
}

/**
 * Tells whether a text is code, as what {@linkcode instrument} makes should be.
 *
 * @param text The text.
 * @param options How to parse it.
 * @returns Whether it can be parsed.
 */
export function isCode(
  text: string,
  { parser, isCommonJs = false }: Omit<InstrumentOptions, "key">,
): boolean {
  return parse(parser, text, settingsFor(isCommonJs)) !== undefined;
}

function settingsFor(isCommonJs: boolean): ParserOptions {
  return {
    ecmaVersion: "latest",
    sourceType: isCommonJs ? "commonjs" : "module",
    preserveParens: true,
  };
}

/** Returns `undefined` for what is no code that acorn knows. */
function parse(
  parser: Parser,
  text: string,
  options: ParserOptions,
): SyntaxNode | undefined {
  try {
    return parser.parse(text, options);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function unusedPrefix(text: string): string {
  let prefix = "$d";
  for (let count = 0; text.includes(prefix); count++) prefix = `$d${count}_`;
  return prefix;
}

function describe(
  text: string,
  functions: readonly RewrittenFunction[],
): DescribedFunction[] {
  const positionOf = positions(text);
  return functions.map(({ info, blocks, outer }) => ({
    ...(info.name === undefined ? {} : { name: info.name }),
    start: positionOf(info.node.start),
    end: positionOf(info.node.end),
    blocks,
    outer,
  }));
}

/** Makes a function from offsets to lines and columns. */
function positions(text: string): (offset: number) => [number, number] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
    starts.push(index + end.length);
  }
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return [low + 1, offset - starts[low]! + 1];
  };
}
