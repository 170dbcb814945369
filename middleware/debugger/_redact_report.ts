import type {
  ErrorReport,
  ReportedError,
  ReportedVariable,
} from "./error_report.ts";

/** What stands for a secret on the origin of the app. */
export const HIDDEN = "<hidden: shown on the page of the console>";

/** What stands for a secret on that page before the PIN was given. */
export const HIDDEN_BY_PIN = "<hidden: give the PIN, and reload>";

/**
 * Takes the secrets out of a report: what leaves on the origin of the app can be
 * read by all of its scripts, even one that somebody has smuggled in, and a
 * cookie that they cannot read must not be told them here.
 *
 * @param report The report.
 * @param text What stands for a secret.
 * @returns A report without the values of what looks like a secret.
 */
export function redactReport(report: ErrorReport, text: string): ErrorReport {
  const { request } = report;
  return {
    ...report,
    error: redactError(report.error, text),
    ...request !== undefined && {
      request: {
        ...request,
        headers: request.headers.map((header) =>
          header.isSecret ? { ...header, value: text } : header
        ),
      },
    },
  };
}

function redactError(error: ReportedError, text: string): ReportedError {
  const redact = (variable: ReportedVariable) => redactVariable(variable, text);
  return {
    ...error,
    properties: error.properties.map(redact),
    frames: error.frames.map((frame) =>
      frame.variables === undefined
        ? frame
        : { ...frame, variables: frame.variables.map(redact) }
    ),
    errors: error.errors.map((member) => redactError(member, text)),
    ...error.cause !== undefined && { cause: redactError(error.cause, text) },
  };
}

function redactVariable(
  variable: ReportedVariable,
  text: string,
): ReportedVariable {
  if (!variable.isSecret) return variable;
  return {
    ...variable,
    value: { type: "unavailable", text, isExpandable: false },
  };
}
