import { cleanText } from "./_clean_text.ts";
import { entryOfError } from "./_entry_of_error.ts";
import { findBrokenJson } from "./_find_broken_json.ts";
import type { SourcePlace } from "./_source_excerpt.ts";
import {
  appFrames,
  isOwnFrame,
  parseFrames,
  type StackFrame,
} from "./_stack_frame.ts";

/** An error taken apart for showing it. */
export interface ReadError {
  /** What is left of the name before the message; empty for our own errors. */
  name: string;
  message: string;
  /** Where the module is that could not be loaded, if that is what happened. */
  place?: SourcePlace;
  /** The frames that are the app's. */
  frames: StackFrame[];
  /** The members of an `AggregateError`. */
  members: unknown[];
  /** The cause; `undefined` if there is none. */
  cause: unknown;
}

/** Deno's word for every module that cannot be loaded, whatever the reason. */
const LOAD_CODE = "ERR_MODULE_NOT_FOUND";
const PLACE_REGEXP =
  /\s+at ((?:file|https?|npm|jsr|data|blob):\S+?):(\d+):(\d+)\s*$/;

/**
 * Takes an error apart. Nothing is trusted to be what it is called, since
 * anything can be thrown, with getters that throw in turn.
 */
export function readError(error: object): ReadError {
  const message = readText(error, "message");
  const { name, frames } = readStack(error, message);
  const members = read(error, "errors");
  const result: ReadError = {
    name,
    message,
    frames: appFrames(frames),
    members: Array.isArray(members) ? members : [],
    cause: read(error, "cause"),
  };
  if (isLoadError(error)) readLoadError(result);
  const thrower = frames.find(({ text }) => !text.startsWith("async "));
  if (isInstance(error, SyntaxError)) {
    splitPlace(result);
    // Only what V8 or Deno throw themselves has no function to throw it.
    const entry = result.place || thrower ? undefined : entryOfError(error);
    const place = entry === undefined
      ? undefined
      : findBrokenJson(entry, message);
    if (place !== undefined) result.place = place;
  }
  // What devserve itself has to say is for reading, and needs no class name.
  const isOwn = thrower !== undefined && isOwnFrame(thrower);
  if (isOwn && result.frames.length === 0) result.name = "";
  return result;
}

/** Whether a value is an error, of this or another realm. */
export function isError(value: unknown): value is object {
  return isInstance(value, Error) || Error.isError(value);
}

/** Whether Deno could not load a module, whatever the reason. */
export function isLoadError(error: object): boolean {
  return read(error, "code") === LOAD_CODE;
}

/** A module that is missing, or that Deno's own parser does not accept. */
function readLoadError(error: ReadError): void {
  // Deno paints the place where it would paint its own output.
  error.message = cleanText(error.message);
  splitPlace(error);
  // Its class says nothing, and the excerpt is made anew.
  error.name = "";
  error.message = error.message.replace(/\n\s*\|\n[\s\S]*$/, "");
}

/** Takes the place off the message; Deno says it twice at times. */
function splitPlace(error: ReadError): void {
  let found = PLACE_REGEXP.exec(error.message);
  while (found !== null) {
    const [whole, url, line, column] = found;
    error.message = error.message.slice(0, -whole.length);
    error.place = { url: url!, line: Number(line), column: Number(column) };
    found = PLACE_REGEXP.exec(error.message);
  }
}

/** The name as the stack has it, with a Node code, and the frames below it. */
function readStack(
  error: object,
  message: string,
): { name: string; frames: StackFrame[] } {
  const stack = readText(error, "stack");
  const name = readText(error, "name") || "Error";
  const at = message === "" ? -1 : stack.indexOf(message);
  // Without the message in it, it begins at the first line that looks right.
  const below = at === -1
    ? stack.slice(Math.max(0, stack.search(/^\s+at /m)))
    : stack.slice(at + message.length);
  const heading = at === -1 ? "" : stack.slice(0, at).replace(/: $/, "");
  const isHeading = heading.includes(name) && !heading.includes("\n");
  return { name: isHeading ? heading : name, frames: parseFrames(below) };
}

function isInstance(
  value: unknown,
  // deno-lint-ignore ban-types -- what `instanceof` takes
  constructor: Function,
): boolean {
  try {
    return value instanceof constructor;
  } catch {
    // A proxy that throws is not an instance of anything useful.
    return false;
  }
}

function readText(error: object, key: string): string {
  const value = read(error, key);
  return typeof value === "string" ? value : "";
}

function read(error: object, key: string): unknown {
  try {
    return Reflect.get(error, key);
  } catch {
    // A getter that throws has nothing to tell.
    return undefined;
  }
}
