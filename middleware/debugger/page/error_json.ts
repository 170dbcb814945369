import { requestTarget } from "./_request_target.ts";
import type {
  ErrorReport,
  ReportedError,
  ReportedFrame,
} from "../error_report.ts";

/** An error for programs. */
export interface JsonReport {
  /** Names the report in URLs. */
  readonly id: string;
  /** When, as RFC 3339 writes it. */
  readonly time: string;
  /** What failed. */
  readonly kind: ErrorReport["kind"];
  /** The request, without its headers. */
  readonly request?: { readonly method: string; readonly path: string };
  /** The error. */
  readonly error: JsonError;
  /** What the reader has to know. */
  readonly notice?: string;
}

/** One error with what lies behind it. */
export interface JsonError {
  /** `TypeError: x is not a function`. */
  readonly title: string;
  /** The rest of a message that has several lines. */
  readonly details?: string;
  /** The frames, innermost first. */
  readonly frames: readonly JsonFrame[];
  /** Its cause. */
  readonly cause?: JsonError;
  /** Its members. */
  readonly errors?: readonly JsonError[];
}

/** A frame without its variables. */
export type JsonFrame = Omit<ReportedFrame, "index" | "source" | "variables">;

/**
 * Makes what is sent to clients that accept JSON: the error without variables
 * and headers, which may hold secrets.
 *
 * @param report The report.
 * @returns What `JSON.stringify()` takes.
 *
 * @example Usage
 * ```ts
 * import { errorJson } from "./error_json.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { error } = errorJson({
 *   id: "1",
 *   time: 0,
 *   kind: "stray",
 *   error: { title: "Error: no", properties: [], frames: [], errors: [] },
 * });
 * assertEquals(error, { title: "Error: no", frames: [] });
 * ```
 */
export function errorJson(report: ErrorReport): JsonReport {
  const { id, time, kind, request, error, notice } = report;
  return {
    id,
    time: Number.isFinite(time) ? new Date(time).toISOString() : "",
    kind,
    ...request && {
      request: { method: request.method, path: requestTarget(request) },
    },
    error: jsonError(error),
    ...notice !== undefined && { notice },
  };
}

function jsonError(error: ReportedError): JsonError {
  const { title, details, frames, cause, errors } = error;
  return {
    title,
    ...details !== undefined && { details },
    frames: frames.map(jsonFrame),
    ...cause && { cause: jsonError(cause) },
    ...errors.length > 0 && { errors: errors.map(jsonError) },
  };
}

function jsonFrame(frame: ReportedFrame): JsonFrame {
  const { index: _, source: __, variables: ___, ...rest } = frame;
  return rest;
}
