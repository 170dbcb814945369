import { isToken } from "./_field_syntax.ts";
import { lintCookieAttributes } from "./_lint_cookie_attributes.ts";
import type { LintExchange, LintFinding } from "./_lint_rule.ts";
import {
  attributeOf,
  parseSetCookie,
  type SetCookie,
} from "./_parse_set_cookie.ts";
import { quoteValue } from "./_quote_value.ts";

const SECTION = "RFC 6265 section 4.1.1";

/** Printable ASCII without space, quote, comma, semicolon and backslash. */
const VALUE_REGEXP = /^(?:[!#-+\--:<-[\]-~]*|"[!#-+\--:<-[\]-~]*")$/;

/** What user agents store of the name and the value together. */
const MAX_SIZE = 4096;

/** The cookies that are set. */
export function* lintCookies(
  { response: { headers } }: LintExchange,
): Generator<LintFinding> {
  const places = new Set<string>();
  for (const field of headers.getSetCookie()) {
    const cookie = parseSetCookie(field);
    const about = cookie.name ?? cookie.value;
    yield* lintPair(cookie, field);
    for (const finding of lintCookieAttributes(cookie)) {
      yield { ...finding, about: `${about} ${finding.about ?? ""}` };
    }
    const place = placeOf(cookie);
    if (places.has(place)) {
      yield {
        rule: "cookie-twice",
        section: SECTION,
        message: `The cookie ${quoteValue(about)} is set twice in one response`,
        about,
      };
    }
    places.add(place);
  }
}

function* lintPair(cookie: SetCookie, field: string): Generator<LintFinding> {
  const { name, value } = cookie;
  const about = name ?? value;
  if (name === undefined || !isToken(name)) {
    yield {
      rule: "cookie-name",
      section: SECTION,
      message: name === undefined
        ? `A cookie is a name, "=" and a value: ${quoteValue(field)}`
        : `The name of a cookie is a token: ${quoteValue(field)}`,
      about,
    };
  }
  if (!VALUE_REGEXP.test(value)) {
    yield {
      rule: "cookie-value",
      section: SECTION,
      message:
        `The value of a cookie has no spaces, quotes, commas, backslashes and nothing outside of ASCII: ${
          quoteValue(field)
        }`,
      about,
    };
  }
  if (about.length + value.length > MAX_SIZE) {
    yield {
      rule: "cookie-size",
      section: "RFC 6265 section 6.1",
      message: `User agents ignore a cookie of more than ${MAX_SIZE} bytes: ${
        quoteValue(about)
      }`,
      about,
    };
  }
}

/** A cookie of that name for another path or domain is another one. */
function placeOf(cookie: SetCookie): string {
  const path = attributeOf(cookie, "path");
  const domain = attributeOf(cookie, "domain")?.toLowerCase();
  return JSON.stringify([cookie.name, path, domain]);
}
