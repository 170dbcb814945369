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
  /** The cause, if there is one. */
  cause?: { value: unknown };
}

/** Deno's word for every module that cannot be loaded, whatever the reason. */
const LOAD_CODE = "ERR_MODULE_NOT_FOUND";
const PLACE_REGEXP =
  /\s+at ((?:file|https?|npm|jsr|data|blob):\S+?):(\d+):(\d+)$/;

/**
 * Takes an error apart. Nothing is trusted to be what it is called, since
 * anything can be thrown, with getters that throw in turn.
 *
 * @param entry The module that was loaded, for errors that name no place.
 */
export function readError(error: object, entry?: string): ReadError {
  const message = readText(error, "message");
  const { name, frames } = readStack(error, message);
  const members = read(error, "errors");
  const result: ReadError = {
    name,
    message,
    frames: appFrames(frames),
    members: Array.isArray(members) ? members : [],
    ...("cause" in error && { cause: { value: read(error, "cause") } }),
  };
  if (read(error, "code") === LOAD_CODE) readLoadError(result);
  else if (error instanceof SyntaxError) readSyntaxError(result, entry);
  if (result.frames.length === 0 && frames[0] && isOwnFrame(frames[0])) {
    // Thrown by devserve itself: the message says it all.
    if (!frames[0].text.startsWith("async ")) result.name = "";
  }
  return result;
}

/** A module that is missing, or that Deno's own parser does not accept. */
function readLoadError(error: ReadError): void {
  splitPlace(error);
  // Its class says nothing, and the excerpt is made anew.
  error.name = "";
  error.message = error.message.replace(/\n\s*\|\n[\s\S]*$/, "");
}

/** A module that V8 does not accept, or a broken JSON module. */
function readSyntaxError(error: ReadError, entry: string | undefined): void {
  splitPlace(error);
  if (error.place || error.frames.length > 0 || entry === undefined) return;
  const place = findBrokenJson(entry, error.message);
  if (place !== undefined) error.place = place;
}

function splitPlace(error: ReadError): void {
  const [whole, url, line, column] = PLACE_REGEXP.exec(error.message) ?? [];
  if (whole === undefined) return;
  error.message = error.message.slice(0, -whole.length);
  error.place = { url: url!, line: Number(line), column: Number(column) };
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
