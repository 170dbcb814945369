import type {
  ErrorReport,
  ReportedError,
  ReportedFrame,
  ReportedValue,
  ReportedVariable,
} from "../../../middleware/debugger/error_report.ts";

/** Makes an error that has what every error has. */
export function sampleError(parts: Partial<ReportedError>): ReportedError {
  return {
    title: "Error: no",
    properties: [],
    frames: [],
    errors: [],
    ...parts,
  };
}

/** Makes a frame of the app. */
export function sampleFrame(parts: Partial<ReportedFrame>): ReportedFrame {
  return {
    index: 0,
    url: "file:///home/ann/shop/app.ts",
    path: "app.ts",
    line: 3,
    column: 9,
    isOwn: true,
    isAsync: false,
    ...parts,
  };
}

/** Makes a report. */
export function sampleReport(parts: Partial<ErrorReport>): ErrorReport {
  return {
    id: "k3J9",
    time: Date.UTC(2026, 10, 20, 13, 3, 22),
    kind: "request",
    error: sampleError({}),
    ...parts,
  };
}

/** Makes a variable. */
export function sampleVariable(
  name: string,
  type: ReportedValue["type"],
  text: string,
  parts: Partial<ReportedVariable> = {},
): ReportedVariable {
  const isExpandable = type === "object";
  return {
    name,
    kind: "local",
    isSecret: false,
    value: { type, text, isExpandable },
    ...parts,
  };
}

/** A report of what is rare: members, many equal calls, no own frames. */
export const ODD_REPORT: ErrorReport = sampleReport({
  kind: "stray",
  notice:
    "The values of variables are not known, as the app was not loaded by devserve.",
  error: sampleError({
    title: "AggregateError: All promises were rejected",
    frames: [
      sampleFrame({
        index: 0,
        functionName: "Object.runMicrotasks",
        url: "ext:core/01_core.js",
        path: "ext:core/01_core.js",
        isOwn: false,
      }),
    ],
    errors: [
      sampleError({
        title: "RangeError: Maximum call stack size exceeded",
        frames: [1, 2, 3, 4, 5, 6].map((index) =>
          sampleFrame({ index, functionName: "descendIntoEachDirectoryBelow" })
        ),
      }),
      sampleError({
        title: "a thrown string",
        cause: sampleError({
          title: "Error: root",
          frames: [sampleFrame({ index: 7 })],
        }),
      }),
    ],
  }),
});
