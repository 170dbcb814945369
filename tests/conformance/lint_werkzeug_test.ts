// The cases of Werkzeug's tests for LintMiddleware that apply to a handler, and
// the rules of the middleware itself that have no test there. Only inputs and
// outcomes are taken over. What checks WSGI (environ, status text, lists of
// tuples) has no counterpart: Request, Headers and Response are well-formed.
//
// pallets/werkzeug, tests/middleware/test_lint.py and
// src/werkzeug/middleware/lint.py at 1b00618e, BSD-3-Clause, copyright 2007
// Pallets
import { assertEquals, assertThrows } from "@std/assert";
import { lintOnce, streamOf } from "../middleware/_lint.ts";

/** The name of the case, the response, and the rules in our words. */
type Case = [name: string, response: () => Response, ...rules: string[]];

function withFields(fields: Record<string, string>, status = 200): Response {
  return new Response(status === 200 ? "Foo" : null, {
    status,
    headers: { "Content-Type": "text/plain;charset=utf-8", ...fields },
  });
}

const CASES: Case[] = [
  ["test_lint_middleware", () => withFields({})],
  // Without a charset, that is no more than a note.
  [
    "test_lint_middleware, its own Content-Type",
    () => withFields({ "Content-Type": "text/plain" }),
    "(charset)",
  ],
  [
    "test_lint_middleware_http_headers: the status header is not supported",
    () => withFields({ status: "foo" }),
    "status-field",
  ],
  // RFC 9110 allows what RFC 2616 did not, so it is a note.
  [
    "test_lint_middleware_invalid_location, in a redirect",
    () => new Response(null, { status: 302, headers: { Location: "foo" } }),
    "(location-relative)",
  ],
  [
    "test_lint_middleware_invalid_location",
    () => withFields({ Location: "foo" }),
    ...["(location-relative)", "(location-unused)"],
  ],
  [
    "check_headers: weak etag indicator should be upper case",
    () => withFields({ ETag: 'w/"foo"' }),
    "etag-weak",
  ],
  [
    "check_headers: unquoted etag emitted",
    () => withFields({ ETag: "foo" }),
    "etag-quotes",
  ],
  [
    "GuardedIterator: Content-Length and bytes sent do not match",
    () => withFields({ "Content-Length": "4" }),
    "content-length",
  ],
  [
    "GuardedIterator: the same for a stream",
    () => new Response(streamOf("Foo"), { headers: { "Content-Length": "4" } }),
    "content-length",
  ],
  [
    "GuardedIterator: 204 with a content length",
    () =>
      new Response(null, { status: 204, headers: { "Content-Length": "3" } }),
    "204-content-length",
  ],
];

for (const [name, response, ...rules] of CASES) {
  Deno.test(`lint() finds what Werkzeug does in ${name}`, async () => {
    assertEquals((await lintOnce(response)).rules, rules);
  });
}

Deno.test("lint() finds the entity headers of a 304 that Werkzeug does", async () => {
  const init = { headers: { "if-none-match": "*" } };
  const found = async (name: string) => {
    const headers = { [name]: name === "Expires" ? "0" : "x/y" };
    const response = () => new Response(null, { status: 304, headers });
    const { rules } = await lintOnce(response, init);
    return rules.includes("304-content-fields");
  };
  for (
    const [name, expected] of [
      ["Content-Type", true],
      ["Content-Encoding", true],
      ["Content-Language", true],
      ["Content-Range", true],
      ["Expires", false],
      ["Content-Location", false],
      // Werkzeug warns of these, too; RFC 9110 sections 8.6 and 15.4.5 allow
      // the length, and the rest is about the resource or of use to caches.
      ["Content-Length", false],
      ["Last-Modified", false],
      ["Allow", false],
    ] as const
  ) {
    assertEquals(await found(name), expected, name);
  }
});

Deno.test("Response refuses the bodies that Werkzeug warns of", () => {
  for (const status of [204, 205, 304]) {
    assertThrows(() => new Response("Foo", { status }), TypeError);
  }
  for (const status of [20, 100, 199]) {
    assertThrows(() => new Response(null, { status }), RangeError);
  }
});
