import { execRegExp, min } from "./_builtins.ts";
import type { LiveFrame } from "../instrument/live_frames.ts";
import { lastName } from "./_merge_frames.ts";
import type { FilePlace } from "./_parse_stack.ts";

const NAME_REGEXP = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const THROW_REGEXP = /(?<![\p{ID_Continue}$#.])throw(?![\p{ID_Continue}$:])/u;
const RegExpClass = RegExp;

/**
 * Where a function is when an error comes through it whose stack has no line for
 * it: at the call of the function that the error comes from, or, without such a
 * function, at its `throw`, if there is just one of these; else at its start.
 */
export function callPlace(
  { url, functionName, start, end }: LiveFrame,
  callee: string | undefined,
  lines: readonly string[] | undefined,
): FilePlace {
  const place = { url, line: start.line, column: start.column };
  const call = callee === undefined ? THROW_REGEXP : callRegExp(callee);
  if (lines === undefined || call === undefined) return place;
  let found: FilePlace | undefined;
  const last = min(end.line, lines.length);
  // Where a function calls itself, its first line has its name, too.
  const isOwnName = callee !== undefined && callee === lastName(functionName);
  for (let line = start.line + (isOwnName ? 1 : 0); line <= last; line++) {
    const text = lines[line - 1]!;
    const match = execRegExp(call, text);
    if (match === null) continue;
    const column = match.index + 1;
    if (found !== undefined) return place;
    found = { url, line, column };
  }
  return found ?? place;
}

/** What finds the calls of a function, if it has a name. */
function callRegExp(name: string): RegExp | undefined {
  if (execRegExp(NAME_REGEXP, name) === null) return undefined;
  return new RegExpClass(
    `(?<![\\p{ID_Continue}$#])${escape(name)}\\s*\\(`,
    "u",
  );
}

/** A name in a regular expression: `$` is the only sign it can have. */
function escape(name: string): string {
  let text = "";
  for (let i = 0; i < name.length; i++) {
    text += name[i] === "$" ? "\\$" : name[i];
  }
  return text;
}
