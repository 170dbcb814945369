import { isToken, listMembers } from "./_field_syntax.ts";
import type { LintExchange, LintFinding } from "./_lint_rule.ts";
import { quoteValue } from "./_quote_value.ts";

const SECTION = "RFC 9110 section 12.5.5";

/** The fields of a request that content is negotiated by. */
export const NEGOTIATION_FIELDS: ReadonlySet<string> = new Set([
  ...["accept", "accept-encoding", "accept-language", "origin"],
]);

/**
 * Whether caches are told by which fields of the request a response was chosen.
 * That a field was read is no proof that it mattered, so this asks for a sign
 * of it: content that could be stored, in a coding, for an origin.
 */
export function* lintVary(exchange: LintExchange): Generator<LintFinding> {
  const members = listMembers(exchange.response.headers.get("vary"));
  const wrong = members.find((member) => !isToken(member));
  if (wrong !== undefined) {
    yield {
      rule: "vary-syntax",
      section: SECTION,
      message: `Vary is a list of field names: ${quoteValue(wrong)}`,
    };
  }
  const named = new Set(members.map((member) => member.toLowerCase()));
  if (named.has("*") || !canBeStored(exchange)) return;
  for (const field of exchange.readFields) {
    if (named.has(field) || !isChosenBy(field, exchange)) continue;
    yield {
      rule: "vary-missing",
      section: SECTION,
      message:
        `The app has read ${field}, but does not name it in Vary: caches may give the response to others`,
      about: field,
    };
  }
}

function canBeStored({ request, response }: LintExchange): boolean {
  const { headers, ok } = response;
  return ok && (request.method === "GET" || request.method === "HEAD") &&
    !/\bno-store\b/i.test(headers.get("cache-control") ?? "") &&
    !/^text\/event-stream\b/i.test(headers.get("content-type") ?? "");
}

function isChosenBy(
  field: string,
  { request, response: { headers } }: LintExchange,
): boolean {
  if (field === "accept-encoding") return headers.has("content-encoding");
  if (field !== "origin") return true;
  const allowed = headers.get("access-control-allow-origin");
  return allowed !== null && allowed === request.headers.get("origin");
}
