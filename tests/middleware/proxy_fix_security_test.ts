// What a client can try through a proxy that passes on or appends to its headers.
import { assertEquals } from "@std/assert";
import {
  parseHost,
  parsePort,
} from "../../middleware/proxy_fix/_forwarded_host.ts";
import { parseNode } from "../../middleware/proxy_fix/_forwarded_node.ts";
import { parsePrefix } from "../../middleware/proxy_fix/_parse_prefix.ts";
import { fix } from "./_fix.ts";

const ALL = { xFor: 1, xProto: 1, xHost: 1, xPort: 1, xPrefix: 1 };

/** Values that must change nothing. */
const ATTACKS: Record<string, readonly string[]> = {
  "X-Forwarded-Proto": [
    "javascript:",
    "javascript",
    "file",
    "https:",
    "https://evil.test/",
    "https evil",
    "https\xa0",
    "https;http",
    "data",
    "http+unix",
    '"https',
    '"ht tps"',
  ],
  "X-Forwarded-Host": [
    "user@evil.test",
    "user:password@evil.test",
    "evil.test/path",
    "evil.test/",
    "evil.test?query",
    "evil.test#fragment",
    "evil.test\\path",
    "evil test",
    "evil\ttest",
    "//evil.test",
    "https://evil.test",
    "javascript:alert(1)",
    "evil.test:80:90",
    "evil.test:0",
    "evil.test:65536",
    "evil.test:-1",
    "evil.test:+1",
    "evil.test:8e1",
    "evil.test: 80",
    "evil.test:http",
    "evil%2etest",
    "evil%00.test",
    "<script>",
    "'evil'",
    "evil.test'",
    "a..b",
    ".evil.test",
    ":80",
    "xn--",
    "0x7f.1",
    "127.1",
    "2130706433",
    "1.2.3.256",
    "[::1",
    "::1]",
    "[::1]]",
    "[[::1]]",
    "[::1%25eth0]",
    "[1.2.3.4]",
    "[evil.test]",
    "[::1]evil.test",
    "[::1]@evil.test",
    "2001:db8::1:65536",
    "\xe4.test",
    "evil.test\xa0",
    "evil.test\x7f",
  ],
  "X-Forwarded-Port": [
    "0",
    "-1",
    "+80",
    "65536",
    "99999999999",
    "0x50",
    "8e1",
    "80.0",
    "80 90",
    "http",
    "80/path",
    "80@evil.test",
    "\xb2",
  ],
  "X-Forwarded-Prefix": [
    "/..",
    "/../admin",
    "/a/./b",
    "/a/%2e%2E/b",
    "/a/.%2e",
    "\\evil.test",
    "/\\evil.test",
    "/a?query",
    "/a#fragment",
    "/a b",
    "/a%",
    "/a%0",
    '/a"onclick=',
    "/<script>",
    "/a\x7f",
    "/\xe4",
    "/a\x85b",
  ],
  "X-Forwarded-For": [
    "1.2.3.4 evil",
    "1.2.3.4/8",
    "<script>",
    "evil\x1b[31m".replace("\x1b", "\x9b"),
    "1.2.3.4:65536",
    "1.2.3.4:",
    "[1.2.3.4]",
    "[::1",
    "::1]",
    "1::2::3",
    "::8:8:8:8:8:8:8:8:8",
    "fe80::1%eth0",
    "a".repeat(256),
    "user@1.2.3.4",
    "evil%20",
  ],
};

for (const [name, values] of Object.entries(ATTACKS)) {
  Deno.test(`proxyFix() takes no other thing for a value of ${name}`, () => {
    for (const value of values) {
      const fixed = fix(ALL, {
        url: "http://spam:8000/path?query",
        headers: { [name]: value },
        scriptName: "/before",
      });
      const { original, ...believed } = fixed.forwarded;
      assertEquals(
        [fixed.url, fixed.client, fixed.logged, believed],
        ["http://spam:8000/path?query", "192.168.0.1:123", undefined, {}],
        JSON.stringify(value),
      );
      assertEquals(fixed.scriptName, "/before");
      assertEquals(original.url, fixed.url);
    }
  });
}

