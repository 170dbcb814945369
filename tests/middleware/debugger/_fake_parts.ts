import type {
  DebuggerParts,
  FrameConsole,
} from "../../../middleware/debugger/_debugger_parts.ts";
import type {
  MadeReport,
  ReportContext,
} from "../../../middleware/debugger/report/make_report.ts";
import type {
  ErrorReport,
  ReportedVariable,
} from "../../../middleware/debugger/error_report.ts";
import type { LiveFrame } from "../../../middleware/debugger/instrument/live_frames.ts";
import type { PageOptions } from "../../../middleware/debugger/page/_page_options.ts";

/** What the variables named `secret` are in fake reports. */
export const SECRET = "the-secret-value";

const PLACE = { line: 1, column: 1 };

/** A frame whose code is run by the global `eval`. */
const FRAME: LiveFrame = {
  url: "file:///app.ts",
  functionName: "fail",
  start: PLACE,
  end: PLACE,
  names: [{ name: "secret", kind: "local" }],
  evaluate: (code) => (0, eval)(code),
};

/** Parts that show what they are given, as JSON, and run code for real. */
export const FAKE_PARTS: DebuggerParts = {
  isHookInstalled: () => true,
  makeReport,
  errorPage: (report, options) => page({ report, options }),
  errorsPage: (reports, options) => page({ reports, options }),
  consolePage: (options) => page({ options }),
  errorText: ({ error }) => `text of ${error.title}\n`,
  errorJson: (report) => ({ report }),
  makeConsole: (frame) => Promise.resolve(fakeConsole(frame)),
  loadColors: () => Promise.resolve((code) => Promise.resolve(code)),
  wait: () => Promise.resolve(),
};

/** What a fake page was made from. */
export interface FakePage {
  /** The report of the page of an error. */
  readonly report?: ErrorReport;
  /** The reports of a list. */
  readonly reports?: readonly ErrorReport[];
  /** The options of the page. */
  readonly options: PageOptions;
}

/** Reads what a fake page was made from. */
export function readFakePage(text: string): FakePage {
  const json = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  return JSON.parse(json);
}

function page(content: FakePage): string {
  return `<!doctype html><pre>${JSON.stringify(content)}</pre>`;
}

function makeReport(error: unknown, context: ReportContext): MadeReport {
  const { kind, request, notice } = context;
  const secret: ReportedVariable = {
    name: "secret",
    kind: "local",
    isSecret: true,
    value: { type: "string", text: SECRET, isExpandable: false },
  };
  const report: ErrorReport = {
    id: crypto.randomUUID(),
    time: Date.now(),
    kind,
    ...request !== undefined && {
      request: {
        method: request.method,
        url: request.url,
        headers: [...request.headers].map(([name, value]) => ({
          name,
          value,
          isSecret: name === "cookie",
        })),
      },
    },
    error: {
      title: String(error),
      properties: [secret],
      frames: [{
        index: 0,
        url: "file:///app.ts",
        path: "app.ts",
        line: 1,
        column: 1,
        isOwn: true,
        isAsync: false,
        variables: [secret],
      }],
      errors: [],
    },
    ...notice !== undefined && { notice },
  };
  return { report, frames: new Map([[0, FRAME]]) };
}

function fakeConsole(frame: LiveFrame): FrameConsole {
  return {
    async run(code) {
      const value = await frame.evaluate(code);
      const text = Deno.inspect(value);
      return { output: "", value: { type: typeof value, text } };
    },
    complete: (code, cursor) => [code.slice(0, cursor)],
    members: (path, { start, count }) => ({
      members: [path, start, count],
      rest: 0,
    }),
  };
}
