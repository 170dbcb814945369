// The cases of httplint, the rules of REDbot, that apply to what a server sends.
// Only inputs and outcomes are taken over: for each input, whether there is a
// note of level WARN or BAD, in the words of our rules. Where we decided
// otherwise, the case says so.
//
// mnot/httplint, httplint/field/parsers/*.py, test/test_status.py,
// test/test_cors.py and test/test_no_content.py at 8be9bfcc, MIT, copyright
// Mark Nottingham
import { assertEquals } from "@std/assert";
import { lintOnce } from "../middleware/_lint.ts";

/** A field, the lines of its value, the status, and what is found. */
type FieldCase = [
  name: string,
  lines: string | string[],
  status: number,
  ...rules: string[],
];

const LONG = "x".repeat(4094);

const FIELDS: Record<string, FieldCase> = {
  BasicSCTest: ["set-cookie", "SID=31d4d96e407aad42", 200],
  ParameterSCTest: [
    "set-cookie",
    "SID=31d4d96e407aad42; Path=/; Domain=example.com",
    200,
  ],
  TwoSCTest: ["set-cookie", [
    "SID=31d4d96e407aad42; Path=/; Secure; HttpOnly",
    "lang=en-US; Path=/; Domain=example.com",
  ], 200],
  ExpiresScTest: [
    "set-cookie",
    "lang=en-US; Expires=Wed, 09 Jun 2021 10:18:14 GMT",
    200,
  ],
  ExpiresSingleScTest: [
    "set-cookie",
    "lang=en-US; Expires=Wed, 9 Jun 2021 10:18:14 GMT",
    200,
  ],
  MaxAgeScTest: ["set-cookie", "lang=en-US; Max-Age=123", 200],
  MaxAgeLeadingZeroScTest: [
    "set-cookie",
    "lang=en-US; Max-Age=0123",
    200,
    "cookie-attribute",
  ],
  RemoveSCTest: [
    "set-cookie",
    "lang=; Expires=Sun, 06 Nov 1994 08:49:37 GMT",
    200,
  ],
  // Browsers cap the lifetime at 400 days, which breaks nothing.
  WolframSCTest: [
    "set-cookie",
    "WR_SID=50.56.234.188.1398; path=/; max-age=315360000; domain=.wolframalpha.com",
    200,
  ],
  PartitionedSCTest: [
    "set-cookie",
    "SID=31d4d96e407aad42; Partitioned; Secure",
    200,
  ],
  PartitionedNoSecureSCTest: [
    "set-cookie",
    "SID=31d4d96e407aad42; Partitioned",
    200,
    "cookie-secure",
  ],
  // User agents take it, but a server must not send it (RFC 6265 4.1.1).
  NamelessSCTest: ["set-cookie", "foo; Path=/", 200, "cookie-name"],
  TooLargeSCTest: ["set-cookie", `foo=${LONG}`, 200, "cookie-size"],
  SecurePrefixSCTest: ["set-cookie", "__Secure-ID=123; Secure; Path=/", 200],
  SecurePrefixMissingSecureSCTest: [
    "set-cookie",
    "__Secure-ID=123; Path=/",
    200,
    "cookie-secure",
  ],
  HostPrefixSCTest: ["set-cookie", "__Host-ID=123; Secure; Path=/", 200],
  HostPrefixMissingSecureSCTest: [
    "set-cookie",
    "__Host-ID=123; Path=/",
    200,
    "cookie-secure",
  ],
  HostPrefixBadPathSCTest: [
    "set-cookie",
    "__Host-ID=123; Secure; Path=/foo",
    200,
    "cookie-host-prefix",
  ],
  HostPrefixBadDomainSCTest: [
    "set-cookie",
    "__Host-ID=123; Secure; Path=/; Domain=example.com",
    200,
    "cookie-host-prefix",
  ],
  SetCookieAttributeDupTest: [
    "set-cookie",
    "a=b; Path=/; Path=/foo",
    200,
    "cookie-attribute-twice",
  ],
  SetCookieNameDupTest: [
    "set-cookie",
    ["a=1; Path=/", "a=2; Path=/"],
    200,
    "cookie-twice",
  ],
  // Chromium has it still.
  SetCookiePriorityTest: ["set-cookie", "a=1; Priority=High", 200],
  HardenedSCTest: [
    "set-cookie",
    "SID=abc; Secure; HttpOnly; SameSite=Lax",
    200,
  ],
  HardenedSameSiteNoneSCTest: [
    "set-cookie",
    "SID=abc; Secure; HttpOnly; SameSite=None",
    200,
  ],
  SetCookieVersionTest: [
    "set-cookie",
    "a=1; Version=1",
    200,
    "cookie-attribute",
  ],
  ETagTest: ["etag", '"foo"', 200],
  WeakETagTest: ["etag", 'W/"foo"', 200],
  UnquotedETagTest: ["etag", "foo", 200, "etag-quotes"],
  LocationTest: ["location", "http://other.example.com/foo", 300],
  AllowTest: ["allow", "GET, POST", 200],
  ContentLengthTest: ["content-length", "0", 200],
  ContentLengthTextTest: ["content-length", "a", 200, "content-length-syntax"],
  ContentLengthSemiTest: ["content-length", "1;", 200, "content-length-syntax"],
  ContentLengthSpaceTest: ["content-length", " 0 ", 200],
  ContentLengthBigTest: [
    "content-length",
    "9".repeat(999),
    200,
    "content-length",
  ],
  ContentLengthDuplicateTest: [
    "content-length",
    ["1", "1"],
    200,
    "content-length-syntax",
  ],
  ContentLengthCommaTest: [
    "content-length",
    "1, 1",
    200,
    "content-length-syntax",
  ],
  ContentLengthDiffTest: [
    "content-length",
    ["1", "2"],
    200,
    "content-length-syntax",
  ],
  ContentLengthDiffCommaTest: [
    "content-length",
    "1, 2",
    200,
    "content-length-syntax",
  ],
  BasicDateTest: ["date", "Mon, 04 Jul 2011 09:08:06 GMT", 200],
  BadDateTest: ["date", "0", 200, "date-syntax"],
  BlankDateTest: ["date", "", 200, "date-syntax"],
  BasicLMTest: ["last-modified", "Mon, 04 Jul 2011 09:08:06 GMT", 200],
  BadLMTest: ["last-modified", "0", 200, "date-syntax"],
  BlankLMTest: ["last-modified", "", 200, "date-syntax"],
  BasicExpiresTest: ["expires", "Mon, 04 Jul 2011 09:08:06 GMT", 200],
  BadExpiresTest: ["expires", "0", 200, "date-syntax"],
  BlankExpiresTest: ["expires", "", 200, "date-syntax"],
  ExpiresYearBigTest: ["expires", "Fri, 31 Dec 9999 23:59:59 GMT", 200],
  // What is unwise for caches (httplint's notes here) is allowed.
  VaryTest: ["vary", ["Accept-Encoding", "*, User-Agent", "Host"], 200],
  VaryDuplicateTest: ["vary", ["a, b", "a, c"], 200],
  BasicCTTest: ["content-type", "text/plain; charset=utf-8", 200],
  CTSuffixTest: ["content-type", "application/vnd.example.foo-bar+json", 200],
  // Names of registered types are narrower than RFC 9110's tokens.
  CTBadNameTest: ["content-type", "text/pl~in; charset=utf-8", 200],
  ContentRangeTest: ["content-range", "bytes 1-100/200", 206],
  ContentRangeUnsatisfiedTest: ["content-range", "bytes */1234", 416],
  ContentRangeUnknownLengthTest: ["content-range", "bytes 42-1233/*", 206],
  ContentRangeInvalidOrderTest: [
    "content-range",
    "bytes 100-50/200",
    206,
    "content-range",
  ],
  ContentRangeInvalidLengthTest: [
    "content-range",
    "bytes 100-200/50",
    206,
    "content-range",
  ],
  ContentRangeSyntaxErrorTest: [
    "content-range",
    "bytes */*",
    416,
    "content-range",
  ],
  ContentRangeMissingUnit: ["content-range", "1-100/200", 206, "content-range"],
  ContentRangeMissingHyphenTest: [
    "content-range",
    "bytes 100/200",
    206,
    "content-range",
  ],
  ContentRangeInvalidIntegerTest: [
    "content-range",
    "bytes 100-foo/200",
    206,
    "content-range",
  ],
  ContentRangeUnsatisfiedBadSCTest: [
    "content-range",
    "bytes */100",
    206,
    "content-range",
  ],
  ContentRangeMissingSlashTest: [
    "content-range",
    "bytes 1-100 200",
    206,
    "content-range",
  ],
  // The server frames the body, so an app has no business with it at all.
  TransferEncodingTest: [
    "transfer-encoding",
    "chunked",
    200,
    "(transfer-encoding)",
  ],
  TransferEncodingCaseTest: [
    "transfer-encoding",
    "chUNked",
    200,
    "(transfer-encoding)",
  ],
  TransferEncodingParamTest: [
    "transfer-encoding",
    "chunked; foo=bar",
    200,
    "transfer-encoding",
  ],
  BadTransferEncodingTest: [
    "transfer-encoding",
    "chunked=foo",
    200,
    "transfer-encoding",
  ],
  TransferEncodingIdentityTest: [
    "transfer-encoding",
    "identity",
    200,
    "transfer-encoding",
  ],
  TransferEncodingMultTest: [
    "transfer-encoding",
    ["chunked", "identity"],
    200,
    "transfer-encoding",
  ],
  // As above: connections are the server's.
  ConnectionTest: ["connection", "close", 200, "hop-by-hop"],
  WWWAuthenticateTest: [
    "www-authenticate",
    'Basic realm="WallyWorld"',
    401,
  ],
  AccessControlAllowOriginTest: [
    "access-control-allow-origin",
    "https://developer.mozilla.org",
    200,
  ],
  AccessControlAllowOriginStarTest: ["access-control-allow-origin", "*", 200],
  AccessControlAllowOriginNullTest: [
    "access-control-allow-origin",
    "null",
    200,
  ],
  AccessControlAllowOriginMultipleTest: [
    "access-control-allow-origin",
    "https://foo.com, https://bar.com",
    200,
    "cors-origin",
  ],
  AccessControlAllowCredentialsTest: [
    "access-control-allow-credentials",
    "true",
    200,
  ],
  AccessControlAllowCredentialsTestFalse: [
    "access-control-allow-credentials",
    "false",
    200,
    "cors-credentials",
  ],
  AccessControlAllowCredentialsTestTruethy: [
    "access-control-allow-credentials",
    "truethy",
    200,
    "cors-credentials",
  ],
  AccessControlAllowCredentialsTestCapTrue: [
    "access-control-allow-credentials",
    "True",
    200,
    "cors-credentials",
  ],
};

