/** A request on the wire, and what has to become of it. */
export interface RequestCase {
  /** The project and the name of the case there. */
  readonly from: string;
  /** The bytes, one for each character. */
  readonly bytes: string;
  /** Whether the client says that nothing more comes. */
  readonly isCut?: boolean;
  /** What the app has been sent whole, or that it was sent nothing whole. */
  readonly want: readonly string[] | "refused";
  /**
   * What Deno's own parser does instead, which no server on top of it can
   * change. The test holds it fast, so that a change of it is noticed.
   */
  readonly deno?: readonly string[] | "refused";
}

const END = "Host: localhost\r\nConnection: close\r\n\r\n";
const CHUNKED = `Transfer-Encoding: chunked\r\n${END}`;

/** A request without body that is the last one on its connection. */
const head = (line: string, fields = "") => `${line}\r\n${fields}${END}`;

/** A request with these bytes after its head. */
const post = (fields: string, body: string) =>
  `POST / HTTP/1.1\r\n${fields}${END}${body}`;

/** A request with a body of chunks as they are on the wire. */
const chunks = (wire: string) => `POST / HTTP/1.1\r\n${CHUNKED}${wire}`;

/**
 * Cases of benoitc/gunicorn, tests/requests at 65ac1a3a (MIT), of nodejs/llhttp,
 * test/request (MIT) at the newest version that was at hand, and of
 * pallets/werkzeug, tests/test_serving.py at 1b00618e (BSD-3-Clause). They are
 * written anew: with a Host, which ours requires, and without what is about the
 * settings of the original.
 *
 * The want of an accepted request is what the app sees: method, target, body.
 */
