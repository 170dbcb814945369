// Range requests as others test them, sent to `sharedData()` over a socket.
// Only inputs and outcomes are taken over.
//
// - golang/go, src/net/http/fs_test.go at 061efaa8, BSD-3-Clause
// - jshttp/range-parser, test/range-parser.js at b49e00f6, MIT
// - pillarjs/send, test/send.js at 092f3fc7, MIT
// - denoland/std, http/file_server_test.ts at ca58f942, MIT
// - encode/starlette, tests/test_responses.py at cb8f84f5, BSD-3-Clause
import { assertEquals, assertNotEquals } from "@std/assert";
import { shareTree } from "../middleware/_shared_tree.ts";

// Why an outcome is not theirs.
const MULTIPART =
  "several ranges get the whole file (RFC 9110 section 14.2 allows it)";
const COMBINED = "ranges that could be joined still get the whole file";
const INVALID =
  "a set with an invalid range is invalid as a whole, and ignored (section 14.1.1)";
const IGNORED = "an unknown unit or invalid set is ignored, not refused";
const SUFFIX = "a suffix of no bytes is unsatisfiable (section 14.1.2)";
const EMPTY = "nothing of an empty file can be sent as a range";
const HEAD = "Range means nothing but with GET (section 14.2)";

/**
 * Size of the file, `Range`, and their outcome: the status and the range sent.
 * Where ours is another one, it follows with the reason.
 */
type RangeCase = [
  size: number,
  range: string,
  theirs: string,
  ours?: string,
  reason?: string,
];

const CASES: Record<string, RangeCase[]> = {
  "golang/go": [
    [11, "bytes=0-4", "206 0-4"],
    [11, "bytes=2-", "206 2-10"],
    [11, "bytes=-5", "206 6-10"],
    [11, "bytes=3-7", "206 3-7"],
    [11, "bytes=0-0,-2", "206 multipart", "200", MULTIPART],
    [11, "bytes=0-1,5-8", "206 multipart", "200", MULTIPART],
    [11, "bytes=0-1,5-", "206 multipart", "200", MULTIPART],
    [11, "bytes=5-1000", "206 5-10"],
    [11, "bytes=0-,1-,2-,3-,4-", "200"],
    [11, "bytes=0-9", "206 0-9"],
    [11, "bytes=0-10", "206 0-10"],
    [11, "bytes=0-11", "206 0-10"],
    [11, "bytes=10-11", "206 10-10"],
    [11, "bytes=10-", "206 10-10"],
    [11, "bytes=11-", "416"],
    [11, "bytes=11-12", "416"],
    [11, "bytes=12-12", "416"],
    [11, "bytes=11-100", "416"],
    [11, "bytes=12-100", "416"],
    [11, "bytes=100-", "416"],
    [11, "bytes=100-1000", "416"],
    [22, "bytes=--6", "416", "200", IGNORED],
    [22, "bytes=--0", "416", "200", IGNORED],
    [22, "bytes=---0", "416", "200", IGNORED],
    [22, "bytes=-6", "206 16-21"],
    [22, "bytes=6-", "206 6-21"],
    [22, "bytes=-6-", "416", "200", IGNORED],
    [22, "bytes=-0", "206", "416", SUFFIX],
    [22, "bytes=", "200"],
    [0, "bytes=0-128", "200", "416", EMPTY],
    [0, "bytes=1-", "200", "416", EMPTY],
  ],
  // A parser: -2 is 200 here, -1 is 416, and a list of ranges is 206.
  "jshttp/range-parser": [
    [200, "bytes=100200", "200"],
    [200, "bytes=,100200", "200"],
    [200, "malformed", "200"],
    [200, "bytes=x-100", "200"],
    [200, "bytes=100-x", "200"],
    [200, "bytes=--100", "200"],
    [200, "bytes=100--200", "200"],
    [200, "bytes=-", "200"],
    [200, "bytes= - ", "200"],
    [200, "bytes=,", "200"],
    [200, "bytes= , , ", "200"],
    [200, "bytes=100-200-300", "200"],
    [200, "bytes=-100-150", "200"],
    [200, "bytes=01a-150", "200"],
    [200, "bytes=100-15b0", "200"],
    [200, "bytes=y-v,x-", "200"],
    [200, "bytes=abc-def,ghi-jkl", "200"],
    [200, "bytes=500-600", "416"],
    [200, "bytes=500-600,601-700", "416", "200", MULTIPART],
    [200, "bytes=500-20", "416", "200", INVALID],
    [200, "bytes=500-999", "416"],
    [200, "bytes=abc-def,500-999", "416", "200", INVALID],
    [1000, "bytes=0-499", "206 0-499"],
    [200, "bytes=0-499", "206 0-199"],
    [1000, "bytes=40-80", "206 40-80"],
    [1000, "bytes=-400", "206 600-999"],
    [1000, "bytes=400-", "206 400-999"],
    [1000, "bytes=0-", "206 0-999"],
    [1000, "bytes=0-0", "206 0-0"],
    [1000, "bytes=-1", "206 999-999"],
    [1000, "bytes=100-200,x-", "206 100-200", "200", INVALID],
    [1000, "bytes=x-,0-100,y-", "206 0-100", "200", INVALID],
    [200, "bytes=0-499,1000-,500-999", "206 0-199", "200", MULTIPART],
    [1000, "bytes=   40-80 , 81-90 , -1 ", "206 multipart", "200", MULTIPART],
    [1000, "bytes= , 0-10", "206 0-10"],
    [
      150,
      "bytes=0-4,90-99,5-75,100-199,101-102",
      "206 multipart",
      "200",
      MULTIPART,
    ],
  ],
  "pillarjs/send": [
    [9, "items=0-4", "200"],
    [9, "bytes=2-5", "206 2-5"],
    [9, "bytes=-3", "206 6-8"],
    [9, "bytes=3-", "206 3-8"],
    [9, "bytes=2-50", "206 2-8"],
    [9, "bytes=9-50", "416"],
    [9, "asdf", "200"],
    [9, "bytes=1-1,3-", "200"],
    [9, "bytes=1-2,3-5", "206 1-5", "200", COMBINED],
  ],
  "denoland/std": [
    [10034, "bytes=0-0", "206 0-0"],
    [10034, "bytes=0-100", "206 0-100"],
    [10034, "bytes=300-", "206 300-10033"],
    [10034, "bytes=-200", "206 9834-10033"],
    [10034, "bytes=0-999999999", "206 0-10033"],
    [10034, "bytes=-999999999", "206 0-10033"],
    [10034, "bytes=500-200", "416", "200", INVALID],
    [10034, "bytes=99999-999999", "416"],
    [10034, "bytes=99999-", "416"],
    [10034, "bytes=100", "200"],
    [10034, "bytes=a-b", "200"],
    [10034, "bytes=0-10, 20-30", "200"],
    [0, "bytes=0-10, 20-30", "200"],
  ],
  "encode/starlette": [
    [526, "bytes=0-100", "206 0-100"],
    [526, "bytes=0-100, 200-300", "206 multipart", "200", MULTIPART],
    [526, "bytes: 0-1000", "400", "200", IGNORED],
    [526, "bytes=0-527", "206 0-525"],
    [526, "bytes=527-", "416"],
    [526, "items=0-100", "400", "200", IGNORED],
    [526, "bytes=", "400", "200", IGNORED],
    [526, "bytes=100-0", "400", "200", INVALID],
    [526, "bytes=0-100, 50-200", "206 0-200", "200", COMBINED],
    [526, "bytes=100-200, 0-50", "206 multipart", "200", MULTIPART],
  ],
};

