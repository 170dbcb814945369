import type { LintFinding } from "./_lint_rule.ts";
import { attributeOf, type SetCookie } from "./_parse_set_cookie.ts";
import { quoteValue } from "./_quote_value.ts";

const ATTRIBUTES = "RFC 6265 section 5.2";
const DRAFT = "RFC 6265bis section 4.1";

/** The dates that all user agents understand, with an old form among them. */
const DATE_REGEXP =
  /^[a-z]{3,9}, \d{1,2}[ -][a-z]{3}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/i;

/** The syntax of the attributes that have one, by their name. */
const VALUES: Record<string, (value: string) => boolean> = {
  domain: (value) => value !== "",
  expires: (value) =>
    DATE_REGEXP.test(value) && !Number.isNaN(Date.parse(value)),
  httponly: () => true,
  // Zero and less are no part of the grammar, but how cookies are deleted.
  "max-age": (value) => /^(?:-?[1-9]\d*|0|-0)$/.test(value),
  partitioned: () => true,
  path: (value) => value.startsWith("/"),
  // Not standardized, but Chromium's.
  priority: (value) => /^(?:low|medium|high)$/i.test(value),
  samesite: (value) => /^(?:strict|lax|none)$/i.test(value),
  secure: () => true,
};

/** The attributes of a cookie, each and together. */
export function* lintCookieAttributes(
  cookie: SetCookie,
): Generator<LintFinding> {
  const shown = quoteValue(cookie.name ?? cookie.value);
  yield* lintEach(cookie, shown);
  yield* lintSecure(cookie, shown);
  yield* lintHostPrefix(cookie, shown);
}

function* lintEach(cookie: SetCookie, shown: string): Generator<LintFinding> {
  const seen = new Set<string>();
  for (const [name, value] of cookie.attributes) {
    // A semicolon at the end is harmless.
    if (name === "" && value === "") continue;
    const isValid = Object.hasOwn(VALUES, name) ? VALUES[name] : undefined;
    const isKnown = isValid !== undefined;
    if (!isValid?.(value)) {
      yield {
        rule: "cookie-attribute",
        section: ATTRIBUTES,
        message: `User agents ignore the attribute ${
          quoteValue(isKnown ? `${name}=${value}` : name)
        } of the cookie ${shown}`,
        about: name,
      };
    }
    if (seen.has(name)) {
      yield {
        rule: "cookie-attribute-twice",
        section: "RFC 6265 section 4.1.1",
        message: `The cookie ${shown} has the attribute ${
          quoteValue(name)
        } twice`,
        about: name,
      };
    }
    seen.add(name);
  }
}

function* lintSecure(cookie: SetCookie, shown: string): Generator<LintFinding> {
  if (attributeOf(cookie, "secure") !== undefined) return;
  const reasons: [isGiven: boolean, reason: string, section: string][] = [
    [
      attributeOf(cookie, "samesite")?.toLowerCase() === "none",
      "SameSite=None",
      `${DRAFT}.2.7`,
    ],
    [
      attributeOf(cookie, "partitioned") !== undefined,
      "Partitioned",
      "CHIPS, Partitioned attribute",
    ],
    [
      /^__(?:secure|host)-/i.test(cookie.name ?? ""),
      "the prefix of its name",
      `${DRAFT}.3`,
    ],
  ];
  for (const [isGiven, reason, section] of reasons) {
    if (!isGiven) continue;
    yield {
      rule: "cookie-secure",
      section,
      message:
        `User agents refuse the cookie ${shown}: ${reason} requires Secure`,
      about: reason,
    };
  }
}

function* lintHostPrefix(
  cookie: SetCookie,
  shown: string,
): Generator<LintFinding> {
  if (!/^__host-/i.test(cookie.name ?? "")) return;
  const hasDomain = attributeOf(cookie, "domain") !== undefined;
  if (attributeOf(cookie, "path") === "/" && !hasDomain) return;
  yield {
    rule: "cookie-host-prefix",
    section: `${DRAFT}.3.2`,
    message:
      `User agents refuse the cookie ${shown}: its prefix requires Path=/ and no Domain`,
  };
}
