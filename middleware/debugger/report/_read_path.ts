import {
  type ConsoleParser,
  PARSER_OPTIONS,
  type SyntaxToken,
} from "./_console_parser.ts";

/**
 * The names of `a.b.c` at the end of code; the last one may be empty. Nothing
 * where no name can be, or where what is before the dot is more than names.
 */
export function readPath(
  parser: ConsoleParser,
  code: string,
): string[] | undefined {
  const tokens = readTokens(parser, code);
  if (tokens === undefined) return undefined;
  const path: string[] = [];
  const last = tokens.at(-1);
  // A name that ends here is unfinished; after anything else, one may begin.
  if (
    last !== undefined && nameOf(last) !== undefined && last.end === code.length
  ) {
    path.unshift(nameOf(tokens.pop()!)!);
  } else path.unshift("");
  while (isDot(tokens.at(-1))) {
    tokens.pop();
    const name = tokens.length === 0 ? undefined : nameOf(tokens.pop()!);
    // Such as `f().`, where the value cannot be known.
    if (name === undefined) return undefined;
    path.unshift(name);
  }
  return path;
}

/** The words and signs; `undefined` in the middle of a text or comment. */
function readTokens(
  parser: ConsoleParser,
  code: string,
): SyntaxToken[] | undefined {
  const tokens: SyntaxToken[] = [];
  let isComment = false;
  const onComment = (isBlock: boolean, _: string, __: number, end: number) => {
    isComment = !isBlock && end === code.length;
  };
  try {
    const options = { ...PARSER_OPTIONS, onComment };
    const tokenizer = parser.tokenizer(code, options);
    let token = tokenizer.getToken();
    while (token.type.label !== "eof") {
      tokens.push(token);
      token = tokenizer.getToken();
    }
  } catch {
    return undefined;
  }
  return isComment ? undefined : tokens;
}

function nameOf({ type, value }: SyntaxToken): string | undefined {
  if (type.keyword === "this") return "this";
  if (type.label === "privateId") return `#${value}`;
  return typeof value === "string" && (type.label === "name" || type.keyword)
    ? value
    : undefined;
}

function isDot(token: SyntaxToken | undefined): boolean {
  return token?.type.label === "." || token?.type.label === "?.";
}
