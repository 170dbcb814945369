import type { LintFinding, LintWarning } from "./_lint_rule.ts";

/** How many places are remembered before the oldest may be told again. */
const MAX_PLACES = 10_000;

/** Segments of a path that name one of many things: numbers, UUIDs, hashes. */
const ID_REGEXP = /(?<=\/)(?:\d+|(?=[^/]*\d)[\w-]{8,})(?=\/|$)/g;

/** Tells a finding about the response to a request. */
export type LintReporter = (request: Request, finding: LintFinding) => void;

/**
 * Makes a function that tells each finding once for each place: the method and
 * the path without the query, where `/items/1` and `/items/2` are the same.
 */
export function lintReporter(
  onWarning: (warning: LintWarning) => void,
): LintReporter {
  const told = new Set<string>();

  return ({ method, url }, { rule, section, message, about, level }) => {
    const path = (URL.parse(url)?.pathname ?? url).replace(ID_REGEXP, "*");
    const place = JSON.stringify([rule, about, method, path]);
    if (told.has(place)) return;
    if (told.size >= MAX_PLACES) {
      for (const oldest of told) {
        told.delete(oldest);
        break;
      }
    }
    told.add(place);
    onWarning({
      rule,
      level: level ?? "warning",
      message,
      section,
      url,
      method,
    });
  };
}