for (const parameter of ["For", "Proto", "Host"]) {
  Deno.test(`proxyFix() takes no other thing for "${parameter}" of Forwarded`, () => {
    for (const value of ATTACKS[`X-Forwarded-${parameter}`]!) {
      const quoted = value.replace(/["\\]/g, "\\$&");
      const fixed = fix({ forwarded: 1 }, {
        url: "http://spam:8000/path?query",
        headers: { Forwarded: `${parameter}="${quoted}"` },
      });
      const { original: _, ...believed } = fixed.forwarded;
      assertEquals(
        [fixed.url, fixed.client, fixed.logged, believed],
        ["http://spam:8000/path?query", "192.168.0.1:123", undefined, {}],
        JSON.stringify(value),
      );
    }
  });
}

Deno.test("proxyFix() gives a prefix that leads to no other host", () => {
  for (const prefix of ["//evil.test", "///evil.test//", "evil.test"]) {
    const { scriptName } = fix({ xPrefix: 1 }, {
      headers: { "X-Forwarded-Prefix": prefix },
    });
    assertEquals(scriptName, "/evil.test", prefix);
  }
  const { scriptName } = fix({ xPrefix: 1 }, {
    headers: { "X-Forwarded-Prefix": "javascript:alert(1)" },
  });
  assertEquals(scriptName, "/javascript:alert(1)");
});

Deno.test("proxyFix() ignores what a client sends before its proxy appends", () => {
  const spoofed = fix(ALL, {
    headers: {
      "X-Forwarded-For": "127.0.0.1, 203.0.113.7",
      "X-Forwarded-Proto": "https, http",
      "X-Forwarded-Host": "evil.test, eggs",
      "X-Forwarded-Port": "1, 8080",
      "X-Forwarded-Prefix": "/evil, /ham",
    },
  });
  assertEquals(spoofed.url, "http://eggs:8080/");
  assertEquals(spoofed.client, "203.0.113.7:0");
  assertEquals(spoofed.scriptName, "/ham");
});

Deno.test("proxyFix() ignores headers whose number is 0", () => {
  const off = { xFor: 0, xProto: 0, xHost: 0, xPort: 0, xPrefix: 0 };
  const { forwarded, url, client, logged, scriptName } = fix(off, {
    headers: {
      "X-Forwarded-For": "1.2.3.4",
      "X-Forwarded-Proto": "https",
      "X-Forwarded-Host": "eggs",
      "X-Forwarded-Port": "1",
      "X-Forwarded-Prefix": "/ham",
      "Forwarded": "for=1.2.3.4;proto=https;host=eggs",
    },
  });
  assertEquals(Object.keys(forwarded), ["original"]);
  assertEquals([url, client], ["http://spam/", "192.168.0.1:123"]);
  assertEquals([logged, scriptName], [undefined, undefined]);
});

Deno.test("proxyFix() gives a header up when a client leaves a quote open", () => {
  const { client } = fix({}, {
    headers: { "X-Forwarded-For": '"127.0.0.1, 203.0.113.7' },
  });
  assertEquals(client, "192.168.0.1:123");
});

Deno.test("proxyFix() does not fall back to X-Forwarded where Forwarded is malformed", () => {
  for (const value of ["", '"', "for=1.2.3.4, ,=", "for=1.2.3.4;for=1.2.3.5"]) {
    const { client, url } = fix({ ...ALL, forwarded: 1 }, {
      headers: {
        "Forwarded": value,
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.test",
        "X-Forwarded-Port": "1",
      },
    });
    assertEquals([client, url], ["192.168.0.1:123", "http://spam/"], value);
  }
});

Deno.test("proxyFix() believes no peer beside the trusted ones", () => {
  const headers = {
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.test",
    "Forwarded": "for=127.0.0.1;proto=https",
  };
  const trusted = ["10.0.0.0/8", "2001:db8::/32"];
  for (const peer of ["11.0.0.1", "9.255.255.255", "2001:db9::", "unix"]) {
    const fixed = fix({ ...ALL, forwarded: 1, trusted }, { peer, headers });
    assertEquals(Object.keys(fixed.forwarded), ["original"]);
    assertEquals([fixed.url, fixed.logged], ["http://spam/", undefined]);
  }
});

Deno.test("proxyFix() does not count past a proxy that is not trusted", () => {
  // The client claims that its own address is a proxy's.
  const { client, url } = fix({
    ...ALL,
    xFor: 3,
    xProto: 3,
    trusted: ["private"],
  }, {
    headers: {
      "X-Forwarded-For": "127.0.0.1, 10.0.0.1, 203.0.113.7, 10.0.0.2",
      "X-Forwarded-Proto": "https, https, http, http",
    },
  });
  assertEquals([client, url], ["203.0.113.7:0", "http://spam/"]);
});

Deno.test("proxyFix() reads long headers without going over them again and again", () => {
  // What is quadratic takes minutes here.
  const long = {
    spaces: `a${" ".repeat(200_000)}a`,
    commas: ",".repeat(200_000),
    quotes: '"'.repeat(200_001),
    escapes: `"${"\\".repeat(200_001)}`,
    pairs: "a=b;".repeat(50_000),
    dots: `${"a.".repeat(100_000)}!`,
    digits: "1".repeat(200_000),
    colons: ":".repeat(200_000),
    slashes: `/a${"/".repeat(200_000)}?`,
    hops: `${"127.0.0.1,".repeat(20_000)}?`,
  };
  for (const [kind, value] of Object.entries(long)) {
    for (const name of [...Object.keys(ATTACKS), "Forwarded"]) {
      for (const trusted of [undefined, ["192.168.0.1"]]) {
        const { url, client } = fix({
          ...ALL,
          forwarded: 1,
          ...(trusted && { trusted }),
        }, { headers: { [name]: value } });
        assertEquals(
          [url, client],
          ["http://spam/", "192.168.0.1:123"],
          `${kind} in ${name}`,
        );
      }
    }
  }
});

Deno.test("parseHost(), parsePrefix() and parseNode() refuse line ends", () => {
  // No HTTP library lets them through, so that they are tried here.
  for (const end of ["\r", "\n", "\r\nSet-Cookie: a=b", "\0"]) {
    assertEquals(parseHost(`evil.test${end}`), undefined);
    assertEquals(parseHost(`evil.test:80${end}`), undefined);
    assertEquals(parsePort(`80${end}`), undefined);
    assertEquals(parsePrefix(`/evil${end}`), undefined);
    assertEquals(parseNode(`1.2.3.4${end}`), undefined);
    assertEquals(parseNode(`_evil${end}`), undefined);
  }
});
