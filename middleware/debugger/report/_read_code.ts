import {
  type ConsoleParser,
  type ParseError,
  PARSER_OPTIONS,
} from "./_console_parser.ts";
import { declaredNames, hasAwait } from "./_code_facts.ts";
import { nodesIn, type SyntaxNode } from "../instrument/_syntax_tree.ts";

/** Code that can be run. */
export interface RunnableCode {
  readonly kind: "runnable";
  /** What to evaluate. Its first line is ours. */
  readonly source: string;
  /** Whether that is a function, which makes a promise of `[value]`. */
  readonly isAsync: boolean;
  /** Whether there is a value, even if it is `undefined`. */
  readonly isExpression: boolean;
  /** The names it declares. */
  readonly names: readonly string[];
}

/** What somebody has typed. */
export type ConsoleCode =
  | RunnableCode
  | { readonly kind: "empty" | "incomplete" }
  | { readonly kind: "wrong"; readonly message: string };

type Attempt = { readonly node: SyntaxNode } | { readonly error: ParseError };

/** Names what comes from the console in stacks. */
export const CONSOLE_URL = "<console>";
const SOURCE_URL = `\n//# sourceURL=${CONSOLE_URL}`;
/** Hands over what evaluates in the scope of the code, where it can declare. */
const KEEP = "$keep$(($s$) => eval($s$));";

/**
 * Takes code as an expression if it can be one, so that `{ a: 1 }` is an object,
 * else as statements. Code that is right as far as it goes is incomplete.
 */
export function readCode(parser: ConsoleParser, code: string): ConsoleCode {
  const program = attempt(() => parser.parse(code, PARSER_OPTIONS));
  const body = "node" in program ? nodesIn(program.node, "body") : [];
  if ("node" in program && body.length === 0) return { kind: "empty" };
  const isDeclaration = /^(?:Function|Class|Variable)Declaration$/.test(
    body[0]?.type ?? "",
  );
  const expression = attempt(() => parseExpression(parser, code));
  if ("node" in expression && !isDeclaration) {
    return expressionCode(code, expression.node);
  }
  if ("node" in program) return statementsCode(code, body);
  const errors = "error" in expression
    ? [program.error, expression.error]
    : [program.error];
  return errors.some((error) => isAtEnd(error, code))
    ? { kind: "incomplete" }
    : { kind: "wrong", message: messageOf(errors) };
}

function expressionCode(code: string, node: SyntaxNode): ConsoleCode {
  const isAsync = hasAwait(node);
  const text = code.slice(0, node.end);
  const source = isAsync ? `async () => [(\n${text}\n)]` : `(\n${text}\n)`;
  return {
    kind: "runnable",
    source: source + SOURCE_URL,
    isAsync,
    isExpression: true,
    names: [],
  };
}

function statementsCode(code: string, body: SyntaxNode[]): ConsoleCode {
  if (body.some(({ type }) => /^(?:Import|Export)\w*Declaration$/.test(type))) {
    return {
      kind: "wrong",
      message:
        'SyntaxError: Cannot import or export here: use await import("…")',
    };
  }
  const isAsync = body.some(hasAwait);
  const source = isAsync
    ? `async () => { ${KEEP}\n${returnLast(code, body.at(-1)!)}\n}`
    : `void ${KEEP}\n${code}`;
  return {
    kind: "runnable",
    source: source + SOURCE_URL,
    isAsync,
    isExpression: false,
    names: declaredNames(body),
  };
}

/** A function returns only what it is told to, unlike code that is evaluated. */
function returnLast(code: string, { type, start, end }: SyntaxNode): string {
  if (type !== "ExpressionStatement") return code;
  const text = code.slice(start, end).replace(/;$/, "");
  return `${code.slice(0, start)}return [(${text}\n)];${code.slice(end)}`;
}

/** Parses all of the code as an expression, but for a semicolon. */
function parseExpression(parser: ConsoleParser, code: string): SyntaxNode {
  const node = parser.parseExpressionAt(code, 0, PARSER_OPTIONS);
  // What is left is blank for the parser, so that places stay right.
  const rest = " ".repeat(node.end) + code.slice(node.end);
  const [other] = nodesIn(parser.parse(rest, PARSER_OPTIONS), "body")
    .filter(({ type }) => type !== "EmptyStatement");
  if (other === undefined) return node;
  throw Object.assign(new SyntaxError("Unexpected token"), {
    pos: other.start,
    raisedAt: other.start,
  });
}

function attempt(parse: () => SyntaxNode): Attempt {
  try {
    return { node: parse() };
  } catch (error) {
    // Anything else is an error of the parser itself.
    if (!(error instanceof SyntaxError)) throw error;
    return { error: error as ParseError };
  }
}

function isAtEnd(
  { message, pos, raisedAt }: ParseError,
  code: string,
): boolean {
  if (/^Unterminated (?:template|comment)/.test(message)) return true;
  if (/^Unterminated string/.test(message)) return /\\\n?$/.test(code);
  const end = code.trimEnd().length;
  return pos >= end || (/^Missing catch/.test(message) && raisedAt >= end);
}

/** What the parser says that came furthest, with the place from 1. */
function messageOf(errors: ParseError[]): string {
  const [error] = errors.toSorted((a, b) => b.pos - a.pos);
  const { message, loc } = error!;
  const text = message.replace(/ \(\d+:\d+\)$/, "");
  if (loc === undefined) return `SyntaxError: ${text}`;
  return `SyntaxError: ${text} (line ${loc.line}, column ${loc.column + 1})`;
}
