import { cleanText } from "./_clean_text.ts";
import { displayPath } from "./_display_path.ts";
import { foldEqual } from "./_fold_equal.ts";
import { type Paint, painter } from "./_paint.ts";
import { isError, type ReadError, readError } from "./_read_error.ts";
import { sourceExcerpt, type SourcePlace } from "./_source_excerpt.ts";
import type { StackFrame } from "./_stack_frame.ts";

/** Options for {@linkcode formatError}. */
export interface FormatErrorOptions {
  /**
   * The folder that paths are shown from, where that is shorter. The default is
   * the current one, if it may be known.
   */
  cwd?: string;
  /**
   * Whether to use colors.
   *
   * @default {false}
   */
  color?: boolean;
}

/** Errors in errors that are shown, downward and side by side. */
const MAX_DEPTH = 8;
const MAX_MEMBERS = 10;
/** A package in Deno's cache: `npm/<registry>/@scope/name/1.2.3/`. */
const CACHED_REGEXP = /\/npm\/[^/]+\/(?:@[^/]+\/)?[^/]+\/\d+\.\d+\.\d+[^/]*\//;

interface Context {
  cwd: string;
  paint: Paint;
  seen: Set<unknown>;
}

/**
 * Shows an error of an app for the app's author: the message, three lines of
 * source around the place, and the stack from the first file of the app to the
 * last, without devserve's and the runtime's frames. Calls of a function by itself
 * are folded. Causes and the members of an `AggregateError` follow in the same way.
 *
 * Where a module could not be loaded, because it is missing or its syntax is
 * wrong, the place is the one in the module. Errors that devserve reports itself
 * have no stack. Control characters are escaped, and colors taken out.
 *
 * Uses `--allow-read` permission for the source, and does without it.
 *
 * @param error What was thrown, not necessarily an `Error`.
 * @param options Additional options.
 * @returns The text, without a line break at the end.
 *
 * @example Usage
 * ```ts
 * import { formatError } from "@x/devserve";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const error = new Error("no connection", { cause: "no network" });
 * const text = formatError(error);
 * assertStringIncludes(text, "no connection");
 * assertStringIncludes(text, 'Caused by: "no network"');
 * ```
 */
export function formatError(
  error: unknown,
  options: FormatErrorOptions = {},
): string {
  const { cwd = currentFolder(), color = false } = options;
  const paint = painter({ color });
  const lines = describe(error, { cwd, paint, seen: new Set() }, 0);
  return lines.join("\n");
}

function currentFolder(): string {
  try {
    return Deno.cwd();
  } catch {
    // Without permission, or when it was removed: paths are shown whole then.
    return "/";
  }
}

function describe(value: unknown, context: Context, depth: number): string[] {
  if (!isError(value)) {
    const text = `${inspect(value)}${depth === 0 ? " was thrown" : ""}`;
    return [context.paint("red", cleanText(text))];
  }
  if (context.seen.has(value) || depth > MAX_DEPTH) return ["(and so on)"];
  context.seen.add(value);
  const error = readError(value);
  return [
    ...describeItself(error, context, depth),
    ...describeMembers(error.members, context, depth),
    ...describeCause(error, context, depth),
  ];
}

function describeItself(
  error: ReadError,
  context: Context,
  depth: number,
): string[] {
  const { cwd, paint } = context;
  // Deno's own errors, and ours, name modules; an app's are left as they are.
  const isOurs = error.place !== undefined || error.name === "";
  const message = isOurs ? shortenUrls(error.message, cwd) : error.message;
  const heading = [error.name, message].filter((part) => part !== "");
  const lines = [paint("red", cleanText(heading.join(": ") || "Error"))];
  const place = error.place ?? error.frames.find(isOfApp);
  // One excerpt is a help, more of them hide what matters.
  if (depth === 0 && place) lines.push(...sourceExcerpt(place, paint));
  if (error.place) lines.push(`    at ${showPlace(error.place, context)}`);
  const stack = error.frames.map((frame) => describeFrame(frame, context));
  lines.push(...foldEqual(stack));
  return lines;
}

function describeFrame(frame: StackFrame, context: Context): string {
  const before = frame.text.slice(0, frame.text.indexOf(frame.url));
  const after = before.endsWith("(") ? ")" : "";
  return `    at ${cleanText(before)}${showPlace(frame, context)}${after}`;
}

function describeMembers(
  members: unknown[],
  context: Context,
  depth: number,
): string[] {
  const lines = members.slice(0, MAX_MEMBERS).flatMap((member, index) => {
    const [first, ...rest] = describe(member, context, depth + 1);
    return [
      `    [${index + 1}] ${first}`,
      ...rest.map((line) => `    ${line}`),
    ];
  });
  const left = members.length - MAX_MEMBERS;
  return left > 0 ? [...lines, `    … and ${left} more`] : lines;
}

function describeCause(
  { cause }: ReadError,
  context: Context,
  depth: number,
): string[] {
  if (cause === undefined) return [];
  const [first, ...rest] = describe(cause, context, depth + 1);
  return [`Caused by: ${first}`, ...rest];
}

function showPlace(
  { url, line, column }: SourcePlace,
  { cwd, paint }: Context,
): string {
  const position = line === undefined ? "" : `:${line}:${column}`;
  return paint("cyan", cleanText(displayPath(url, cwd))) + position;
}

/** Whether a frame is in the app's own sources, and not in an npm package. */
function isOfApp({ url }: SourcePlace): boolean {
  return /^file:/i.test(url) && !url.includes("/node_modules/") &&
    !CACHED_REGEXP.test(url);
}

function shortenUrls(message: string, cwd: string): string {
  return message.replace(/file:\/\/[^\s"']+/g, (url) => displayPath(url, cwd));
}

function inspect(value: unknown): string {
  try {
    return Deno.inspect(value);
  } catch {
    // A proxy or a custom inspect function that throws as well.
    return "A value that cannot be shown";
  }
}
