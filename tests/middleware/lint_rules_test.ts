// What each rule finds, and what it leaves alone.
import { assertEquals, assertMatch } from "@std/assert";
import { lintOnce, streamOf } from "./_lint.ts";

/** Header fields, several of one name where a value is an array. */
type Fields = Record<string, string | string[]>;

/** A response by its status and fields, and the rules that find something. */
type Case = [status: number, fields: Fields, ...rules: string[]];

const NOW = new Date().toUTCString();
const TOMORROW = new Date(Date.now() + 86_400_000).toUTCString();

const CASES: Record<string, Case[]> = {
  "status codes": [
    [301, {}, "301-location"],
    [302, {}, "302-location"],
    [303, {}, "303-location"],
    [307, {}, "307-location"],
    [308, {}, "308-location"],
    [300, {}],
    [201, {}],
    [401, {}, "401-www-authenticate"],
    [401, { "www-authenticate": "Basic realm=x" }],
    [403, {}],
    [405, {}, "405-allow"],
    [405, { allow: "" }],
    [405, { allow: "POST, PUT" }],
    [405, { allow: "GET, HEAD" }, "405-allowed"],
    [407, {}, "407-proxy-authenticate"],
    [407, { "proxy-authenticate": "Basic realm=x" }],
    [412, {}, "412-unasked"],
    [417, {}, "417-unasked"],
    [426, {}, "426-upgrade"],
    [426, { upgrade: "HTTP/3.0" }],
    [429, {}],
    [429, { "retry-after": "120" }],
    [503, { "retry-after": NOW }],
    [503, { "retry-after": "2 minutes" }, "retry-after"],
    [503, { "retry-after": "-1" }, "retry-after"],
    [503, { "retry-after": "1.5" }, "retry-after"],
    [503, { "retry-after": "2030-01-01" }, "retry-after"],
    [206, { "content-range": "bytes 0-1/2" }, "206-unasked"],
    [304, { etag: '"x"' }, "304-unasked"],
  ],
  "Allow": [
    [200, { allow: "GET, HEAD,POST , M-SEARCH" }],
    [200, { allow: "get" }, "allow"],
    [200, { allow: "GET POST" }, "allow"],
    [200, { allow: "GET; POST" }, "allow"],
  ],
  "names": [
    [200, { "x-request-id": "1", "x.y": "2", "etag2": "3" }],
    [200, { "x_request_id": "1" }, "field-name"],
    [200, { "1st": "1" }, "field-name"],
    [200, { "x!": "1" }, "field-name"],
    [200, { "status": "404 Not Found" }, "status-field"],
  ],
  "values": [
    [200, { "x": "a\tb  c" }],
    [200, { "x": "" }],
    [200, { "x": "a\x01b" }, "field-value-control"],
    [200, { "x": "a\x1b[31mb" }, "field-value-control"],
    [200, { "x": "a\x7f" }, "field-value-control"],
    [200, { "x": "\x0bq" }, "field-value-control"],
    [200, { "x": "caf\xe9" }, "field-value-ascii"],
  ],
  "connection": [
    [200, { connection: "close" }, "hop-by-hop"],
    [200, { "keep-alive": "timeout=5" }, "hop-by-hop"],
    [200, { "proxy-connection": "close" }, "hop-by-hop"],
    [200, { te: "trailers" }, "hop-by-hop"],
    [200, { upgrade: "h2c" }, "hop-by-hop"],
    [200, { connection: "x", upgrade: "h2c" }, "hop-by-hop", "hop-by-hop"],
    [200, { connection: "keep-alive" }, "(hop-by-hop)"],
    [200, { "transfer-encoding": "chunked" }, "(transfer-encoding)"],
    [200, { "transfer-encoding": "gzip, chunked" }, "transfer-encoding"],
  ],
  "ETag": [
    [200, { etag: '"abc"' }],
    [200, { etag: 'W/"abc"' }],
    [200, { etag: '""' }],
    [200, { etag: "abc" }, "etag-quotes"],
    [200, { etag: "'abc'" }, "etag-quotes"],
    [200, { etag: '"abc' }, "etag-quotes"],
    [200, { etag: '"' }, "etag-quotes"],
    [200, { etag: "W/abc" }, "etag-quotes"],
    [200, { etag: 'w/"abc"' }, "etag-weak"],
    [200, { etag: "w/abc" }, "etag-weak", "etag-quotes"],
    [200, { etag: '"a b"' }, "etag-syntax"],
    [200, { etag: ['"a"', '"b"'] }, "etag-syntax"],
  ],
  "dates": [
    [200, { date: NOW, "last-modified": NOW, expires: TOMORROW }],
    [200, { expires: "Fri, 31 Dec 9999 23:59:59 GMT" }],
    [200, { expires: "0" }, "date-syntax"],
    [200, { expires: "-1" }, "date-syntax"],
    [200, { expires: "" }, "date-syntax"],
    [200, { expires: "2030-01-01T00:00:00Z" }, "date-syntax"],
    [200, { date: "Sunday, 06-Nov-94 08:49:37 GMT" }, "date-syntax"],
    [200, { date: "Sun Nov  6 08:49:37 1994" }, "date-syntax"],
    [200, { date: "Mon, 06 Nov 1994 08:49:37 GMT" }, "date-syntax"],
    [200, { date: "Sun, 6 Nov 1994 08:49:37 GMT" }, "date-syntax"],
    [200, { date: "Sun, 06 Nov 1994 08:49:37 +0000" }, "date-syntax"],
    [200, { "last-modified": "Sun, 31 Feb 2021 08:49:37 GMT" }, "date-syntax"],
    [200, { "last-modified": TOMORROW }, "last-modified-future"],
  ],
  "Location": [
    [302, { location: "https://example.test/x?y=%20#z" }],
    [302, { location: "mailto:a@example.test" }],
    [302, { location: "/x" }, "(location-relative)"],
    [302, { location: "x" }, "(location-relative)"],
    [302, { location: "//example.test/" }, "(location-relative)"],
    [302, { location: "" }, "(location-relative)"],
    [302, { location: "https://example.test/a b" }, "location-syntax"],
    [302, { location: "/a|b" }, "location-syntax"],
    [302, { location: "/%zz" }, "location-syntax"],
    [302, { location: "\\\\evil.test" }, "location-syntax"],
    [302, { location: "https://" }, "location-syntax"],
    [302, { location: "https://x:99999/" }, "location-syntax"],
    [
      302,
      { location: ["https://a.test/", "https://b.test/"] },
      "location-syntax",
    ],
    [201, { location: "https://example.test/1" }],
    [202, { location: "https://example.test/1" }],
    [200, { location: "https://example.test/1" }, "(location-unused)"],
  ],
  "Content-Type": [
    [200, { "content-type": "text/plain;charset=UTF-8" }],
    [200, { "content-type": 'text/plain; charset="utf-8" ; x=y;' }],
    [200, { "content-type": "application/vnd.api+json" }],
    [200, { "content-type": 'multipart/mixed; boundary="a b"' }],
    [200, { "content-type": "text/event-stream" }],
    [200, { "content-type": "text/javascript" }],
    [200, { "content-type": "text/html" }, "(charset)"],
    [200, { "content-type": "TEXT/plain; format=flowed" }, "(charset)"],
    [200, { "content-type": "html" }, "content-type"],
    [200, { "content-type": "text/" }, "content-type"],
    [200, { "content-type": "" }, "content-type"],
    [200, { "content-type": "text/html, text/html" }, "content-type"],
    [200, { "content-type": "text/html charset=utf-8" }, "content-type"],
    [200, { "content-type": "text/html; charset" }, "content-type"],
    [200, { "content-type": "text/html; charset = utf-8" }, "content-type"],
    [200, { "content-type": 'text/html; x="y' }, "content-type"],
  ],
  "Content-Length": [
    [200, { "content-length": "0" }],
    [200, { "content-length": "5" }, "content-length"],
    [200, { "content-length": "x" }, "content-length-syntax"],
    [200, { "content-length": "-1" }, "content-length-syntax"],
    [200, { "content-length": ["0", "0"] }, "content-length-syntax"],
    [204, { "content-length": "0" }, "204-content-length"],
    [205, { "content-length": "0" }],
    [205, { "content-length": "5" }, "205-content-length"],
  ],
  "CORS": [
    [200, { "access-control-allow-origin": "*" }],
    [200, { "access-control-allow-origin": "null" }],
    [200, { "access-control-allow-origin": "https://a.test:8443" }],
    [200, { "access-control-allow-origin": "chrome-extension://abc" }],
    [200, { "access-control-allow-origin": "https://a.test/" }, "cors-origin"],
    [200, { "access-control-allow-origin": "https://A.test" }, "cors-origin"],
    [200, { "access-control-allow-origin": "http://a.test:80" }, "cors-origin"],
    [200, { "access-control-allow-origin": "a.test" }, "cors-origin"],
    [200, { "access-control-allow-origin": "https://*.test" }, "cors-origin"],
    [200, {
      "access-control-allow-origin": ["https://a.test", "https://b.test"],
    }, "cors-origin"],
    [200, {
      "access-control-allow-origin": "https://a.test",
      "access-control-allow-credentials": "true",
    }],
    [200, {
      "access-control-allow-origin": "*",
      "access-control-allow-credentials": "true",
    }, "cors-wildcard"],
    [200, {
      "access-control-allow-origin": "https://a.test",
      "access-control-allow-headers": "*",
      "access-control-allow-methods": "*",
      "access-control-allow-credentials": "true",
    }, ...["cors-wildcard", "cors-wildcard"]],
    [200, { "access-control-allow-credentials": "false" }, "cors-credentials"],
  ],
  "Vary": [
    [200, { vary: "Accept, accept-encoding" }],
    [200, { vary: "*" }],
    [200, { vary: "Accept Encoding" }, "vary-syntax"],
  ],
};

