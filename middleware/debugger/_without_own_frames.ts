import type {
  ErrorReport,
  ReportedError,
  ReportedFrame,
} from "./error_report.ts";

/** The folders whose functions are around every app. */
const FOLDERS: readonly string[] = ["./", "../../serving/", "../../reloader/"]
  .map((folder) => new URL(folder, import.meta.url).href);

/**
 * Leaves out the frames of the server, which are below those of the app in each
 * stack and say nothing about the error. Where there are no others, they stay.
 *
 * @param report The report.
 * @returns A report whose frames have the same numbers as before.
 */
export function withoutOwnFrames(report: ErrorReport): ErrorReport {
  return { ...report, error: withoutIn(report.error) };
}

function withoutIn(error: ReportedError): ReportedError {
  const frames = error.frames.filter((frame) => !isOurs(frame));
  return {
    ...error,
    frames: frames.length === 0 ? error.frames : frames,
    errors: error.errors.map(withoutIn),
    ...error.cause !== undefined && { cause: withoutIn(error.cause) },
  };
}

function isOurs({ url }: ReportedFrame): boolean {
  return FOLDERS.some((folder) => url.startsWith(folder));
}
