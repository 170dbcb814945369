import type { LintExchange, LintFinding } from "./_lint_rule.ts";
import { quoteValue } from "./_quote_value.ts";

const SECTION = "Fetch, CORS protocol";

/** The fields in which `*` stands for everything, unless there are credentials. */
const WILDCARD_FIELDS = [
  ...["access-control-allow-origin", "access-control-allow-headers"],
  ...["access-control-allow-methods", "access-control-expose-headers"],
];

/** What other origins may do. */
export function* lintCors(
  { response: { headers } }: LintExchange,
): Generator<LintFinding> {
  const origin = headers.get("access-control-allow-origin");
  if (origin !== null && !isOrigin(origin)) {
    yield {
      rule: "cors-origin",
      section: SECTION,
      message:
        `Access-Control-Allow-Origin is neither "*" nor one origin as browsers write it: ${
          quoteValue(origin)
        }`,
    };
  }
  const credentials = headers.get("access-control-allow-credentials");
  if (credentials === null) return;
  if (credentials !== "true") {
    yield {
      rule: "cors-credentials",
      section: SECTION,
      message: `Access-Control-Allow-Credentials is "true" or absent: ${
        quoteValue(credentials)
      }`,
    };
    return;
  }
  for (const field of WILDCARD_FIELDS) {
    if (headers.get(field) !== "*") continue;
    yield {
      rule: "cors-wildcard",
      section: `${SECTION} and credentials`,
      message: `With credentials, "*" in ${field} allows nothing`,
      about: field,
    };
  }
}

function isOrigin(value: string): boolean {
  if (value === "*" || value === "null") return true;
  const url = URL.parse(value);
  // The URL parser takes "*" in a host; browsers compare it as it is.
  if (url === null || value.includes("*")) return false;
  // Other schemes have origins in browsers that the URL standard calls opaque.
  return url.origin === "null"
    ? /^[a-z][a-z0-9+.-]*:\/\/[^\s/,?#]+$/.test(value)
    : url.origin === value;
}