function respond(status: number, fields: Fields): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(fields)) {
    for (const value of [values].flat()) headers.append(name, value);
  }
  return new Response(null, { status, headers });
}

for (const [family, cases] of Object.entries(CASES)) {
  Deno.test(`lint() checks ${family}`, async () => {
    for (const [status, fields, ...rules] of cases) {
      const linted = await lintOnce(() => respond(status, fields));
      assertEquals(linted.rules, rules, JSON.stringify([status, fields]));
      for (const { section } of linted.warnings) {
        assertMatch(
          section,
          /^RFC \d+(?:bis)? section \d+(?:\.\d+)*$|^Fetch, /,
        );
      }
    }
  });
}

Deno.test("lint() checks that ranges are described and were asked for", async () => {
  const cases: Case[] = [
    [206, { "content-range": "bytes 0-1/2" }],
    [206, { "content-range": "bytes 0-1/*" }],
    [206, { "content-range": "items 0-9/100" }],
    [206, { "content-type": "multipart/byteranges; boundary=x" }],
    [206, {}, "206-content-range"],
    [206, { "content-range": "bytes 1-0/2" }, "content-range"],
    [206, { "content-range": "bytes 0-2/2" }, "content-range"],
    [206, { "content-range": "0-1/2" }, "content-range"],
    [206, { "content-range": "bytes=0-1/2" }, "content-range"],
    [206, { "content-range": "bytes */2" }, "content-range"],
    [416, { "content-range": "bytes */2" }],
    [416, { "content-range": "bytes 0-1/2" }, "content-range"],
    [416, {}, "416-content-range"],
  ];
  for (const [status, fields, ...rules] of cases) {
    const linted = await lintOnce(() => respond(status, fields), {
      headers: { range: "bytes=0-1" },
    });
    assertEquals(linted.rules, rules, JSON.stringify([status, fields]));
  }
  const { rules } = await lintOnce(() =>
    new Response("abc", {
      status: 206,
      headers: { "content-range": "bytes 0-1/2", "content-length": "3" },
    }), { headers: { range: "bytes=0-1" } });
  assertEquals(rules, ["content-range-length"]);
  const unasked = await lintOnce(() =>
    respond(416, { "content-range": "bytes */2" })
  );
  assertEquals(unasked.rules, ["416-unasked"]);
});