for (const [source, cases] of Object.entries(CASES)) {
  Deno.test(`sharedData() answers the Range cases of ${source}`, async () => {
    await using tree = await shareTree({});
    for (const [size, range, theirs, ours, reason] of cases) {
      const content = Array.from({ length: size }, (_, i) => i % 10).join("");
      await tree.write(`${size}`, content);
      const message = `${range} of ${size} bytes`;
      const { status, headers, body, isComplete } = await tree.request(
        `/static/${size}`,
        { Range: range },
      );
      const sent = /^bytes (\d+-\d+)\/(\d+)$/.exec(
        headers.get("content-range") ?? "",
      );
      const outcome = sent ? `${status} ${sent[1]}` : `${status}`;
      assertEquals(outcome, ours ?? theirs, message);
      assertNotEquals(ours, theirs, message);
      assertEquals(reason === undefined, ours === undefined, message);

      const [start = 0, end = size - 1] = sent?.[1]?.split("-").map(Number) ??
        [];
      const expected = status === 416 ? "" : content.slice(start, end + 1);
      assertEquals(body, expected, message);
      assertEquals(isComplete, true, message);
      if (sent) assertEquals(sent[2], String(size), message);
      if (status === 416) {
        assertEquals(headers.get("content-range"), `bytes */${size}`, message);
      }
    }
  });
}

Deno.test("sharedData() ignores Range with HEAD, unlike encode/starlette", async () => {
  await using tree = await shareTree({ "file": "0".repeat(526) });
  // Range, and their status and Content-Length.
  const cases: [string, number, string][] = [
    ["bytes=0-100", 206, "101"],
    ["bytes=0-100, 200-300", 206, "439"],
    ["bytes=527-", 416, "0"],
  ];
  for (const [range, theirs] of cases) {
    const { status, headers, body } = await tree.request(
      "/static/file",
      { Range: range },
      "HEAD",
    );
    assertEquals([status, headers.get("content-length"), body], [
      200,
      "526",
      "",
    ]);
    assertNotEquals(status, theirs, HEAD);
  }
});
