import type { ColorSource } from "./_color_sources.ts";
import type { PageOptions, SourceOptions } from "./page/_page_options.ts";
import type { ErrorReport } from "./error_report.ts";
import type { LiveFrame } from "./instrument/live_frames.ts";
import type { MadeReport, ReportContext } from "./report/make_report.ts";

/** What the boundary and the console server are put together from. */
export interface DebuggerParts {
  /** Whether the sources of the app were loaded by the load hook. */
  readonly isHookInstalled: () => boolean;
  /** Makes the report of an error; never throws. */
  readonly makeReport: (error: unknown, context: ReportContext) => MadeReport;
  /** The page of an error. */
  readonly errorPage: (
    report: ErrorReport,
    options: PageOptions & SourceOptions,
  ) => string;
  /** The page with the newest errors. */
  readonly errorsPage: (
    reports: readonly ErrorReport[],
    options: PageOptions,
  ) => string;
  /** The page of the console that belongs to no error. */
  readonly consolePage: (options: PageOptions) => string;
  /** An error as plain text. */
  readonly errorText: (report: ErrorReport) => string;
  /** An error as what becomes JSON. */
  readonly errorJson: (report: ErrorReport) => unknown;
  /** Makes the console of a frame, with variables besides those of the frame. */
  readonly makeConsole: (
    frame: LiveFrame,
    acornUrl: string,
    extras: Readonly<Record<string, unknown>>,
  ) => Promise<FrameConsole>;
  /** Loads what colors source. */
  readonly loadColors: (url: string) => Promise<ColorSource>;
  /** Waits some milliseconds, without keeping the process alive. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Which members of a value are wanted. */
export interface MembersPage {
  /** How many come before. */
  readonly start: number;
  /** How many at most. */
  readonly count: number;
}

/** The console of one frame. What it returns is sent as JSON. */
export interface FrameConsole {
  /** Runs code. */
  run(code: string): Promise<object>;
  /** The names that may be meant at a place in the code. */
  complete(code: string, cursor: number): readonly string[];
  /** The members of a value: of a variable, or of what was evaluated. */
  members(path: readonly (string | number)[], page: MembersPage): object;
}
