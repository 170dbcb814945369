import { displayPath } from "./_display_path.ts";
import { type Paint, painter } from "./_paint.ts";
import { type ReadError, readError } from "./_read_error.ts";
import { sourceExcerpt, type SourcePlace } from "./_source_excerpt.ts";

/** Options for {@linkcode formatLoadError}. */
export interface FormatLoadErrorOptions {
  /**
   * The folder that paths are shown from, where that is shorter.
   *
   * @default {Deno.cwd()}
   */
  cwd?: string;
  /**
   * Whether to use colors.
   *
   * @default {false}
   */
  color?: boolean;
  /** The URL of the app's module, to find the broken one of its JSON imports. */
  specifier?: string;
}

/** Errors in errors that are shown, downward and side by side. */
const MAX_DEPTH = 8;
const MAX_MEMBERS = 10;
// deno-lint-ignore no-control-regex -- what a terminal would obey
const CONTROL_REGEXP = /\x1b\[[\d;]*m|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

interface Context {
  cwd: string;
  paint: Paint;
  specifier?: string | undefined;
  seen: Set<unknown>;
}

/**
 * Shows an error that came of loading an app, for the app's author: the message,
 * three lines of source around the place, and the stack from the first file of
 * the app to the last, without devserve's and the runtime's frames. Causes and
 * the members of an `AggregateError` follow in the same way.
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
 * import { formatLoadError } from "@x/devserve";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const error = new Error("no connection", { cause: "no network" });
 * const text = formatLoadError(error);
 * assertStringIncludes(text, "Error: no connection");
 * assertStringIncludes(text, 'Caused by: "no network"');
 * ```
 */
export function formatLoadError(
  error: unknown,
  options: FormatLoadErrorOptions = {},
): string {
  const { cwd = Deno.cwd(), color = false, specifier } = options;
  const paint = painter({ color });
  const lines = describe(error, { cwd, paint, specifier, seen: new Set() }, 0);
  return lines.join("\n");
}

function describe(value: unknown, context: Context, depth: number): string[] {
  if (!isError(value)) {
    const text = `${inspect(value)}${depth === 0 ? " was thrown" : ""}`;
    return [context.paint("red", clean(text))];
  }
  if (context.seen.has(value) || depth > MAX_DEPTH) return ["(and so on)"];
  context.seen.add(value);
  const error = readError(value, context.specifier);
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
  const message = error.place || error.name === ""
    ? shortenUrls(error.message, cwd)
    : error.message;
  const heading = [error.name, clean(message)].filter((part) => part !== "");
  const lines = [paint("red", heading.join(": ") || "Error")];
  const place = error.place ??
    error.frames.find((frame) => isOfApp(frame, cwd));
  // One excerpt is a help, more of them hide what matters.
  if (depth === 0 && place) {
    lines.push(...sourceExcerpt(place, paint).map(clean));
  }
  if (error.place) lines.push(`    at ${showPlace(error.place, context)}`);
  for (const frame of error.frames) {
    const start = frame.text.indexOf(frame.url);
    const before = frame.text.slice(0, start);
    const after = before.endsWith("(") ? ")" : "";
    const line = `    at ${clean(before)}${showPlace(frame, context)}${after}`;
    lines.push(line);
  }
  return lines;
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
  const [first, ...rest] = describe(cause.value, context, depth + 1);
  return [`Caused by: ${first}`, ...rest];
}

function showPlace(
  { url, line, column }: SourcePlace,
  { cwd, paint }: Context,
): string {
  const position = line === undefined ? "" : `:${line}:${column}`;
  return paint("cyan", clean(displayPath(url, cwd))) + position;
}

/** Whether a frame is in the app's own sources rather than in a package. */
function isOfApp({ url }: SourcePlace, cwd: string): boolean {
  return /^file:/i.test(url) && !url.includes("/node_modules/") &&
    !displayPath(url, cwd).startsWith("..");
}

function shortenUrls(message: string, cwd: string): string {
  return message.replace(/file:\/\/[^\s"']+/g, (url) => displayPath(url, cwd));
}

function isError(value: unknown): value is object {
  return value instanceof Error ||
    Object.prototype.toString.call(value) === "[object Error]";
}

function inspect(value: unknown): string {
  try {
    return Deno.inspect(value);
  } catch {
    // A proxy or a custom inspect function that throws as well.
    return "A value that cannot be shown";
  }
}

/** Escapes what a terminal would obey. Messages may quote anything. */
function clean(text: string): string {
  return text.replace(
    CONTROL_REGEXP,
    (char) =>
      char.length > 1
        ? ""
        : "\\x" + char.charCodeAt(0).toString(16).padStart(2, "0"),
  );
}
