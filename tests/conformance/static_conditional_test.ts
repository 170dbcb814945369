// Conditional requests as others test them, sent to `sharedData()` over a
// socket. Only inputs and outcomes are taken over.
//
// - golang/go, src/net/http/fs_test.go at 061efaa8, BSD-3-Clause
// - jshttp/fresh, test/fresh.js at ee736731, MIT
// - pillarjs/send, test/send.js at 092f3fc7, MIT
// - denoland/std, http/file_server_test.ts at ca58f942, MIT
// - encode/starlette, tests/test_staticfiles.py and tests/test_responses.py at
//   cb8f84f5, BSD-3-Clause
import { assertEquals, assertNotEquals } from "@std/assert";
import { type SharedTree, shareTree } from "../middleware/_shared_tree.ts";

// In these cases, "$etag" stands for the tag that the server sends, "$modified"
// for the time of the last change, and "$before", "$after" for a minute before
// and after it.
const MODIFIED = new Date("2001-02-03T04:05:06.789Z");

// Why an outcome is not theirs.
const RELOAD =
  "RFC 9110 section 13 knows no such exception; 304 says the copy is current";

/** Header fields, their status, and ours with the reason if it is another. */
type ConditionalCase = [
  headers: Record<string, string>,
  theirs: number,
  ours?: number,
  reason?: string,
];

const CASES: Record<string, ConditionalCase[]> = {
  "golang/go": [
    [{ "If-Modified-Since": "$modified" }, 304],
    [{ "If-None-Match": "$etag" }, 304],
    [{ "If-None-Match": '"baz", W/$etag' }, 304],
    [{ "If-None-Match": '"Foo"' }, 200],
    [{ "If-None-Match": "," }, 200],
    [{ "Range": "bytes=0-4" }, 206],
    [{ "Range": "bytes=0-4", "If-Range": "$etag" }, 206],
    [{ "Range": "bytes=0-4", "If-Range": "W/$etag" }, 200],
    [{ "Range": "bytes=10-20" }, 416],
    [{ "Range": "bytes=0-4", "If-Range": '"B"' }, 200],
    [{ "Range": "bytes=0-4", "If-Range": "$modified" }, 206],
    [{ "Range": "bytes=0-4", "If-Range": "$after" }, 200],
    [{ "If-Match": '"Z", $etag' }, 200],
    [{ "If-Match": "*" }, 200],
    [{ "If-Match": '"B"' }, 412],
    [{ "If-Match": "W/$etag" }, 412],
    [{ "If-Unmodified-Since": "$modified" }, 200],
    [{ "If-Unmodified-Since": "$before" }, 412],
    // From TestScanETag: not entity tags, so they match nothing.
    [{ "If-None-Match": "W/" }, 200],
    [{ "If-None-Match": "w/$etag" }, 200],
  ],
  "jshttp/fresh": [
    [{}, 200],
    [{ "If-None-Match": "$etag" }, 304],
    [{ "If-None-Match": '"bar"' }, 200],
    [{ "If-None-Match": ' "bar" , $etag' }, 304],
    [{ "If-None-Match": '"bar",\t$etag' }, 304],
    [{ "If-None-Match": "W/$etag" }, 304],
    [{ "If-None-Match": "*" }, 304],
    [{ "If-None-Match": '*, "bar"' }, 200],
    [{ "If-Modified-Since": "$before" }, 200],
    [{ "If-Modified-Since": "$after" }, 304],
    [{ "If-Modified-Since": "foo" }, 200],
    [{ "If-None-Match": "$etag", "If-Modified-Since": "$after" }, 304],
    [{ "If-None-Match": "$etag", "If-Modified-Since": "$before" }, 304],
    [{ "If-None-Match": '"bar"', "If-Modified-Since": "$after" }, 200],
    [{ "If-None-Match": '"bar"', "If-Modified-Since": "$before" }, 200],
    [{ "Cache-Control": " no-cache" }, 200],
    [
      { "Cache-Control": "no-cache", "If-None-Match": "$etag" },
      200,
      304,
      RELOAD,
    ],
    [
      { "Cache-Control": "no-cache", "If-Modified-Since": "$after" },
      200,
      304,
      RELOAD,
    ],
  ],
  "pillarjs/send": [
    [{ "If-Match": "*" }, 200],
    [{ "If-Match": ' "foo",, "bar" ,' }, 412],
    [{ "If-Match": '"foo", "bar", $etag' }, 200],
    [{ "If-Modified-Since": "$modified" }, 304],
    [{ "If-Modified-Since": "$before" }, 200],
    [{ "If-None-Match": "$etag" }, 304],
    [{ "If-None-Match": '"123"' }, 200],
    [{ "If-Unmodified-Since": "$modified" }, 200],
    [{ "If-Unmodified-Since": "$before" }, 412],
    [{ "If-Unmodified-Since": "foo" }, 200],
    [{ "If-Range": "$etag", "Range": "bytes=0-0" }, 206],
    [{ "If-Range": '"0x"', "Range": "bytes=0-0" }, 200],
    [{ "If-Range": "$modified", "Range": "bytes=0-0" }, 206],
    [{ "If-Range": "$before", "Range": "bytes=0-0" }, 200],
    [{ "If-Range": "foo", "Range": "bytes=0-0" }, 200],
  ],
  "denoland/std": [
    [{ "If-None-Match": "$etag" }, 304],
    [{ "If-None-Match": "W/$etag" }, 304],
    [{ "If-Modified-Since": "$modified" }, 304],
    [
      { "If-None-Match": "not match etag", "If-Modified-Since": "$modified" },
      200,
    ],
  ],
  "encode/starlette": [
    [{ "If-None-Match": "$etag" }, 304],
    [{ "If-None-Match": 'W/$etag, "123"' }, 304],
    [{ "If-None-Match": '"123"' }, 200],
    // The days of the week are not the right ones. The years are moved to fit.
    [{ "If-Modified-Since": "Thu, 11 Oct 2013 15:30:19 GMT" }, 304],
    [{ "If-Modified-Since": "Thu, 20 Feb 1999 15:30:19 GMT" }, 200],
  ],
  // The order of RFC 9110 section 13.2.2, and the other two forms of a date.
  "RFC 9110": [
    [{ "If-Match": '"B"', "If-None-Match": "$etag" }, 412],
    [{ "If-Match": "$etag", "If-None-Match": "$etag" }, 304],
    [{ "If-Match": "$etag", "If-Unmodified-Since": "$before" }, 200],
    [{ "If-Match": "", "If-Unmodified-Since": "$after" }, 412],
    [{ "If-Unmodified-Since": "$before", "If-None-Match": "$etag" }, 412],
    [{ "If-Unmodified-Since": "$after", "If-Modified-Since": "$after" }, 304],
    [{ "If-None-Match": "", "If-Modified-Since": "$after" }, 200],
    [{ "If-None-Match": "$etag", "Range": "bytes=0-4" }, 304],
    [{ "If-Match": '"B"', "Range": "bytes=10-20" }, 412],
    [{ "If-Range": '"B"', "Range": "bytes=10-20" }, 200],
    [{ "If-Range": "$etag", "Range": "bytes=10-20" }, 416],
    [{ "If-Range": "$etag" }, 200],
    [{ "If-Modified-Since": "Saturday, 03-Feb-01 04:05:06 GMT" }, 304],
    [{ "If-Modified-Since": "Saturday, 03-Feb-01 04:05:05 GMT" }, 200],
    [{ "If-Modified-Since": "Sat Feb  3 04:05:06 2001" }, 304],
    [{ "If-Modified-Since": "Sat Feb  3 04:05:05 2001" }, 200],
  ],
};

