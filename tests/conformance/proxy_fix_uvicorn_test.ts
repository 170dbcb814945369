// The cases of the tests of uvicorn's ProxyHeadersMiddleware, which Starlette
// and FastAPI are served with. Only inputs and outcomes are taken over.
//
// encode/uvicorn, tests/middleware/test_proxy_headers.py at e6c7ce79,
// BSD-3-Clause, copyright 2017 Encode OSS Ltd
import { assertEquals } from "@std/assert";
import { fix } from "../middleware/_fix.ts";

/** What "*" is there. */
const ANY = ["0.0.0.0/0", "::/0", "unix"];

const LISTS: Record<string, string[]> = {
  nothing: [],
  everything: ANY,
  "IPv4 addresses": ["127.0.0.1", "10.0.0.1"],
  "IPv4 networks": ["127.0.0.0/8", "10.0.0.0/8"],
  "IPv6 addresses": [
    "2001:db8::",
    "2001:0db8:0001:0000:0000:0ab9:C0A8:0102",
    "2001:db8:3333:4444:5555:6666:1.2.3.4",
    "::11.22.33.44",
  ],
  "IPv6 networks": ["2001:db8:abcd:0012::0/64"],
};

/** Peers, and the lists that they are trusted by besides "everything". */
const PEERS: Record<string, string[]> = {
  "127.0.0.0": ["IPv4 networks"],
  "127.0.0.1": ["IPv4 addresses", "IPv4 networks"],
  "127.1.1.1": ["IPv4 networks"],
  "127.255.255.255": ["IPv4 networks"],
  "10.0.0.0": ["IPv4 networks"],
  "10.0.0.1": ["IPv4 addresses", "IPv4 networks"],
  "10.1.1.1": ["IPv4 networks"],
  "10.255.255.255": ["IPv4 networks"],
  "192.168.0.0": [],
  "192.168.0.1": [],
  "1.1.1.1": [],
  "2001:db8::": ["IPv6 addresses"],
  "2001:db8:abcd:0012::0": ["IPv6 networks"],
  "2001:db8:abcd:0012::1:1": ["IPv6 networks"],
  "::": [],
  "::1": [],
  "2001:db8:3333:4444:5555:6666:102:304": ["IPv6 addresses"],
  "::b16:212c": ["IPv6 addresses"],
  "a:b:c:d::": [],
  "::a:b:c:d": [],
  // Of the literals, which are no addresses, there are Unix sockets.
  "unix": [],
};

Deno.test("proxyFix() agrees with test_forwarded_hosts", () => {
  for (const [name, trusted] of Object.entries(LISTS)) {
    for (const [peer, lists] of Object.entries(PEERS)) {
      const { url } = fix({ trusted }, {
        peer,
        headers: { "X-Forwarded-Proto": "https" },
      });
      const isTrusted = name === "everything" || lists.includes(name);
      assertEquals(url.startsWith("https:"), isTrusted, `${peer} by ${name}`);
    }
  }
});

/** Trusted, `X-Forwarded-For`, `-Proto`, what the app is told. */
type Case = [
  trusted: string[],
  forwarded: string,
  proto: string | undefined,
  expected: string,
];

const MALFORMED = ["127.0.0.1", "10.0.0.0/8"];
const CHAIN = "1.2.3.4, 10.0.2.1, 192.168.0.2";

const CASES: Record<string, readonly Case[]> = {
  "trusted hosts": [
    [ANY, "1.2.3.4", "https", "https 1.2.3.4:0"],
    [["127.0.0.1"], "1.2.3.4", "https", "https 1.2.3.4:0"],
    [["127.0.0.1", "10.0.0.1"], "1.2.3.4", "https", "https 1.2.3.4:0"],
    [["127.0.0.0/24", "10.0.0.1"], "1.2.3.4", "https", "https 1.2.3.4:0"],
    [["192.168.0.1"], "1.2.3.4", "https", "http 127.0.0.1:123"],
    [["192.168.0.0/16"], "1.2.3.4", "https", "http 127.0.0.1:123"],
    [["127.0.0.1", "1.2.3.4"], "1.2.3.4", "https", "https 1.2.3.4:0"],
  ],
  "trusted hosts malformed": [
    [MALFORMED, "", "", "http 127.0.0.1:123"],
    [MALFORMED, "", undefined, "http 127.0.0.1:123"],
    [MALFORMED, "", "asdf", "http 127.0.0.1:123"],
    [MALFORMED, " , ", "https", "https 127.0.0.1:123"],
    [MALFORMED, ", , ", "https", "https 127.0.0.1:123"],
    [MALFORMED, ", , 9.9.9.9", "https", "https 9.9.9.9:0"],
    // Differs: there, an empty member is a client, so that these are ignored.
    // RFC 9110 section 5.6.1.2 wants empty members ignored instead.
    [MALFORMED, " , 10.0.0.1", "https", "https 10.0.0.1:0"],
    [MALFORMED, "9.9.9.9 , , , 10.0.0.1", "https", "https 9.9.9.9:0"],
    [MALFORMED, ", , 9.9.9.9, , ", "https", "https 9.9.9.9:0"],
  ],
  "multiple proxies": [
    [ANY, CHAIN, "https", "https 1.2.3.4:0"],
    [
      ["127.0.0.1", "10.0.2.1", "192.168.0.2"],
      CHAIN,
      "https",
      "https 1.2.3.4:0",
    ],
    [
      ["10.0.2.1", "192.168.0.2", "127.0.0.1"],
      CHAIN,
      "https",
      "https 1.2.3.4:0",
    ],
    [["192.168.0.2", "127.0.0.1"], CHAIN, "https", "https 10.0.2.1:0"],
    [
      ["127.0.0.1", "10.0.0.0/8", "192.168.0.2"],
      CHAIN,
      "https",
      "https 1.2.3.4:0",
    ],
  ],
  // Differs: there, "*" does not look at the values, and takes 1.2.3.4.
  "invalid X-Forwarded-For": [
    [
      ANY,
      "1.2.3.4, \xf0\xfd\xfd\xfd, unix:, ::1",
      "https",
      "https 127.0.0.1:123",
    ],
  ],
  // The URL of a WebSocket's request has a scheme of HTTP here.
  "websocket X-Forwarded-proto": [
    [ANY, "1.2.3.4", "http", "http 1.2.3.4:0"],
    [ANY, "1.2.3.4", "https", "https 1.2.3.4:0"],
    [ANY, "1.2.3.4", "ws", "http 1.2.3.4:0"],
    [ANY, "1.2.3.4", "wss", "https 1.2.3.4:0"],
  ],
  "empty X-Forwarded-For": [
    [ANY, "", "https", "https 127.0.0.1:123"],
  ],
};

for (const [name, cases] of Object.entries(CASES)) {
  Deno.test(`proxyFix() agrees with test_proxy_headers.py on ${name}`, () => {
    for (const [trusted, forwarded, proto, expected] of cases) {
      const { url, client } = fix({ xFor: Infinity, trusted }, {
        url: "http://testserver/",
        peer: "127.0.0.1",
        headers: {
          "X-Forwarded-For": forwarded,
          ...(proto !== undefined && { "X-Forwarded-Proto": proto }),
        },
      });
      const scheme = url.replace("://testserver/", "");
      assertEquals(`${scheme} ${client}`, expected, forwarded);
    }
  });
}
