import type { ReportedFrame } from "../error_report.ts";

/**
 * Writes a frame as V8 does, with its file as the report shows it.
 *
 * @param frame The frame.
 * @returns `at async load (app.ts:3:5)`.
 */
export function frameLine(frame: ReportedFrame): string {
  const { functionName, isAsync } = frame;
  const async = isAsync ? "async " : "";
  return functionName === undefined
    ? `at ${async}${framePlace(frame)}`
    : `at ${async}${functionName} (${framePlace(frame)})`;
}

/**
 * Writes the place of a frame.
 *
 * @param frame The frame.
 * @returns `app.ts:3:5`.
 */
export function framePlace({ path, line, column }: ReportedFrame): string {
  return `${path}:${line}:${column}`;
}
