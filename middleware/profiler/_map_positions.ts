import { Script } from "node:vm";
import type { CpuProfile } from "./_profile_session.ts";

/** A position in a file, counted from 0. */
interface Position {
  url: string;
  lineNumber: number;
  columnNumber: number;
}

const FRAME_REGEXP = /\n\s+at (?:.* \()?(.+):(\d+):(\d+)\)?(?:\n|$)/;

// Far to the right: the last statement that the line was made of.
const END_OF_LINE = 100_000;

/**
 * Replaces the positions in a profile, which are those in the JavaScript that
 * Deno made of TypeScript, by those in the source.
 *
 * Deno keeps its source maps to itself, but applies them to the stack of every
 * error. So for each position an error is made that comes from there: by a
 * script that has the name of the file and begins at that line and column.
 *
 * @param profile The profile, which is changed.
 */
export function mapPositions(profile: CpuProfile): void {
  const known = new Map<string, Position>();
  withPlainStacks(() => {
    for (const { callFrame, positionTicks } of profile.nodes) {
      const { url } = callFrame;
      // A stack shortens URLs with data.
      if (!/^(?:file|https?|blob):/.test(url)) continue;
      if (callFrame.lineNumber >= 0) {
        Object.assign(callFrame, originalOf(callFrame, known));
      }
      for (const tick of positionTicks ?? []) {
        const lineNumber = tick.line - 1;
        const end = { url, lineNumber, columnNumber: END_OF_LINE };
        tick.line = originalOf(end, known).lineNumber + 1;
      }
    }
  });
}

function originalOf(
  { url, lineNumber, columnNumber }: Position,
  known: Map<string, Position>,
): Position {
  const key = `${url}:${lineNumber}:${columnNumber}`;
  const position = known.get(key) ??
    askStack({ url, lineNumber, columnNumber });
  known.set(key, position);
  return position;
}

function askStack(position: Position): Position {
  const { url, lineNumber, columnNumber } = position;
  const script = new Script("new Error().stack", {
    filename: url,
    lineOffset: lineNumber,
    columnOffset: columnNumber,
  });
  const stack: unknown = script.runInThisContext();
  const [, source, line, column] = FRAME_REGEXP.exec(String(stack)) ?? [];
  if (source === undefined) return position;
  return {
    url: source,
    lineNumber: Number(line) - 1,
    columnNumber: Number(column) - 1,
  };
}

/** An app may have stacks of its own kind, or none. */
function withPlainStacks(run: () => void): void {
  const errors: { prepareStackTrace?: unknown; stackTraceLimit: number } =
    Error;
  const { prepareStackTrace, stackTraceLimit } = errors;
  const wasOwn = Object.hasOwn(errors, "prepareStackTrace");
  try {
    errors.stackTraceLimit = 1;
    errors.prepareStackTrace = undefined;
    run();
  } finally {
    errors.stackTraceLimit = stackTraceLimit;
    if (wasOwn) errors.prepareStackTrace = prepareStackTrace;
    else delete errors.prepareStackTrace;
  }
}
