import type { LintExchange, LintFinding } from "./_lint_rule.ts";
import { quoteValue } from "./_quote_value.ts";

const SECTION = "RFC 9110 section 10.2.2";

/** The characters of a URI reference (RFC 3986 appendix A). */
const URI_REFERENCE_REGEXP = /^(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[0-9a-f]{2})*$/i;

const ABSOLUTE_REGEXP = /^[a-z][a-z0-9+.-]*:/i;

/** Where a redirect or a created resource leads. */
export function* lintLocation(
  { request, response: { status, headers } }: LintExchange,
): Generator<LintFinding> {
  const location = headers.get("location");
  if (location === null) return;
  const shown = quoteValue(location);
  if (
    !URI_REFERENCE_REGEXP.test(location) || !URL.canParse(location, request.url)
  ) {
    const message =
      `Location is no URI reference: spaces and other special characters have to be percent-encoded: ${shown}`;
    yield { rule: "location-syntax", section: SECTION, message };
  } else if (!ABSOLUTE_REGEXP.test(location)) {
    const message =
      `Location is relative, which RFC 2616 did not allow and RFC 9110 does: ${shown}`;
    yield {
      rule: "location-relative",
      section: SECTION,
      message,
      level: "note",
    };
  }
  if (
    status !== 201 && status !== 202 &&
    (status < 300 || status === 304 || status > 399)
  ) {
    const message = `Location has no meaning in a ${status} response: ${shown}`;
    yield { rule: "location-unused", section: SECTION, message, level: "note" };
  }
}
