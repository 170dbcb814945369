import { isMediaType } from "./_field_syntax.ts";
import type { LintExchange, LintFinding } from "./_lint_rule.ts";
import { quoteValue } from "./_quote_value.ts";

/** Types of text that are UTF-8 by themselves, or say in them what they are. */
const OWN_CHARSET_REGEXP =
  /^text\/(?:css|csv|ecmascript|event-stream|javascript|vtt|.*xml)\b/i;

const RANGE_REGEXP = /^bytes (\d+)-(\d+)\/(?:(\d+)|\*)$/;

/** What the fields say of the content. */
export function* lintContent(exchange: LintExchange): Generator<LintFinding> {
  const { headers } = exchange.response;
  yield* lintType(headers.get("content-type"));
  yield* lintLength(exchange, headers.get("content-length"));
  yield* lintRange(exchange, headers.get("content-range"));
}

function* lintType(type: string | null): Generator<LintFinding> {
  if (type === null) return;
  if (!isMediaType(type)) {
    yield {
      rule: "content-type",
      section: "RFC 9110 section 8.3.1",
      message: `Content-Type is no media type: ${quoteValue(type)}`,
    };
  } else if (
    /^text\//i.test(type) && !/;\s*charset=/i.test(type) &&
    !OWN_CHARSET_REGEXP.test(type)
  ) {
    yield {
      rule: "charset",
      section: "RFC 9110 section 8.3.2",
      message: `Without a charset, clients guess the encoding of text: ${
        quoteValue(type)
      }`,
      level: "note",
    };
  }
}

function* lintLength(
  { response: { status } }: LintExchange,
  length: string | null,
): Generator<LintFinding> {
  if (length === null) return;
  const shown = quoteValue(length);
  if (!/^\d+$/.test(length)) {
    yield {
      rule: "content-length-syntax",
      section: "RFC 9110 section 8.6",
      message: `Content-Length is not one number: ${shown}`,
    };
  } else if (status === 204) {
    yield {
      rule: "204-content-length",
      section: "RFC 9110 section 8.6",
      message: `A 204 response must not have a Content-Length: ${shown}`,
    };
  } else if (status === 205 && Number(length) > 0) {
    yield {
      rule: "205-content-length",
      section: "RFC 9110 section 15.3.6",
      message: `A 205 response has no content: Content-Length is ${shown}`,
    };
  }
}

function* lintRange(
  { response: { status, headers } }: LintExchange,
  range: string | null,
): Generator<LintFinding> {
  if (range === null || (status !== 206 && status !== 416)) return;
  const isOtherUnit = /^\S+ /.test(range) && !/^bytes /i.test(range);
  if (isOtherUnit || (status === 416 && /^bytes \*\/\d+$/.test(range))) return;
  const [first, last, size = Infinity] =
    RANGE_REGEXP.exec(range)?.slice(1).map((digits) =>
      digits === undefined ? undefined : Number(digits)
    ) ?? [];
  const isRange = status === 206 && first !== undefined &&
    last !== undefined && first <= last && last < size;
  if (!isRange) {
    const wanted = status === 206 ? "bytes 0-99/1234" : "bytes */1234";
    yield {
      rule: "content-range",
      section: "RFC 9110 section 14.4",
      message:
        `Content-Range of a ${status} response is not like "${wanted}": ${
          quoteValue(range)
        }`,
    };
    return;
  }
  const length = headers.get("content-length");
  if (length !== null && Number(length) !== last - first + 1) {
    yield {
      rule: "content-range-length",
      section: "RFC 9110 section 15.3.7",
      message: `Content-Length ${quoteValue(length)} is not the length of ${
        quoteValue(range)
      }`,
    };
  }
}
