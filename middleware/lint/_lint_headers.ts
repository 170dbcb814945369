import type { LintExchange, LintFinding } from "./_lint_rule.ts";
import { quoteValue } from "./_quote_value.ts";

const NAME_REGEXP = /^[a-z][a-z0-9.-]*$/;
// deno-lint-ignore no-control-regex -- Headers lets them through
const CONTROL_REGEXP = /[\x00-\x08\x0a-\x1f\x7f]/;
const NON_ASCII_REGEXP = /[\x80-\xff]/;

/** Fields about a single connection, which is the server's. */
const HOP_BY_HOP = ["connection", "keep-alive", "proxy-connection", "te"];

/** Names and values of fields, and those that no handler may send. */
export function* lintHeaders(
  { response }: LintExchange,
): Generator<LintFinding> {
  for (const [name, value] of response.headers) {
    yield* lintName(name);
    yield* lintValue(name, value);
  }
  yield* lintHopByHop(response);
}

function* lintName(name: string): Generator<LintFinding> {
  if (name === "status") {
    yield {
      rule: "status-field",
      section: "RFC 3875 section 6.3.3",
      message:
        'A field named "Status" sets the status behind a CGI or FastCGI gateway',
    };
  }
  if (!NAME_REGEXP.test(name)) {
    yield {
      rule: "field-name",
      section: "RFC 9110 section 16.3.2.1",
      message:
        `Servers and gateways may drop the field ${name}: only letters, digits, "-" and "." are safe in a name, after a letter`,
      about: name,
    };
  }
}

function* lintValue(name: string, value: string): Generator<LintFinding> {
  if (CONTROL_REGEXP.test(value)) {
    yield {
      rule: "field-value-control",
      section: "RFC 9110 section 5.5",
      message:
        `A control character is in ${name}, which Headers accepts but no server may send: ${
          quoteValue(value)
        }`,
      about: name,
    };
  }
  if (NON_ASCII_REGEXP.test(value)) {
    yield {
      rule: "field-value-ascii",
      section: "RFC 9110 section 5.5",
      message:
        `A character outside of ASCII is in ${name}, and clients disagree about its encoding: ${
          quoteValue(value)
        }`,
      about: name,
    };
  }
}

function* lintHopByHop(response: Response): Generator<LintFinding> {
  const { headers, status } = response;
  const names = status === 426 ? HOP_BY_HOP : [...HOP_BY_HOP, "upgrade"];
  for (const name of names) {
    if (!headers.has(name)) continue;
    yield {
      rule: "hop-by-hop",
      section: "RFC 9110 section 7.6.1",
      message:
        `The field ${name} is about a connection, which belongs to the server`,
      about: name,
      level: levelOf(response, name, "keep-alive"),
    };
  }
  if (headers.has("transfer-encoding")) {
    yield {
      rule: "transfer-encoding",
      section: "RFC 9112 section 6.1",
      message:
        "The server frames the body: Transfer-Encoding from an app is dropped or corrupts the message",
      level: levelOf(response, "transfer-encoding", "chunked"),
    };
  }
}

/**
 * What the server does anyway is sent by frameworks with event streams, and
 * what `fetch` returns has the fields of the connection it came by.
 */
function levelOf(
  { headers, url }: Response,
  name: string,
  harmless: string,
): "warning" | "note" {
  const isHarmless = headers.get(name)?.toLowerCase() === harmless;
  return isHarmless || url !== "" ? "note" : "warning";
}
