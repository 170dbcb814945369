import { isHttpDate, isToken, listMembers } from "./_field_syntax.ts";
import type { LintExchange, LintFinding } from "./_lint_rule.ts";
import { quoteValue } from "./_quote_value.ts";

/** An opaque tag in quotes, after `W/` if it is weak. */
const ETAG_REGEXP = /^(?:W\/)?"[!#-~\x80-\xff]*"$/;

const DATE_FIELDS: [field: string, section: string][] = [
  ["date", "RFC 9110 section 6.6.1"],
  ["last-modified", "RFC 9110 section 8.8.2"],
  ["expires", "RFC 9111 section 5.3"],
];

/** Clocks are read in whole seconds. */
const CLOCK_TOLERANCE_MS = 1000;

/** The methods that people write in lower case. */
const METHODS = new Set([
  ...["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
]);

/** The syntax of single fields that are not about content. */
export function* lintFields(
  { response: { headers } }: LintExchange,
): Generator<LintFinding> {
  yield* lintEtag(headers.get("etag"));
  yield* lintDates(headers);
  yield* lintRetryAfter(headers.get("retry-after"));
  yield* lintAllowSyntax(headers.get("allow"));
}

function* lintEtag(etag: string | null): Generator<LintFinding> {
  if (etag === null || ETAG_REGEXP.test(etag)) return;
  const shared = { section: "RFC 9110 section 8.8.3", about: "etag" };
  const shown = quoteValue(etag);
  const tag = etag.replace(/^w\//i, "");
  if (etag.startsWith("w/")) {
    const message = `The prefix of a weak ETag is an upper-case W/: ${shown}`;
    yield { rule: "etag-weak", ...shared, message };
  }
  if (!/^".*"$/s.test(tag)) {
    const message = `An ETag stands in double quotes: ${shown}`;
    yield { rule: "etag-quotes", ...shared, message };
  } else if (!ETAG_REGEXP.test(tag)) {
    const message =
      `An ETag is one tag without spaces and inner quotes: ${shown}`;
    yield { rule: "etag-syntax", ...shared, message };
  }
}

function* lintDates(headers: Headers): Generator<LintFinding> {
  for (const [field, section] of DATE_FIELDS) {
    const value = headers.get(field);
    if (value === null) continue;
    if (!isHttpDate(value)) {
      yield {
        rule: "date-syntax",
        section,
        message: `The date in ${field} is not like "${
          new Date(0).toUTCString()
        }": ${quoteValue(value)}`,
        about: field,
      };
    } else if (
      field === "last-modified" &&
      Date.parse(value) > Date.now() + CLOCK_TOLERANCE_MS
    ) {
      yield {
        rule: "last-modified-future",
        section: "RFC 9110 section 8.8.2.1",
        message: `Last-Modified is in the future: ${quoteValue(value)}`,
      };
    }
  }
}

function* lintRetryAfter(value: string | null): Generator<LintFinding> {
  if (value === null || /^\d+$/.test(value) || isHttpDate(value)) return;
  yield {
    rule: "retry-after",
    section: "RFC 9110 section 10.2.3",
    message: `Retry-After is neither a number of seconds nor a date: ${
      quoteValue(value)
    }`,
  };
}

function* lintAllowSyntax(value: string | null): Generator<LintFinding> {
  for (const method of listMembers(value)) {
    const isLowerCase = !METHODS.has(method) &&
      METHODS.has(method.toUpperCase());
    if (isToken(method) && !isLowerCase) continue;
    yield {
      rule: "allow",
      section: "RFC 9110 section 10.2.1",
      message: isLowerCase
        ? `Methods in Allow are case-sensitive: ${quoteValue(method)}`
        : `Allow is a list of methods: ${quoteValue(value ?? "")}`,
      about: method,
    };
  }
}
