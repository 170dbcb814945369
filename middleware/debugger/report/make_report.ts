import type { ErrorReport } from "../error_report.ts";
import { framesOf, type LiveFrame } from "../instrument/live_frames.ts";
import { ownFiles } from "./_own_files.ts";
import { isErrorLike } from "./_read_thrown.ts";
import { reportRequest } from "./_report_request.ts";
import { reportThrown } from "./_report_thrown.ts";
import { SourceFiles } from "./_source_files.ts";

/** What is known of an error besides itself. */
export interface ReportContext {
  /** What failed. */
  readonly kind: ErrorReport["kind"];
  /** The request, if there was one. */
  readonly request?: Request;
  /** The path of the folder of the app, whose files are the app's own. */
  readonly root: string;
  /** What the reader has to know. */
  readonly notice?: string;
  /**
   * Finds the live frames of an error.
   *
   * @default {framesOf}
   */
  readonly framesOf?: (error: unknown) => readonly LiveFrame[];
}

/** A report with the frames that live behind it. */
export interface MadeReport {
  /** The report. */
  readonly report: ErrorReport;
  /** The frames in which code can be run, by their numbers in the report. */
  readonly frames: ReadonlyMap<number, LiveFrame>;
}

const { now } = Date;
const randomUUID = crypto.randomUUID.bind(crypto);
const NO_ERROR = "What was thrown is no error, and so it has no stack";
const LIKELY_PLACES =
  ": these are the functions that it has come through, at their likely places";

/**
 * Makes a report of an error, or of whatever else was thrown: its message, the
 * causes of it, and its frames with their source and variables.
 *
 * Never throws. Runs no code of the app but getters of the error's message and
 * stack. Source is read from local files, where reading is permitted without
 * asking.
 *
 * @param error What was thrown.
 * @param context What is known besides.
 * @returns The report, and the frames behind it.
 *
 * @example Usage
 * ```ts
 * import { makeReport } from "./make_report.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new TypeError("No such user", { cause: "deleted" });
 * const { report } = makeReport(error, { kind: "request", root: "/app" });
 * assertEquals(report.error.title, "TypeError: No such user");
 * assertEquals(report.error.cause?.title, '"deleted"');
 * ```
 */
export function makeReport(
  error: unknown,
  context: ReportContext,
): MadeReport {
  const { kind, request, notice } = context;
  const live = new Map<number, LiveFrame>();
  const reported = request && reportRequest(request);
  const reportedError = reportError(error, live, context);
  const shown = notice ??
    (isErrorLike(error) ? undefined : noErrorNotice(reportedError));
  const report: ErrorReport = {
    id: randomUUID(),
    time: now(),
    kind,
    ...reported !== undefined && { request: reported },
    error: reportedError,
    ...shown !== undefined && { notice: shown },
  };
  return { report, frames: live };
}

function noErrorNotice({ frames }: ErrorReport["error"]): string {
  return `${NO_ERROR}${frames.length === 0 ? "" : LIKELY_PLACES}.`;
}

function reportError(
  error: unknown,
  live: Map<number, LiveFrame>,
  { root, framesOf: frames = framesOf }: ReportContext,
): ErrorReport["error"] {
  try {
    return reportThrown(error, {
      files: ownFiles(root),
      sources: new SourceFiles(),
      live,
      described: new Map(),
      next: 0,
      framesOf: frames,
      seen: new Set(),
    });
  } catch {
    // Nothing is known to get here, but an error must not hide another.
    return {
      title: "An error that cannot be shown",
      properties: [],
      frames: [],
      errors: [],
    };
  }
}
