import { listMembers } from "./_field_syntax.ts";
import type { LintExchange, LintFinding } from "./_lint_rule.ts";

/** The field without which a status makes no sense, and where that is said. */
const REQUIRED: Record<number, [field: string, section: string]> = {
  301: ["Location", "15.4.2"],
  302: ["Location", "15.4.3"],
  303: ["Location", "15.4.4"],
  307: ["Location", "15.4.8"],
  308: ["Location", "15.4.9"],
  401: ["WWW-Authenticate", "11.6.1"],
  405: ["Allow", "10.2.1"],
  407: ["Proxy-Authenticate", "11.7.1"],
  416: ["Content-Range", "15.5.17"],
  426: ["Upgrade", "15.5.22"],
};

/** The fields of a request that a status answers, and where that is said. */
const ASKED_BY: Record<number, [fields: string[], section: string]> = {
  206: [["range"], "15.3.7"],
  304: [["if-none-match", "if-modified-since"], "15.4.5"],
  412: [[
    ...["if-match", "if-none-match", "if-modified-since"],
    ...["if-unmodified-since", "if"],
  ], "15.5.13"],
  416: [["range"], "15.5.17"],
  417: [["expect"], "15.5.18"],
};

/** What describes content, of which a 304 has none. */
const CONTENT_FIELDS = [
  ...["content-encoding", "content-language", "content-range", "content-type"],
];

/** What a status needs, and what it answers. */
export function* lintStatus(exchange: LintExchange): Generator<LintFinding> {
  yield* lintRequired(exchange);
  yield* lintAsked(exchange);
  yield* lintAllow(exchange);
  yield* lintNotModified(exchange);
}

function* lintRequired({ response }: LintExchange): Generator<LintFinding> {
  const { status, headers } = response;
  const [field, section] = REQUIRED[status] ?? [];
  if (field !== undefined && !headers.has(field)) {
    yield {
      rule: `${status}-${field.toLowerCase()}`,
      section: `RFC 9110 section ${section}`,
      message: `A ${status} response has no ${field}`,
    };
  }
  // Several ranges have theirs in the parts.
  const isMultipart = headers.get("content-type")?.toLowerCase()
    .startsWith("multipart/byteranges");
  if (status === 206 && !isMultipart && !headers.has("content-range")) {
    yield {
      rule: "206-content-range",
      section: "RFC 9110 section 15.3.7",
      message: "A 206 response does not say which range it is in Content-Range",
    };
  }
}

function* lintAsked(
  { request, response: { status } }: LintExchange,
): Generator<LintFinding> {
  const [fields, section] = ASKED_BY[status] ?? [];
  if (!fields || fields.some((field) => request.headers.has(field))) return;
  yield {
    rule: `${status}-unasked`,
    section: `RFC 9110 section ${section}`,
    message: `A ${status} response answers a request without ${
      fields.slice(0, 2).join(" or ")
    }`,
  };
}

function* lintAllow(
  { request, response: { status, headers } }: LintExchange,
): Generator<LintFinding> {
  const methods = listMembers(headers.get("allow"));
  if (status !== 405 || !methods.includes(request.method)) return;
  yield {
    rule: "405-allowed",
    section: "RFC 9110 section 15.5.6",
    message:
      `A 405 response refuses ${request.method}, which its Allow field allows`,
  };
}

function* lintNotModified(
  { response: { status, headers } }: LintExchange,
): Generator<LintFinding> {
  if (status !== 304) return;
  for (const field of CONTENT_FIELDS) {
    if (!headers.has(field)) continue;
    yield {
      rule: "304-content-fields",
      section: "RFC 9110 section 15.4.5",
      message:
        `A 304 response describes content, which it has none of: ${field}`,
      about: field,
    };
  }
}
