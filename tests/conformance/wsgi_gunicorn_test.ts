// The cases of gunicorn's tests that are about WSGI: requests, sent to a
// WSGI-style app behind `fromWsgi()` over sockets, its input, and its headers.
// Only inputs and outcomes are taken over.
//
// benoitc/gunicorn, tests/requests/valid/ and tests/test_http.py at 65ac1a3a,
// MIT, copyright 2009-2026 Benoît Chesneau, 2009-2015 Paul J. Davis
import { assertEquals } from "@std/assert";
import type { WsgiInput } from "../../serving/wsgi.ts";
import { rawConnect, rawRequest } from "../_raw_http.ts";
import { bytes, serveWsgi, text } from "../serving/_wsgi_serve.ts";

interface Seen {
  method: string;
  path: string;
  query: string;
  raw: string;
  headers: Record<string, string>;
  body: string;
}

interface Case {
  /** The file in tests/requests/valid/. */
  file: string;
  /** The request; line ends are `\n`. */
  head: string;
  body?: string;
  expected: Partial<Seen> & { method: string; path: string };
}

const CASES: Case[] = [
  {
    file: "001",
    head: "PUT /stuff/here?foo=bar HTTP/1.0\nServer: http://127.0.0.1:5984\n" +
      "Content-Type: application/json\nContent-Length: 14",
    body: '{"nom": "nom"}',
    expected: {
      method: "PUT",
      path: "/stuff/here",
      query: "foo=bar",
      headers: {
        HTTP_SERVER: "http://127.0.0.1:5984",
        CONTENT_TYPE: "application/json",
        CONTENT_LENGTH: "14",
      },
      body: '{"nom": "nom"}',
    },
  },
  {
    file: "002",
    head: "GET /test HTTP/1.1\nUser-Agent: curl/7.18.0 (i486-pc-linux-gnu)\n" +
      "Host: 0.0.0.0=5000\nAccept: */*",
    expected: {
      method: "GET",
      path: "/test",
      headers: {
        HTTP_USER_AGENT: "curl/7.18.0 (i486-pc-linux-gnu)",
        HTTP_HOST: "0.0.0.0=5000",
        HTTP_ACCEPT: "*/*",
      },
    },
  },
  {
    file: "004",
    head: "GET /silly HTTP/1.1\naaaaaaaaaaaaa:++++++++++",
    expected: {
      method: "GET",
      path: "/silly",
      headers: { HTTP_AAAAAAAAAAAAA: "++++++++++" },
    },
  },
  {
    file: "005",
    head: "GET /forums/1/topics/2375?page=1#posts-17408 HTTP/1.1",
    // The fragment is no part of a target, but it is let pass.
    expected: { method: "GET", path: "/forums/1/topics/2375", query: "page=1" },
  },
  {
    file: "006",
    head: "GET /get_no_headers_no_body/world HTTP/1.1",
    expected: { method: "GET", path: "/get_no_headers_no_body/world" },
  },
  {
    file: "010",
    head: "POST /post_chunked_all_your_base HTTP/1.1\n" +
      "Transfer-Encoding: chunked",
    body: "1e\r\nall your base are belong to us\r\n0\r\n\r\n",
    expected: {
      method: "POST",
      path: "/post_chunked_all_your_base",
      headers: { HTTP_TRANSFER_ENCODING: "chunked" },
      body: "all your base are belong to us",
    },
  },
  {
    file: "011",
    head: "POST /two_chunks_mult_zero_end HTTP/1.1\nTransfer-Encoding: chunked",
    body: "5\r\nhello\r\n6\r\n world\r\n000\r\n\r\n",
    expected: {
      method: "POST",
      path: "/two_chunks_mult_zero_end",
      body: "hello world",
    },
  },
  {
    file: "012",
    head: "POST /chunked_w_trailing_headers HTTP/1.1\n" +
      "Transfer-Encoding: chunked",
    body: "5\r\nhello\r\n6\r\n world\r\n0\r\nVary: *\r\n" +
      "Content-Type: text/plain\r\n\r\n",
    expected: {
      method: "POST",
      path: "/chunked_w_trailing_headers",
      // Trailers are no headers.
      headers: { HTTP_TRANSFER_ENCODING: "chunked" },
      body: "hello world",
    },
  },
  {
    file: "013",
    head: "POST /chunked_w_extensions HTTP/1.1\nTransfer-Encoding: chunked",
    body: "5; some; parameters=stuff\r\nhello\r\n" +
      "6; blahblah; blah\r\n world\r\n0\r\n\r\n",
    expected: {
      method: "POST",
      path: "/chunked_w_extensions",
      body: "hello world",
    },
  },
  {
    file: "014",
    head: 'GET /with_"quotes"?foo="bar" HTTP/1.1',
    expected: {
      method: "GET",
      path: '/with_"quotes"',
      query: 'foo="bar"',
      raw: '/with_"quotes"?foo="bar"',
    },
  },
  {
    file: "017",
    head: "GET /stuff/here?foo=bar HTTP/1.0\nIf-Match: bazinga!\n" +
      "If-Match: large-sound",
    expected: {
      method: "GET",
      path: "/stuff/here",
      headers: { HTTP_IF_MATCH: "bazinga!, large-sound" },
    },
  },
  {
    file: "031",
    head: "-BLARGH /foo HTTP/1.1",
    expected: { method: "-BLARGH", path: "/foo" },
  },
  {
    file: "031compat2",
    head: "-blargh /foo HTTP/1.1",
    expected: { method: "-blargh", path: "/foo" },
  },
  {
    file: "040",
    // POST instead of GET, for which Deno has no bodies.
    head: "POST /keep/same/as?invalid/040 HTTP/1.0\n" +
      "Transfer_Encoding: tricked\nContent-Length: 7\nContent_Length: -1E23",
    body: "tricked\r\n",
    expected: {
      method: "POST",
      path: "/keep/same/as",
      query: "invalid/040",
      headers: { CONTENT_LENGTH: "7" },
      body: "tricked",
    },
  },
  {
    file: "100",
    head: "GET ///keeping_slashes HTTP/1.1",
    expected: {
      method: "GET",
      path: "/keeping_slashes",
      raw: "///keeping_slashes",
    },
  },
];