async function shareStyle(): Promise<{ tree: SharedTree; etag: string }> {
  const tree = await shareTree({}, { cacheTimeout: 5 });
  await tree.write("style.css", "body {}\n", MODIFIED);
  const { headers } = await tree.request("/static/style.css");
  return { tree, etag: headers.get("etag") ?? "" };
}

function fill(value: string, etag: string): string {
  const time = (seconds: number): string =>
    new Date(MODIFIED.getTime() + seconds * 1000).toUTCString();
  return value.replace("$etag", etag).replace("$modified", time(0))
    .replace("$before", time(-60)).replace("$after", time(60));
}

function isRangeStatus(status: number): boolean {
  return status === 206 || status === 416;
}

for (const [source, cases] of Object.entries(CASES)) {
  Deno.test(`sharedData() answers the conditional cases of ${source}`, async () => {
    const { tree, etag } = await shareStyle();
    await using _tree = tree;
    for (const [given, theirs, ours, reason] of cases) {
      const sent = Object.fromEntries(
        Object.entries(given).map(([name, value]) => [name, fill(value, etag)]),
      );
      for (const method of ["GET", "HEAD"]) {
        const message = `${method} ${JSON.stringify(sent)}`;
        const { status, headers, body } = await tree.request(
          "/static/style.css",
          sent,
          method,
        );
        const expected = ours ?? theirs;
        // Range means nothing but with GET (RFC 9110 section 14.2).
        const isPlain = method === "HEAD" && isRangeStatus(expected);
        assertEquals(status, isPlain ? 200 : expected, message);
        assertNotEquals(ours, theirs, message);
        assertEquals(reason === undefined, ours === undefined, message);

        assertEquals(headers.get("etag"), etag, message);
        assertEquals(
          headers.get("last-modified"),
          fill("$modified", ""),
          message,
        );
        assertEquals(
          headers.get("cache-control"),
          "public, max-age=5",
          message,
        );
        if (status === 200 && method === "GET") assertEquals(body, "body {}\n");
        if (status === 304) {
          // From pillarjs/send: no content fields.
          assertEquals(headers.has("content-type"), false, message);
          assertEquals(headers.has("content-length"), false, message);
        }
        if (status >= 300 || method === "HEAD") assertEquals(body, "", message);
      }
    }
  });
}