Deno.test("lint() checks that a 304 describes no content", async () => {
  const init = { headers: { "if-none-match": '"x"' } };
  const good = {
    ...{
      etag: '"x"',
      vary: "accept",
      expires: NOW,
      "cache-control": "no-cache",
    },
    ...{
      "content-location": "/x",
      "last-modified": NOW,
      "content-length": "5",
    },
  };
  assertEquals((await lintOnce(() => respond(304, good), init)).rules, []);
  const bad = { "content-type": "text/css", "content-encoding": "gzip" };
  assertEquals(
    (await lintOnce(() => respond(304, bad), init)).rules,
    ["304-content-fields", "304-content-fields"],
  );
});

const COOKIES: [field: string | string[], ...rules: string[]][] = [
  ["a=b"],
  ["a="],
  ['a="b"'],
  ["a=b=c"],
  ["a=b;"],
  ["a=b; Path=/; Domain=example.test; Secure; HttpOnly; SameSite=Lax"],
  ["a=b; path=/; SECURE; samesite=none; Partitioned; Priority=High"],
  ["a=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
  ["a=; Max-Age=-1; Expires=Thu, 01-Jan-1970 00:00:00 GMT"],
  ["__Host-a=b; Secure; Path=/"],
  ["__Secure-a=b; Secure"],
  [["a=b; Path=/x", "a=b; Path=/y", "b=c"]],
  ["a", "cookie-name"],
  ["=b", "cookie-name"],
  ["a b=c", "cookie-name"],
  ['a={"x": 1}', "cookie-value"],
  ["a=b c", "cookie-value"],
  ["a=b,c", "cookie-value"],
  ["a=b\\c", "cookie-value"],
  [`a=${"x".repeat(4096)}`, "cookie-size"],
  ["a=b; Foo=bar", "cookie-attribute"],
  ["a=b; constructor", "cookie-attribute"],
  ["a=b; SameSite=Sometimes", "cookie-attribute"],
  ["a=b; SameSite", "cookie-attribute"],
  ["a=b; Max-Age=1h", "cookie-attribute"],
  ["a=b; Max-Age", "cookie-attribute"],
  ["a=b; Path=x", "cookie-attribute"],
  ["a=b; Domain=", "cookie-attribute"],
  ["a=b; Expires=2030-01-01T00:00:00Z", "cookie-attribute"],
  ["a=b; Expires=never; Max-Age=x", "cookie-attribute", "cookie-attribute"],
  ["a=b; Path=/; path=/x", "cookie-attribute-twice"],
  ["a=b; SameSite=None", "cookie-secure"],
  ["a=b; Partitioned", "cookie-secure"],
  ["__Secure-a=b", "cookie-secure"],
  ["__host-a=b; Path=/", "cookie-secure"],
  ["__Host-a=b; Secure", "cookie-host-prefix"],
  ["__Host-a=b; Secure; Path=/; Domain=x.test", "cookie-host-prefix"],
  [["a=b; Path=/", "a=c; Path=/"], "cookie-twice"],
];

Deno.test("lint() checks cookies", async () => {
  for (const [field, ...rules] of COOKIES) {
    const linted = await lintOnce(() => respond(200, { "set-cookie": field }));
    assertEquals(linted.rules, rules, JSON.stringify(field));
  }
});

Deno.test("lint() checks the length of bodies", async () => {
  const cases: [body: BodyInit | null, length: string, ...rules: string[]][] = [
    ["hello", "5"],
    ["h\xe9llo", "6"],
    ["hello", "3", "content-length"],
    ["hello", "7", "content-length"],
    [new Uint8Array(5), "5"],
    [new Uint8Array(5), "6", "content-length"],
    [new Blob(["hello"]), "5"],
    [new Blob(["hello"]), "6", "content-length"],
    [new URLSearchParams({ a: "1" }), "3"],
    [streamOf("hel", "lo"), "5"],
    [streamOf("hel", "lo"), "4", "content-length"],
    [streamOf("hel", "lo"), "3", "content-length"],
    [streamOf("hel", "lo"), "9", "content-length"],
    [streamOf(), "0"],
    [streamOf(), "1", "content-length"],
  ];
  for (const [body, length, ...rules] of cases) {
    const linted = await lintOnce(() =>
      new Response(body, { headers: { "content-length": length } })
    );
    assertEquals(linted.rules, rules, `${Deno.inspect(body)} ${length}`);
  }
});

Deno.test("lint() checks that HEAD gets no body, but any length", async () => {
  const init = { method: "HEAD" };
  const headers = { "content-length": "7" };
  assertEquals(
    (await lintOnce(() => new Response(null, { headers }), init)).rules,
    [],
  );
  assertEquals(
    (await lintOnce(() => new Response("hello!!"), init)).rules,
    ["head-body"],
  );
  assertEquals(
    (await lintOnce(() => new Response(streamOf("a")), init)).rules,
    ["head-body"],
  );
});

Deno.test("lint() asks for Vary where the app has read a field", async () => {
  const cases: [
    read: string,
    fields: Record<string, string>,
    ...rules: string[],
  ][] = [
    ["accept", {}, "vary-missing"],
    ["Accept", { vary: "accept-language" }, "vary-missing"],
    ["Accept", { vary: "origin, Accept" }],
    ["Accept", { vary: "*" }],
    ["Accept", { "cache-control": "no-store" }],
    ["Accept", { "content-type": "text/event-stream" }],
    ["accept-language", {}, "vary-missing"],
    ["accept-encoding", {}],
    ["accept-encoding", { "content-encoding": "gzip" }, "vary-missing"],
    ["accept-encoding", {
      "content-encoding": "gzip",
      vary: "Accept-Encoding",
    }],
    ["origin", {}],
    ["origin", { "access-control-allow-origin": "*" }],
    ["origin", { "access-control-allow-origin": "https://b.test" }],
    [
      "origin",
      { "access-control-allow-origin": "https://a.test" },
      "vary-missing",
    ],
    ["user-agent", {}],
  ];
  for (const [read, fields, ...rules] of cases) {
    const app = (request: Request) => {
      request.headers.get(read);
      return new Response(null, { headers: fields });
    };
    const init = { headers: { origin: "https://a.test", accept: "*/*" } };
    const linted = await lintOnce(app, init);
    assertEquals(linted.rules, rules, JSON.stringify([read, fields]));
    assertEquals((await lintOnce(app, { ...init, method: "POST" })).rules, []);
  }
});

Deno.test("lint() asks for Vary only where the app succeeds", async () => {
  const { rules } = await lintOnce((request) => {
    request.headers.has("accept");
    return new Response(null, { status: 404 });
  });
  assertEquals(rules, []);
});

Deno.test("lint() does not ask for Vary where all fields are copied", async () => {
  const linted = await lintOnce((request) => {
    new Headers(request.headers);
    new Request(request);
    new Request("http://x", { headers: request.headers });
    return new Response(JSON.stringify([...request.headers]));
  }, { headers: { accept: "text/html" } });
  assertEquals(linted.rules, []);
});

Deno.test("lint() leaves what it does not know alone", async () => {
  const linted = await lintOnce(() =>
    new Response(null, {
      headers: { "access-control-allow-credentials": "true", "x": "\t" },
    })
  );
  assertEquals(linted.rules, []);
});
