// Header fields of responses that the RFCs give as examples, none of which gives
// a warning, and those they give as wrong.
//
// RFC 9110, RFC 9111 and RFC 6265, IETF Trust
import { assertEquals } from "@std/assert";
import { lintOnce } from "../middleware/_lint.ts";

/** Where it stands, the status, the field and its value. */
type Example = [section: string, status: number, name: string, value: string];

const GOOD: Example[] = [
  ["9110 5.6.7", 200, "date", "Sun, 06 Nov 1994 08:49:37 GMT"],
  ["9110 6.6.1", 200, "date", "Tue, 15 Nov 1994 08:12:31 GMT"],
  ["9110 8.3", 200, "content-type", "text/html; charset=ISO-8859-4"],
  ["9110 8.3.1", 200, "content-type", "text/html;charset=utf-8"],
  ["9110 8.3.1", 200, "content-type", 'Text/HTML;Charset="utf-8"'],
  ["9110 8.3.1", 200, "content-type", 'text/html; charset="utf-8"'],
  ["9110 8.3.1", 200, "content-type", "text/html;charset=UTF-8"],
  ["9110 8.4", 200, "content-encoding", "gzip"],
  ["9110 8.5", 200, "content-language", "mi, en"],
  ["9110 8.8.2", 200, "last-modified", "Tue, 15 Nov 1994 12:45:26 GMT"],
  ["9110 8.8.3", 200, "etag", '"xyzzy"'],
  ["9110 8.8.3", 200, "etag", 'W/"xyzzy"'],
  ["9110 8.8.3", 200, "etag", '""'],
  ["9110 8.8.3.3", 200, "etag", '"123-b"'],
  ["9110 10.2.1", 200, "allow", "GET, HEAD, PUT"],
  ["9110 10.2.2", 302, "location", "http://www.example.org/index.html"],
  ["9110 10.2.3", 503, "retry-after", "Fri, 31 Dec 1999 23:59:59 GMT"],
  ["9110 10.2.3", 503, "retry-after", "120"],
  ["9110 10.2.4", 200, "server", "CERN/3.0 libwww/2.17"],
  [
    "9110 11.6.1",
    401,
    "www-authenticate",
    'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
  ],
  ["9110 12.5.5", 200, "vary", "accept-encoding, accept-language"],
  ["9110 14.3", 200, "accept-ranges", "bytes"],
  ["9110 14.4", 206, "content-range", "bytes 42-1233/1234"],
  ["9110 14.4", 206, "content-range", "bytes 42-1233/*"],
  ["9110 14.4", 416, "content-range", "bytes */1234"],
  ["9110 14.4", 206, "content-range", "bytes 0-499/1234"],
  ["9110 14.4", 206, "content-range", "bytes 734-1233/1234"],
  ["9110 15.5.22", 426, "upgrade", "HTTP/3.0"],
  ["9111 5.3", 200, "expires", "Thu, 01 Dec 1994 16:00:00 GMT"],
  ["6265 3.1", 200, "set-cookie", "SID=31d4d96e407aad42"],
  [
    "6265 3.1",
    200,
    "set-cookie",
    "SID=31d4d96e407aad42; Path=/; Secure; HttpOnly",
  ],
  ["6265 3.1", 200, "set-cookie", "lang=en-US; Path=/; Domain=example.com"],
  [
    "6265 3.1",
    200,
    "set-cookie",
    "lang=en-US; Expires=Wed, 09 Jun 2021 10:18:14 GMT",
  ],
  [
    "6265 3.1",
    200,
    "set-cookie",
    "lang=; Expires=Sun, 06 Nov 1994 08:49:37 GMT",
  ],
];

for (const [section, status, name, value] of GOOD) {
  Deno.test(`lint() accepts ${name}: ${value} of RFC ${section}`, async () => {
    const { rules } = await lintOnce(
      () => new Response(null, { status, headers: { [name]: value } }),
      { headers: { range: "bytes=0-" } },
    );
    assertEquals(rules, []);
  });
}

Deno.test("lint() only notes the relative Location of RFC 9110 10.2.2", async () => {
  const { rules } = await lintOnce(() =>
    new Response(null, {
      status: 303,
      headers: { location: "/People.html#tim" },
    })
  );
  assertEquals(rules, ["(location-relative)"]);
});

const BAD: [...Example, rule: string][] = [
  // Obsolete forms, which only recipients have to know.
  ["9110 5.6.7", 200, "date", "Sunday, 06-Nov-94 08:49:37 GMT", "date-syntax"],
  ["9110 5.6.7", 200, "date", "Sun Nov  6 08:49:37 1994", "date-syntax"],
  // "especially the value 0", which caches take as a time in the past.
  ["9111 5.3", 200, "expires", "0", "date-syntax"],
];

for (const [section, status, name, value, rule] of BAD) {
  Deno.test(`lint() warns of ${name}: ${value} of RFC ${section}`, async () => {
    const { rules } = await lintOnce(() =>
      new Response(null, { status, headers: { [name]: value } })
    );
    assertEquals(rules, [rule]);
  });
}