Deno.test("fromWsgi() keeps to the valid requests of gunicorn", async () => {
  const seen: Seen[] = [];
  await using server = serveWsgi(async (environ, startResponse) => {
    const isHeader = (name: string) => /^(HTTP|CONTENT)_/.test(name);
    seen.push({
      method: environ.REQUEST_METHOD,
      path: environ.PATH_INFO,
      query: environ.QUERY_STRING,
      raw: environ.RAW_URI ?? "",
      headers: Object.fromEntries(
        Object.entries(environ).flatMap(([name, value]) =>
          isHeader(name) ? [[name, String(value)]] : []
        ),
      ),
      body: text(await environ["wsgi.input"].read()),
    });
    startResponse("204 No Content", []);
    return [];
  });
  for (const { file, head, body = "", expected } of CASES) {
    using connection = await rawConnect(server.port);
    await connection.send(
      `${head.replaceAll("\n", "\r\n")}\r\n\r\n${body}`,
    );
    const response = await connection.readResponse();
    assertEquals(response.status, 204, file);
    const got = seen.pop()!;
    for (const key of Object.keys(expected) as Array<keyof Seen>) {
      assertEquals(got[key], expected[key], `${file}: ${key}`);
    }
  }
});

/** What an app reads from its input, which comes in pieces. */
async function reads(
  pieces: string[],
  read: (input: WsgiInput) => Promise<Uint8Array[]>,
): Promise<string[]> {
  const results: string[] = [];
  await using server = serveWsgi(async (environ, startResponse) => {
    results.push(...(await read(environ["wsgi.input"])).map(text));
    startResponse("204 No Content", []);
    return [];
  });
  const chunks = pieces.map((piece) =>
    `${piece.length.toString(16)}\r\n${piece}\r\n`
  );
  await rawRequest(
    server.port,
    "POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" +
      `Transfer-Encoding: chunked\r\n\r\n${chunks.join("")}0\r\n\r\n`,
  );
  return results;
}

async function lines(
  input: WsgiInput,
  sizes: Array<number | undefined>,
): Promise<Uint8Array[]> {
  const lines = [];
  for (const size of sizes) lines.push(await input.readline(size));
  return lines;
}

Deno.test("wsgi.input keeps to test_readline_... of gunicorn", async () => {
  for (
    const [pieces, sizes, expected] of [
      [[], [undefined], [""]],
      [[], [1], [""]],
      [["abc"], [0], [""]],
      [["\n"], [0], [""]],
      [["abc\ndef"], [4, undefined], ["abc\n", "def"]],
      [["abc\ndef"], [2, undefined], ["ab", "c\n"]],
      [["abcdef"], [undefined], ["abcdef"]],
      [["abcdef"], [2, 2, 2], ["ab", "cd", "ef"]],
    ] as Array<[string[], Array<number | undefined>, string[]]>
  ) {
    assertEquals(await reads(pieces, (input) => lines(input, sizes)), expected);
  }
});

Deno.test("wsgi.input keeps to test_readline_buffer_loaded... of gunicorn", async () => {
  const all = async (input: WsgiInput, sizes: Array<number | undefined>) => [
    await input.read(1),
    ...await lines(input, sizes),
  ];
  assertEquals(
    await reads(
      ["abc\ndef", "g\nhi"],
      (input) => all(input, [undefined, undefined, undefined]),
    ),
    ["a", "bc\n", "defg\n", "hi"],
  );
  assertEquals(
    await reads(["abc\ndef"], (input) => all(input, [2, 2, 2, 2])),
    ["a", "bc", "\n", "de", "f"],
  );
});

Deno.test("wsgi.input keeps to test_length_reader_read and test_eof_reader_read of gunicorn", async () => {
  const pieces = ["Lorem", "ipsum", "dolor", "sit", "amet"];
  const sizes = [0, 5, 5, 3, 3, 100, 100];
  assertEquals(
    await reads(pieces, async (input) => {
      const parts = [];
      for (const size of sizes) parts.push(await input.read(size));
      return parts;
    }),
    ["", "Lorem", "ipsum", "dol", "ors", "itamet", ""],
  );
});

Deno.test("fromWsgi() keeps to test_http_header_encoding and test_http_invalid_response_header of gunicorn", async () => {
  for (
    const [header, status] of [
      [["foo", "h\xe4der"], 200],
      [["apple", "m\u0103r"], 500],
      [["foo", "essai\r\n"], 500],
      [["foo\r\n", "essai"], 500],
    ] as Array<[[string, string], number]>
  ) {
    await using server = serveWsgi((_, startResponse) => {
      startResponse("200 OK", [header]);
      return [bytes("body")];
    });
    const response = await fetch(server.url);
    assertEquals(response.status, status);
    if (status === 200) assertEquals(response.headers.get("foo"), "h\xe4der");
    await response.body?.cancel();
  }
});
