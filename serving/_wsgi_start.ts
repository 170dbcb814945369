import { describe } from "./_wsgi_describe.ts";

/** A response as announced by `startResponse()`, checked. */
export interface WsgiStart {
  /** The status as the app gave it. */
  line: string;
  /** The status code. */
  status: number;
  /** The phrase after it. */
  statusText: string;
  /** The headers as the app gave them. */
  list: ReadonlyArray<readonly [name: string, value: string]>;
  /** The value of `Content-Length`, if there is one. */
  length: number | undefined;
}

const STATUS_REGEXP = /^(\d{3})(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
const NAME_REGEXP = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/i;
const VALUE_REGEXP = /^[\t\x20-\x7e\x80-\xff]*$/;

/** As `wsgiref.util.is_hop_by_hop()` of Python has them, after RFC 2616. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailers",
  "transfer-encoding",
  "upgrade",
]);

/** Whether a header is about the connection, so the server's, not the app's. */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name.toLowerCase());
}

/** Checks the arguments of `startResponse()` against PEP 3333. */
export function parseStart(line: unknown, headers: unknown): WsgiStart {
  const [status, statusText] = parseStatus(line);
  if (!Array.isArray(headers)) {
    throw new TypeError(
      `Cannot start the response as the headers must be an array: current value is ${
        describe(headers)
      }`,
    );
  }
  // A copy, since the app may go on changing its own.
  const list = headers.map(parseHeader);
  return {
    line: String(line),
    status,
    statusText,
    list,
    length: contentLength(list),
  };
}

function parseStatus(line: unknown): [status: number, statusText: string] {
  if (typeof line !== "string") {
    throw new TypeError(
      `Cannot start the response as the status must be a string like "200 OK": current value is ${
        describe(line)
      }`,
    );
  }
  const [, digits, statusText = ""] = STATUS_REGEXP.exec(line) ?? [];
  if (digits === undefined) {
    throw new SyntaxError(
      `Cannot start the response as the status must be three digits, a space and a phrase: current value is ${
        JSON.stringify(line)
      }`,
    );
  }
  const status = Number(digits);
  // What the `Response` class can carry.
  if (status !== 101 && (status < 200 || status > 599)) {
    throw new RangeError(
      `Cannot start the response as the status must be from 200 to 599: current value is ${status}`,
    );
  }
  return [status, statusText];
}

function parseHeader(header: unknown): [name: string, value: string] {
  const [name, value]: unknown[] = Array.isArray(header) ? header : [];
  if (
    !Array.isArray(header) || header.length !== 2 ||
    typeof name !== "string" || typeof value !== "string"
  ) {
    throw new TypeError(
      `Cannot start the response as a header must be a name and a value, both strings: current value is ${
        describe(header)
      }`,
    );
  }
  if (!NAME_REGEXP.test(name)) {
    throw new SyntaxError(
      `Cannot send a header whose name is no token: current value is ${
        JSON.stringify(name)
      }`,
    );
  }
  if (!VALUE_REGEXP.test(value)) {
    throw new SyntaxError(
      `Cannot send the header "${name}" with line breaks, control characters or characters beyond U+00FF: current value is ${
        JSON.stringify(value)
      }`,
    );
  }
  if (isHopByHop(name)) {
    throw new TypeError(
      `Cannot send the header "${name}" as it is about the connection, which the server manages: current value is "${value}"`,
    );
  }
  if (name.toLowerCase() === "status") {
    throw new TypeError(
      `Cannot send the header "${name}" as the status is the first argument of startResponse(): current value is "${value}"`,
    );
  }
  return [name, value];
}

function contentLength(
  headers: ReadonlyArray<readonly [string, string]>,
): number | undefined {
  const values = headers
    .filter(([name]) => name.toLowerCase() === "content-length")
    .map(([, value]) => value);
  const [value] = values;
  if (value === undefined) return undefined;
  if (values.length > 1 || !/^\d+$/.test(value)) {
    throw new SyntaxError(
      `Cannot send the header "Content-Length" unless it is one whole number: current value is ${
        JSON.stringify(values.join(", "))
      }`,
    );
  }
  return Number(value);
}
