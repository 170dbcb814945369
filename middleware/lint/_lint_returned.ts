import type { LintFinding } from "./_lint_rule.ts";

/** What an app returned, and whether there is a response in it to look at. */
export interface ReturnedCheck {
  /** The response, `undefined` if it cannot be sent. */
  readonly response?: Response;
  /** What is wrong with it. */
  readonly finding?: LintFinding;
}

/**
 * Checks that what an app returned can be sent.
 *
 * @param value What the app returned.
 * @param seen The responses with a body that it returned before.
 */
export function lintReturned(
  value: unknown,
  seen: WeakSet<Response>,
): ReturnedCheck {
  if (!isResponse(value)) {
    const message = `The app returned ${whatItIs(value)} instead of a Response`;
    return found("not-a-response", message);
  }
  if (value.type === "error") {
    const message = "The app returned Response.error(), which has no status";
    return found("response-error", message);
  }
  if (value.bodyUsed) {
    const message =
      "The app returned a Response whose body was read or sent already";
    return found("response-used", message);
  }
  if (seen.has(value)) {
    const message = "The app returned the same Response twice";
    return found("response-twice", message);
  }
  return { response: value };
}

function found(rule: string, message: string): ReturnedCheck {
  return { finding: { rule, section: "Fetch, Response class", message } };
}

function isResponse(value: unknown): value is Response {
  try {
    return value instanceof Response;
  } catch {
    // A Proxy that throws whatever one asks it.
    return false;
  }
}

function whatItIs(value: unknown): string {
  if (value === null || value === undefined) {
    return `${value} (is a "return" missing?)`;
  }
  return typeof value === "object" ? "another object" : `a ${typeof value}`;
}
