import type {
  ErrorReport,
  ReportedError,
  ReportedFrame,
} from "./error_report.ts";

/** The folders whose functions are around every app. */
const FOLDERS: readonly string[] = ["./", "../../serving/", "../../reloader/"]
  .map((folder) => new URL(folder, import.meta.url).href);

/** The runtime's own modules. */
const RUNTIME_REGEXP = /^(?:ext|node|deno):/;

/**
 * Leaves out the frames of the server, and those of the runtime that call it:
 * they are below those of the app in each stack and say nothing about the error.
 * An error of the server itself, which is for reading, has none at all.
 *
 * @param report The report.
 * @returns A report whose frames have the same numbers as before.
 */
export function withoutOwnFrames(report: ErrorReport): ErrorReport {
  return { ...report, error: withoutIn(report.error) };
}

function withoutIn(error: ReportedError): ReportedError {
  return {
    ...error,
    frames: appFrames(error.frames),
    errors: error.errors.map(withoutIn),
    ...error.cause !== undefined && { cause: withoutIn(error.cause) },
  };
}

function appFrames(frames: readonly ReportedFrame[]): readonly ReportedFrame[] {
  const others = frames.filter((frame) => !isOurs(frame));
  const last = others.findLastIndex(({ url }) => !RUNTIME_REGEXP.test(url));
  // What fails in the runtime alone has no other place.
  const isOfRuntime = last === -1 && others.length === frames.length;
  return isOfRuntime ? frames : others.slice(0, last + 1);
}

function isOurs({ url }: ReportedFrame): boolean {
  return FOLDERS.some((folder) => url.startsWith(folder));
}