for (const [title, [name, lines, status, ...rules]] of Object.entries(FIELDS)) {
  Deno.test(`lint() judges as httplint's ${title}`, async () => {
    const headers = new Headers();
    for (const line of [lines].flat()) headers.append(name, line);
    const range = "bytes=1-";
    const linted = await lintOnce(
      () => new Response(null, { status, headers }),
      status === 206 || status === 416 ? { headers: { range } } : {},
    );
    assertEquals(linted.rules, rules);
  });
}

/** A status, the fields of request and response, and what is found. */
type StatusCase = [
  status: number,
  request: Record<string, string>,
  response: Record<string, string>,
  ...rules: string[],
];

const CONDITIONAL = { "if-none-match": '"x"' };

const STATUS: Record<string, StatusCase> = {
  "test_status.py, test_304_prohibited_headers, Content-Type": [
    304,
    CONDITIONAL,
    { "content-type": "foo/bar" },
    "304-content-fields",
  ],
  "test_status.py, test_304_prohibited_headers, Content-Encoding": [
    304,
    CONDITIONAL,
    { "content-encoding": "foo" },
    "304-content-fields",
  ],
  "test_status.py, test_304_prohibited_headers, Content-Language": [
    304,
    CONDITIONAL,
    { "content-language": "foo" },
    "304-content-fields",
  ],
  "test_status.py, test_304_allowed_headers": [304, CONDITIONAL, {
    "date": "Fri, 01 Jan 2021 00:00:00 GMT",
    "cache-control": "max-age=60",
    "expires": "Fri, 01 Jan 2021 00:01:00 GMT",
    "etag": '"12345"',
    "vary": "Accept-Encoding",
    "content-location": "/foo",
  }],
  "test_status.py, test_412_no_precondition": [412, {}, {}, "412-unasked"],
  "test_status.py, test_412_generic": [412, { "if-match": '"123"' }, {}],
  "test_status.py, test_416_no_range": [
    416,
    {},
    { "content-range": "bytes */1" },
    "416-unasked",
  ],
  "test_status.py, test_417_no_expect": [417, {}, {}, "417-unasked"],
  "test_status.py, test_417_generic": [417, { expect: "foo" }, {}],
  // A resource may refuse what the client did not say it wants.
  "test_status.py, test_406_no_negotiation": [406, {}, {}],
  "test_status.py, test_406_with_negotiation": [
    406,
    { accept: "text/html" },
    {},
  ],
  "test_status.py, test_405_method_in_allow": [
    405,
    {},
    { allow: "GET, HEAD" },
    "405-allowed",
  ],
  "test_status.py, test_405_method_not_in_allow": [405, {}, {
    allow: "POST, PUT",
  }],
  "test_status.py, test_405_no_allow": [405, {}, {}, "405-allow"],
  "status301, REDIRECT_WITHOUT_LOCATION": [301, {}, {}, "301-location"],
  "status302, REDIRECT_WITHOUT_LOCATION": [302, {}, {}, "302-location"],
  "status303, REDIRECT_WITHOUT_LOCATION": [303, {}, {}, "303-location"],
  "status307, REDIRECT_WITHOUT_LOCATION": [307, {}, {}, "307-location"],
  "status308, REDIRECT_WITHOUT_LOCATION": [308, {}, {}, "308-location"],
  "status206, PARTIAL_NOT_REQUESTED": [
    206,
    {},
    { "content-range": "bytes 0-1/2" },
    "206-unasked",
  ],
  "status206, PARTIAL_WITHOUT_RANGE": [
    206,
    { range: "bytes=0-1" },
    {},
    "206-content-range",
  ],
  // Without it, the request's own URL is what was created (15.3.2).
  "status201, CREATED_WITHOUT_LOCATION": [201, {}, {}],
};

for (
  const [title, [status, sent, headers, ...rules]] of Object.entries(STATUS)
) {
  Deno.test(`lint() judges as httplint's ${title}`, async () => {
    const linted = await lintOnce(
      () => new Response(null, { status, headers }),
      { headers: sent },
    );
    assertEquals(linted.rules, rules);
  });
}

Deno.test("lint() judges as httplint's test_no_content", async () => {
  const response = () =>
    new Response(null, { headers: { "content-length": "100" } });
  assertEquals((await lintOnce(response, { method: "HEAD" })).rules, []);
  assertEquals((await lintOnce(response)).rules, ["content-length"]);
});
