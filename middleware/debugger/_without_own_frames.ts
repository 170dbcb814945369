import type {
  ErrorReport,
  ReportedError,
  ReportedFrame,
} from "./error_report.ts";

/** The folders whose functions are around every app. */
const FOLDERS: readonly string[] = ["./", "../../serving/", "../../reloader/"]
  .map((folder) => new URL(folder, import.meta.url).href);

/** The name of a class before a message. */
const CLASS_REGEXP = /^[\w$]+: (?=.)/;
/** The runtime's own modules. */
const RUNTIME_REGEXP = /^(?:ext|node|deno):/;

/**
 * Leaves out the frames of the server, and those of the runtime that call it:
 * they are below those of the app in each stack and say nothing about the error.
 * An error of the server itself has none at all, nor the name of a class: it is
 * for reading.
 *
 * @param report The report.
 * @returns A report whose frames have the same numbers as before.
 */
export function withoutOwnFrames(report: ErrorReport): ErrorReport {
  return { ...report, error: withoutIn(report.error) };
}

function withoutIn(error: ReportedError): ReportedError {
  const { title } = error;
  const frames = appFrames(error.frames);
  const isOwn = frames.length === 0 && isOfServer(error.frames);
  return {
    ...error,
    title: isOwn ? title.replace(CLASS_REGEXP, "") : title,
    frames,
    errors: error.errors.map(withoutIn),
    ...error.cause !== undefined && { cause: withoutIn(error.cause) },
  };
}

function appFrames(frames: readonly ReportedFrame[]): readonly ReportedFrame[] {
  const others = frames.filter((frame) => !isOurs(frame));
  const last = others.findLastIndex(({ url }) => !RUNTIME_REGEXP.test(url));
  if (last === -1) return isOfServer(frames) ? [] : others;
  return others.slice(0, last + 1);
}

/** Whether it was the server that has thrown an error with these frames. */
function isOfServer([first]: readonly ReportedFrame[]): boolean {
  return first !== undefined && isOurs(first);
}

function isOurs({ url }: ReportedFrame): boolean {
  return FOLDERS.some((folder) => url.startsWith(folder));
}
