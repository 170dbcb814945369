import { errorTitle } from "./_error_title.ts";
import type { LintExchange, LintFinding } from "./_lint_rule.ts";
import { watchStream } from "./_watch_stream.ts";
import { responseBody } from "../response_body.ts";

const NULL_BODY_STATUS = [204, 205, 304];

/**
 * Compares the body with what the fields say of it. A stream is watched while
 * it is sent, in a response that is the same in all else, unless it comes from
 * `fetch`.
 *
 * @param exchange The response and its request.
 * @param report Called with what is found, perhaps only at the end of the body.
 * @returns The response to send.
 */
export function lintBody(
  { request, response }: LintExchange,
  report: (finding: LintFinding) => void,
): Response {
  const { status, statusText, headers } = response;
  const body = responseBody(response);
  const size = body.kind === "static" ? body.size : 0;
  if (request.method === "HEAD") {
    if (body.kind === "stream" || size !== 0) report(bodyOfHead());
    return response;
  }
  // Deno decodes what it fetches and, when that very object is sent, leaves out
  // the length and coding that it still names.
  if (response.url !== "") return response;
  const length = announcedLength(headers.get("content-length"));
  if (body.kind !== "stream" || response.body === null) {
    const isAllowed = NULL_BODY_STATUS.includes(status);
    if (!isAllowed && length !== undefined && length !== size) {
      report(wrongLength(length, size));
    }
    return response;
  }
  if (response.body.locked) {
    report(lockedBody());
    return response;
  }
  const stream = watchStream(response.body, {
    onSize: (bytes, isEnd) => {
      const isWrong = length !== undefined &&
        (isEnd ? bytes < length : bytes > length);
      if (isWrong) report(wrongLength(length, bytes, isEnd ? "" : " or more"));
    },
    onError: (error) => report(brokenStream(error)),
    onWrongChunk: (chunk) => report(wrongChunk(chunk)),
  });
  return new Response(stream, { status, statusText, headers });
}

function announcedLength(value: string | null): number | undefined {
  return value !== null && /^\d+$/.test(value) ? Number(value) : undefined;
}

function bodyOfHead(): LintFinding {
  return {
    rule: "head-body",
    section: "RFC 9110 section 9.3.2",
    message: "The response to HEAD has a body, which is not sent",
  };
}

function lockedBody(): LintFinding {
  return {
    rule: "response-locked",
    section: "Fetch, Body mixin",
    message: "The app returned a Response whose body somebody else reads",
  };
}

function wrongLength(length: number, bytes: number, more = ""): LintFinding {
  return {
    rule: "content-length",
    section: "RFC 9110 section 8.6",
    message:
      `Content-Length says ${length} bytes, but the body has ${bytes}${more}`,
  };
}

function brokenStream(error: unknown): LintFinding {
  return {
    rule: "stream-error",
    section: "RFC 9112 section 8",
    message: `The body ends with an error, so the client gets a part of it: ${
      errorTitle(error)
    }`,
  };
}

function wrongChunk(chunk: unknown): LintFinding {
  return {
    rule: "stream-chunk",
    section: "Fetch, bodies",
    message: `The stream of a body gives Uint8Array chunks: this one is ${
      typeof chunk === "string" ? "a string" : Deno.inspect(chunk, { depth: 0 })
    }`,
  };
}
