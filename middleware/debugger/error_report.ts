/**
 * What failed: a request, a body that was being sent, a promise or timer that
 * belongs to no request, or the loading of the app.
 */
export type ErrorKind = "request" | "stream" | "stray" | "load";

/** What is known of an error that reached the debugger: what its page shows. */
export interface ErrorReport {
  /** Names the report in URLs; nobody can guess it. */
  readonly id: string;
  /** When, in milliseconds since 1970. */
  readonly time: number;
  /** What failed. */
  readonly kind: ErrorKind;
  /** The request, if there was one. */
  readonly request?: ReportedRequest;
  /** The error. */
  readonly error: ReportedError;
  /** What the reader has to know, such as why there are no variables. */
  readonly notice?: string;
}

/** A request, as far as it is shown. */
export interface ReportedRequest {
  /** The method. */
  readonly method: string;
  /** The URL. */
  readonly url: string;
  /** The headers; secret ones, such as cookies, are shown on demand. */
  readonly headers: readonly {
    readonly name: string;
    readonly value: string;
    readonly isSecret: boolean;
  }[];
}

/** An error, or whatever else was thrown. */
export interface ReportedError {
  /** `TypeError: x is not a function`, on one line. */
  readonly title: string;
  /** The rest of a message that has several lines. */
  readonly details?: string;
  /** Own properties besides name, message, stack, cause, errors. */
  readonly properties: readonly ReportedVariable[];
  /** The frames, innermost first. */
  readonly frames: readonly ReportedFrame[];
  /** Its `cause`. */
  readonly cause?: ReportedError;
  /** The members of an `AggregateError`. */
  readonly errors: readonly ReportedError[];
}

/** A call that the error has come through. */
export interface ReportedFrame {
  /** Its number in the report, over all its errors: what commands name it by. */
  readonly index: number;
  /** The function, as the stack has it: `Svc.run`. */
  readonly functionName?: string;
  /** The URL of the file. */
  readonly url: string;
  /** The file as it is shown: relative to the project if it is in it. */
  readonly path: string;
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1. */
  readonly column: number;
  /** Whether the file belongs to the app, not to a package or the runtime. */
  readonly isOwn: boolean;
  /** Whether it waited for the frame before it. */
  readonly isAsync: boolean;
  /** The lines around the place, where the source can be had. */
  readonly source?: ReportedSource;
  /** The variables in scope; absent where the frame is not live. */
  readonly variables?: readonly ReportedVariable[];
}

/** Some lines of a file. */
export interface ReportedSource {
  /** The number of the first line. */
  readonly firstLine: number;
  /** The lines, without their ends. */
  readonly lines: readonly string[];
}

/** A variable or property, with its value. */
export interface ReportedVariable {
  /** Its name or key, as it is shown: `user`, `#secret`, `[Symbol(x)]`, `0`. */
  readonly name: string;
  /** Where it comes from. */
  readonly kind: "this" | "argument" | "local" | "closure" | "property";
  /** Whether the name looks like that of a secret: shown on demand only. */
  readonly isSecret: boolean;
  /** The value. */
  readonly value: ReportedValue;
}

/** A value, as it is shown before it is expanded. */
export interface ReportedValue {
  /** How the text is colored. */
  readonly type:
    | "undefined"
    | "null"
    | "boolean"
    | "number"
    | "bigint"
    | "string"
    | "symbol"
    | "function"
    | "object"
    | "error"
    | "accessor"
    | "unavailable";
  /** A short text, well truncated: `{ id: 1, name: "ann" }`, `<not initialised yet>`. */
  readonly text: string;
  /** Whether it has members that can be asked for. */
  readonly isExpandable: boolean;
}
