import { isProxy } from "node:util/types";
import { errorName } from "./_atom_text.ts";
import {
  endsWith,
  errorIsError,
  execRegExp,
  indexOfText,
  push,
  sliceText,
  trimText,
} from "./_builtins.ts";
import { readData } from "./_class_name.ts";
import { isObject } from "./_is_object.ts";
import { readLoadMessage } from "./_message_place.ts";
import { parseStack, type StackFrame } from "./_parse_stack.ts";
import { previewValue } from "./_preview.ts";
import { cleanLine, cutText, groupDigits } from "./_primitive_text.ts";
import { readStack } from "./_read_stack.ts";

/** What was thrown, taken apart. */
export interface ReadThrown {
  /** One line. */
  readonly title: string;
  /** The other lines. */
  readonly details?: string;
  /** The lines of the stack. */
  readonly stack: StackFrame[];
}

const MAX_TITLE = 500;
const MAX_MESSAGE = 10_000;
const MAX_STACK = 100_000;
/** The code that Deno gives every module that cannot be loaded. */
const LOAD_CODE = "ERR_MODULE_NOT_FOUND";
const SYNTAX_ERROR = SyntaxError;
const { get } = Reflect;

/**
 * Takes apart what was thrown. Getters of errors are run where there is nothing
 * else to tell what has happened; what they throw is caught.
 */
export function readThrown(thrown: unknown): ReadThrown {
  if (!isErrorLike(thrown)) {
    return { title: previewValue(thrown), stack: [] };
  }
  const text = read(thrown, "message");
  const message = typeof text === "string" ? text : "";
  const { heading, below } = splitStack(thrown, message);
  const stack = parseStack(below);
  const isLoad = readData(thrown, "code") === LOAD_CODE;
  if (!isLoad && !isSyntaxError(thrown)) {
    return { ...splitTitle(heading, message), stack };
  }
  const { message: rest, place } = readLoadMessage(message);
  if (place === undefined) return { ...splitTitle(heading, rest), stack };
  // All that does not load is a TypeError for Deno, which says nothing.
  const frames: StackFrame[] = [{ ...place, isAsync: false }];
  for (let i = 0; i < stack.length; i++) push(frames, stack[i]!);
  return { ...splitTitle(isLoad ? "" : heading, rest), stack: frames };
}

/** Whether a value is an error, or has all that makes one. */
export function isErrorLike(value: unknown): value is object {
  if (!isObject(value) || isProxy(value)) return false;
  return errorIsError(value) || (
    typeof readData(value, "message") === "string" &&
    typeof readData(value, "stack") === "string"
  );
}

/** What the stack has before the message, and what it has below. */
function splitStack(
  error: object,
  message: string,
): { heading: string; below: string } {
  const stack = sliceText(readStack(error) ?? "", 0, MAX_STACK);
  const name = errorName(error);
  const at = message === "" ? -1 : indexOfText(stack, message);
  if (at === -1) {
    // The message was changed since, or is none: the first frame tells.
    const first = execRegExp(/^\s*at /m, stack)?.index ?? stack.length;
    return { heading: name, below: sliceText(stack, first) };
  }
  const before = sliceText(
    stack,
    0,
    endsWith(sliceText(stack, 0, at), ": ") ? at - 2 : at,
  );
  // Errors of Node have a code there: "TypeError [ERR_INVALID_URL]".
  const isHeading = execRegExp(/^[\w$.]+ \[\w+\]$/, before) !== null;
  return {
    heading: isHeading ? before : name,
    below: sliceText(stack, at + message.length),
  };
}

/** The first line of what an error says, and the rest. */
function splitTitle(
  heading: string,
  message: string,
): { title: string; details?: string } {
  const text = trimText(message);
  const newline = indexOfText(text, "\n");
  const line = newline === -1 ? text : sliceText(text, 0, newline);
  const start = cleanLine(line, MAX_TITLE);
  const between = heading === "" || line === "" ? "" : ": ";
  const title = `${heading}${between}${start}` || "Error";
  const rest = line.length > MAX_TITLE
    ? text
    : sliceText(text, line.length + 1);
  if (rest === "") return { title };
  const details = rest.length <= MAX_MESSAGE
    ? rest
    : `${cutText(rest, MAX_MESSAGE)}… (${groupDigits(rest.length)} characters)`;
  return { title, details };
}

function isSyntaxError(error: object): boolean {
  return errorIsError(error) && readData(error, "constructor") === SYNTAX_ERROR;
}

/** A property, by its getter if it has one, as errors of the platform do. */
function read(object: object, key: string): unknown {
  try {
    return get(object, key);
  } catch {
    return undefined;
  }
}