export const REQUEST_CASES: readonly RequestCase[] = [
  // Request lines
  {
    from: "gunicorn valid/005",
    bytes: head("GET /forums/1/topics/2375?page=1 HTTP/1.1"),
    want: ["GET /forums/1/topics/2375?page=1 "],
  },
  {
    from: "gunicorn valid/014",
    bytes: head('GET /with_"quotes"?foo="bar" HTTP/1.1'),
    want: ['GET /with_"quotes"?foo="bar" '],
  },
  {
    from: "gunicorn valid/015",
    bytes: head("GET /test HTTP/1.0"),
    want: ["GET /test "],
  },
  {
    from: "gunicorn valid/027",
    bytes: head("GET /\xc3\xa0%20k HTTP/1.0"),
    want: ["GET /à%20k "],
  },
  {
    from: "gunicorn valid/031",
    bytes: head("-BLARGH /foo HTTP/1.1"),
    want: ["-BLARGH /foo "],
  },
  {
    from: "gunicorn valid/100",
    bytes: head("GET ///keeping_slashes HTTP/1.1"),
    want: ["GET ///keeping_slashes "],
  },
  {
    from: "werkzeug test_double_slash_path",
    bytes: head("GET //double-slash HTTP/1.1"),
    want: ["GET //double-slash "],
  },
  {
    from: "gunicorn valid/rfc9112_target_absolute_01",
    bytes: head("GET http://localhost/foo?q=1 HTTP/1.1"),
    want: ["GET /foo?q=1 "],
  },
  {
    from: "gunicorn valid/rfc9112_target_absolute_https_01",
    bytes: head("GET https://localhost/foo HTTP/1.1"),
    want: ["GET /foo "],
  },
  {
    from: "gunicorn valid/rfc9112_target_absolute_ipv6_01",
    bytes: head("GET http://[::1]:8080/foo HTTP/1.1"),
    want: ["GET /foo "],
  },
  {
    // gunicorn lets it pass; a server must take it for an error, RFC 9110 4.2.4.
    from: "gunicorn valid/rfc9112_target_absolute_userinfo_01",
    bytes: head("GET http://user:pass@localhost:8080/foo?q=1 HTTP/1.1"),
    want: "refused",
  },
  {
    from: "gunicorn valid/rfc9112_target_asterisk_options_01",
    bytes: head("OPTIONS * HTTP/1.1"),
    want: ["OPTIONS * "],
    deno: ["OPTIONS /* "],
  },
  {
    from: "gunicorn invalid/rfc9112_target_asterisk_non_options_01",
    bytes: head("GET * HTTP/1.1"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/rfc9112_target_authority_non_connect_01",
    bytes: head("GET example.com:443 HTTP/1.1"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/rfc9112_target_relative_01",
    bytes: head("GET foo/bar HTTP/1.1"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/002",
    bytes: "GET HTTP/1.1\r\n" + END,
    want: "refused",
  },
  {
    from: "gunicorn invalid/003",
    bytes: "GET\n/\nHTTP/1.1\r\n" + END,
    want: "refused",
  },
  {
    from: "gunicorn invalid/003b",
    bytes: head("bla:rgh /foo HTTP/1.1"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/004",
    bytes: head("GET /foo FTP/1.1"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/016",
    bytes: head("PUT s://]ufd/: HTTP/1.1"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/018",
    bytes: head("GET /test HTTP/111"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/nonascii_01",
    bytes: head("GET\xc3\x9f /germans.. HTTP/1.1"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/prefix_01",
    bytes: head("GET\0PROXY /foo HTTP/1.1"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/prefix_05",
    bytes: head("GET: /stuff HTTP/1.1"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/prefix_06",
    bytes: head(`GET /the/future HTTP/${"1".repeat(88)}.1`),
    want: "refused",
  },
  {
    from: "gunicorn invalid/version_01",
    bytes: head("GET /foo HTTP/0.99"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/version_02",
    bytes: head("GET /foo HTTP/2.0"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/pp_02",
    bytes: "PROXY TCP4 192.168.0.1 192.168.0.11 65iii 100000\r\n" +
      head("GET / HTTP/1.1"),
    want: "refused",
  },
  {
    from: "werkzeug test_wrong_protocol",
    bytes: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\0".repeat(64),
    want: "refused",
  },
  {
    from: "llhttp invalid: ICE protocol and GET method",
    bytes: head("GET /music ICE/1.0"),
    want: "refused",
  },
  {
    from: "llhttp invalid: ICE protocol, but not really",
    bytes: head("GET /music IHTTP/1.0"),
    want: "refused",
  },
  {
    // llhttp knows a list of methods; RFC 9110 9.1 lets others be added.
    from: "llhttp invalid: Invalid method",
    bytes: head("MKCOLA / HTTP/1.1"),
    want: ["MKCOLA / "],
  },
  {
    from: "llhttp invalid: Invalid HTTP version",
    bytes: head("GET / HTTP/5.6"),
    want: "refused",
  },
  {
    from: "llhttp invalid: Invalid space after start line",
    bytes: `GET / HTTP/1.1\r\n ${END}`,
    want: "refused",
  },
  // Header fields
  {
    from: "gunicorn valid/004",
    bytes: head("GET /silly HTTP/1.1", "aaaaaaaaaaaaa:++++++++++\r\n"),
    want: ["GET /silly "],
  },
  {
    from: "gunicorn valid/padding_01",
    bytes: head("GET / HTTP/1.1", "Name: \t value \t \r\n"),
    want: ["GET / "],
  },
  {
    from: "gunicorn valid/rfc9110_field_name_special_chars_01",
    bytes: head("GET /foo HTTP/1.1", "X.Custom|Pipe: ok\r\n"),
    want: ["GET /foo "],
  },
  {
    from: "gunicorn valid/rfc9110_field_value_obs_text_01",
    bytes: head("GET /foo HTTP/1.1", "X-Value: caf\xc3\xa9\r\n"),
    want: ["GET /foo "],
  },
  {
    from: "gunicorn invalid/005",
    bytes: head("GET /foo HTTP/1.1", "ba\0z: bar\r\n"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/020",
    bytes: post("Content-Length : 3\r\n", "xyz"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/042",
    bytes: head("GET / HTTP/1.1", "Host: evil.example.com\r\n"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/nonascii_03",
    bytes: post("Content-Length\xc3\x9f: 3\r\nContent-Length: 3\r\n", "xyz"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/obs_fold_01",
    bytes: head("GET / HTTP/1.1", "Long: one\r\n two\r\n"),
    want: "refused",
  },
  {
    // Werkzeug joins the lines; RFC 9112 5.2 lets a server refuse them.
    from: "werkzeug test_multiline_header_folding",
    bytes: head("GET / HTTP/1.1", "XYZ: foo\r\n\tbar\r\n"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/rfc9110_field_value_ctl_bel_01",
    bytes: head("GET /foo HTTP/1.1", "X-Value: plain\x07injected\r\n"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/rfc9110_field_value_ctl_del_01",
    bytes: head("GET /foo HTTP/1.1", "X-Value: plain\x7finjected\r\n"),
    want: "refused",
  },
  {
    from: "llhttp invalid: Headers separated by CR",
    bytes: head("GET / HTTP/1.1", "Foo: 1\rBar: 2\r\n"),
    want: "refused",
  },
  {
    // RFC 9112 2.2 lets a recipient take a single LF for the end of a line.
    from: "llhttp invalid: Headers separated by LF",
    bytes: head("GET / HTTP/1.1", "Foo: 1\nBar: 2\r\n"),
    want: "refused",
    deno: ["GET / "],
  },
  {
    from: "llhttp invalid: Headers separated by dummy characters",
    bytes: `GET / HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n\rZ` +
      head("GET /evil HTTP/1.1"),
    want: "refused",
  },
  {
    from: "llhttp invalid: Empty headers separated by CR",
    bytes: "POST / HTTP/1.1\r\nx:\rTransfer-Encoding: chunked\r\n" + END +
      "1\r\nA\r\n0\r\n\r\n",
    want: "refused",
  },
  ...["Fo@: Failure", "Foo\x01test: Bar", ": Bar", "name\r\n : value"].map(
    (line, index) => ({
      from: `llhttp invalid: Invalid header token #${index + 1}`,
      bytes: head("GET / HTTP/1.1", line + "\r\n"),
      want: "refused" as const,
    }),
  ),
  {
    from: "llhttp invalid: Corrupted Connection header",
    bytes: head("GET / HTTP/1.1", "Connection\r\x1bA\xd5eep-Alive\r\n"),
    want: "refused",
  },
  {
    from: "llhttp invalid: Spaces before headers",
    bytes: head("POST /hello HTTP/1.1", "Foo: bar\r\n Content-Length: 38\r\n") +
      head("GET /bye HTTP/1.1"),
    want: "refused",
  },
  {
    from: "gunicorn invalid/invalid_field_value_01",
    bytes: "GET / HTTP/1.1\r\nHost: localhost\r\nNewline: a\n" +
      "Content-Length: 26\r\nGET / HTTP/1.1\nHost: x\r\n\r\n",
    want: "refused",
  },
  // Content-Length
  {
    from: "gunicorn valid/008",
    bytes: post("conTENT-Length: 5\r\n", "HELLO"),
    want: ["POST / HELLO"],
  },
  {
    from: "gunicorn valid/rfc9110_body_framing_get_cl_nonzero_01",
    bytes: head("GET /foo HTTP/1.1", "Content-Length: 5\r\n") + "hello",
    want: ["GET /foo hello"],
    deno: ["GET /foo "],
  },
  {
    from: "llhttp content-length: Content-Length with zeroes",
    bytes: post("Content-Length: 003\r\n", "abc"),
    want: ["POST / abc"],
  },
  {
    from: "llhttp content-length: Spaces in Content-Length (surrounding)",
    bytes: post("Content-Length:  3 \r\n", "abc"),
    want: ["POST / abc"],
  },
  ...[
    ["gunicorn invalid/014", "-1"],
    ["gunicorn invalid/015", "bla-bla-bla"],
    ["gunicorn invalid/022", "-0"],
    ["gunicorn invalid/023", "0_1"],
    ["gunicorn invalid/024", "+1"],
    ["gunicorn invalid/prefix_03", "0 1"],
    ["gunicorn invalid/prefix_04", "3 1"],
    ["gunicorn invalid/021", "3\r\nContent-Length: 2"],
    ["llhttp content-length: overflow", "1000000000000000000000"],
    ["llhttp content-length: Empty Content-Length", ""],
    ["llhttp content-length: Spaces #2", "4 2"],
    ["werkzeug 3.2: digits of other scripts", "\xef\xbc\x95"],
  ].map(([from, length]) => ({
    from: from!,
    bytes: post(
      `Content-Length: ${length}\r\n`,
      "xyz",
    ),
    want: "refused" as const,
  })),
  {
    from: "gunicorn invalid/rfc9112_smuggle_cl_list_form_01",
    bytes: post("Content-Length: 5, 5\r\n", "hello"),
    want: "refused",
  },
  {
    from: "llhttp content-length: with CR instead of dash",
    bytes: post("Content\rLength: 003\r\n", "abc"),
    want: "refused",
  },
  // Transfer-Encoding
  {
    from: "gunicorn valid/010",
    bytes: chunks("1e\r\nall your base are belong to us\r\n0\r\n\r\n"),
    want: ["POST / all your base are belong to us"],
  },
  {
    from: "gunicorn valid/011",
    bytes: chunks("5\r\nhello\r\n6\r\n world\r\n000\r\n\r\n"),
    want: ["POST / hello world"],
  },
  {
    from: "gunicorn valid/012",
    bytes: chunks(
      "5\r\nhello\r\n6\r\n world\r\n0\r\nVary: *\r\nContent-Type: a/b\r\n\r\n",
    ),
    want: ["POST / hello world"],
  },
  {
    from: "gunicorn valid/013",
    bytes: chunks(
      "5; some; parameters=stuff\r\nhello\r\n6; blahblah; blah\r\n world\r\n0\r\n\r\n",
    ),
    want: ["POST / hello world"],
  },
  {
    from: "gunicorn valid/rfc9112_chunked_ext_quoted_01",
    bytes: chunks('5;foo="bar baz"\r\nhello\r\n0\r\n\r\n'),
    want: ["POST / hello"],
  },
  {
    from: "gunicorn valid/rfc9112_chunked_size_leading_zeros_01",
    bytes: chunks("0005\r\nhello\r\n0\r\n\r\n"),
    want: ["POST / hello"],
  },
  {
    from: "gunicorn valid/rfc9112_chunked_size_uppercase_hex_01",
    bytes: chunks("A\r\n0123456789\r\n0\r\n\r\n"),
    want: ["POST / 0123456789"],
  },
  {
    from: "werkzeug CVE list: TE parsing",
    bytes: post("Transfer-Encoding: Chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"),
    want: ["POST / hello"],
  },
  {
    from: "gunicorn valid/rfc9112_smuggle_gzip_chunked_01",
    bytes: post(
      "Transfer-Encoding: gzip, chunked\r\n",
      "5\r\nhello\r\n0\r\n\r\n",
    ),
    want: ["POST / hello"],
  },
  {
    from: "gunicorn valid/025",
    bytes: post(
      "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
      "5\r\nhello\r\n0\r\n\r\n",
    ),
    want: ["POST / hello"],
  },
  ...[
    ["gunicorn invalid/chunked_06", "chunked\r\nTransfer-Encoding: gzip"],
    ["gunicorn invalid/chunked_08", "chunked\r\nTransfer-Encoding: identity"],
    ["llhttp transfer-encoding: Ignoring pigeons", "pigeons"],
    ["llhttp transfer-encoding: Empty", "\r\nContent-Length: 5"],
    ["llhttp transfer-encoding: TE and CL", "identity\r\nContent-Length: 5"],
    ["gunicorn invalid/rfc9112_smuggle_cl_te", "chunked\r\nContent-Length: 3"],
    ["gunicorn invalid/chunked_02", "\tchunked\r\nContent-Length: 12"],
    ["gunicorn CL before TE", "chunked\r\nContent-Length: 0"],
  ].map(([from, coding]) => ({
    from: from!,
    bytes: post(
      `Transfer-Encoding: ${coding}\r\n`,
      "5\r\nhello\r\n0\r\n\r\n",
    ),
    want: "refused" as const,
  })),
  {
    from: "gunicorn invalid/chunked_03",
    bytes: post(
      "Transfer-Encoding: identity, chunked, identity, chunked\r\n",
      "5\r\nhello\r\n0\r\n\r\n",
    ),
    want: "refused",
  },
  {
    from: "gunicorn invalid/chunked_05",
    bytes: `POST / HTTP/1.0\r\n${CHUNKED}5\r\nhello\r\n0\r\n\r\n`,
    want: "refused",
  },
  // A field of another name does not count, RFC 9110 5.1.
  {
    from: "gunicorn invalid/chunked_07",
    bytes: post(
      "Transfer_Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
      "5\r\nhello\r\n0\r\n\r\n",
    ),
    want: ["POST / hello"],
  },
  ...[
    ["gunicorn invalid/chunked_01", "5\r\nhello\r\n6_0\r\n world\r\n0\r\n\r\n"],
    ["gunicorn invalid/chunked_11", "5\n;\r\nhello\r\n0\r\n\r\n"],
    ["gunicorn invalid/chunked_12", " ;foo=bar\r\nhello\r\n0\r\n\r\n"],
    ["gunicorn invalid/chunked_13", "\r\nhello\r\n0\r\n\r\n"],
    ["gunicorn invalid/chunked_14", "5;ext=val\rue\r\nhello\r\n0\r\n\r\n"],
    [
      "gunicorn invalid/rfc9112_chunked_size_minus_sign_01",
      "-5\r\nhello\r\n0\r\n\r\n",
    ],
    [
      "gunicorn invalid/rfc9112_chunked_size_plus_sign_01",
      "+5\r\nhello\r\n0\r\n\r\n",
    ],
    ["werkzeug CVE list: chunk 0x5", "0x5\r\nhello\r\n0\r\n\r\n"],
    ["werkzeug #2469", "x\r\nhello\r\n0\r\n\r\n"],
    [
      "llhttp transfer-encoding: No semicolon",
      "2 erfrferferf\r\naa\r\n0 rrrr\r\n\r\n",
    ],
    ["chunk longer than its size", "2\r\nhello\r\n0\r\n\r\n"],
    ["chunk size over 64 bits", "fffffffffffffffff\r\nhello\r\n0\r\n\r\n"],
  ].map(([from, wire]) => ({
    from: from!,
    bytes: chunks(wire!),
    want: "refused" as const,
  })),
  // Deno skips white space around a size. It cannot end a body early.
  ...[
    ["gunicorn invalid/chunked_09", "5\r\nhello\r\n0 \r\n\r\n"],
    ["gunicorn invalid/chunked_10", "5\r\nhello\r\n 0\r\n\r\n"],
  ].map(([from, wire]) => ({
    from: from!,
    bytes: chunks(wire!),
    want: "refused" as const,
    deno: ["POST / hello"],
  })),
  {
    from: "gunicorn invalid/rfc9112_chunked_missing_final_crlf_01",
    bytes: chunks("0\r\n"),
    isCut: true,
    want: "refused",
  },
  {
    from: "a body that ends before its Content-Length",
    bytes: post("Content-Length: 9\r\n", "hello"),
    isCut: true,
    want: "refused",
  },
  // Fields that must not be in a trailer are not merged: they do no harm.
  ...["Content-Length: 99", "Host: evil.example.com", "Transfer-Encoding: x"]
    .map((field) => ({
      from: `gunicorn invalid/rfc9110_trailer_forbidden (${field})`,
      bytes: chunks(`5\r\nhello\r\n0\r\n${field}\r\n\r\n`),
      want: ["POST / hello"],
    })),
  // Several requests on a connection
  {
    from: "gunicorn valid/018",
    bytes: "GET /first HTTP/1.1\r\nHost: localhost\r\n\r\n" +
      head("GET /second HTTP/1.1"),
    want: ["GET /first ", "GET /second "],
  },
  {
    from: "gunicorn valid/019",
    bytes: "GET /first HTTP/1.0\r\nHost: localhost\r\n\r\n" +
      head("GET /second HTTP/1.1"),
    want: ["GET /first "],
  },
  {
    from: "gunicorn valid/020",
    bytes:
      "POST /first HTTP/1.0\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n" +
      "hello" + head("GET /second HTTP/1.1"),
    want: ["POST /first hello"],
  },
  {
    from: "gunicorn valid/021",
    bytes:
      "GET /first HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n" +
      head("GET /second HTTP/1.1"),
    want: ["GET /first "],
  },
  {
    from: "gunicorn valid/022",
    bytes: "GET /first HTTP/1.0\r\nHost: localhost\r\n" +
      "Connection: Keep-Alive\r\n\r\n" + head("GET /second HTTP/1.1"),
    want: ["GET /first ", "GET /second "],
  },
  {
    from: "gunicorn valid/023",
    bytes: "POST /first HTTP/1.1\r\nHost: localhost\r\n" +
      "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n000\r\n\r\n" +
      head("GET /second HTTP/1.1"),
    want: ["POST /first hello", "GET /second "],
  },
  {
    from: "RFC 9112 2.2: an empty line before a request",
    bytes: "\r\n" + head("GET / HTTP/1.1"),
    want: ["GET / "],
  },
];
