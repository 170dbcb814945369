// The cases of the tests of proxy-addr, which is behind `trust proxy` and
// `req.ip` of Express. Only inputs and outcomes are taken over.
//
// jshttp/proxy-addr, test/test.js at a4b9038d, MIT, copyright 2014-2016 Douglas
// Christopher Wilson
import { assertEquals, assertThrows } from "@std/assert";
import { proxyFix } from "../../middleware/proxy_fix/proxy_fix.ts";
import { fix } from "../middleware/_fix.ts";

const ANY = ["0.0.0.0/0", "::/0"];
const LINK_LOCAL = ["169.254.0.0/16", "fe80::/10"];

/** Trusted, who has sent the request, `X-Forwarded-For`, the client. */
type Case = [
  trusted: string[],
  peer: string,
  forwarded: string | undefined,
  client: string,
];

const CASES: Record<string, readonly Case[]> = {
  "with all trusted": [
    [ANY, "127.0.0.1", undefined, "127.0.0.1"],
    [ANY, "127.0.0.1", "10.0.0.1", "10.0.0.1"],
    [ANY, "127.0.0.1", "10.0.0.1, 10.0.0.2", "10.0.0.1"],
  ],
  "with none trusted": [
    [[], "127.0.0.1", undefined, "127.0.0.1"],
    [[], "127.0.0.1", "10.0.0.1, 10.0.0.2", "127.0.0.1"],
  ],
  "with some trusted": [
    [["10.0.0.0/8"], "127.0.0.1", undefined, "127.0.0.1"],
    [["10.0.0.0/8"], "127.0.0.1", "10.0.0.1, 10.0.0.2", "127.0.0.1"],
    [["10.0.0.0/8"], "10.0.0.1", "192.168.0.1", "192.168.0.1"],
    [["10.0.0.0/8"], "10.0.0.1", "192.168.0.1, 10.0.0.2", "192.168.0.1"],
    [
      ["10.0.0.0/8"],
      "10.0.0.1",
      "10.0.0.3, 192.168.0.1, 10.0.0.2",
      "192.168.0.1",
    ],
  ],
  "when given array": [
    [
      ["10.0.0.1", "10.0.0.2"],
      "10.0.0.1",
      "192.168.0.1, 10.0.0.2",
      "192.168.0.1",
    ],
    [["127.0.0.1", "192.168.0.100"], "10.0.0.1", "192.168.0.1, 10.0.0.2"]
      .concat("10.0.0.1") as Case,
  ],
  "when given IPv4 addresses": [
    [["10.0.0.2/26"], "10.0.0.1", "192.168.0.1, 10.0.0.200", "10.0.0.200"],
  ],
  "when given IPv6 addresses": [
    [
      ["fe80::1", "fe80::2"],
      "fe80::1",
      "2002:c000:203::1, fe80::2",
      "2002:c000:203::1",
    ],
    [["fe80::/125"], "fe80::1", "2002:c000:203::1, fe80::ff00", "fe80::ff00"],
  ],
  "when IP versions mixed": [
    [["127.0.0.1", "::1"], "::1", "2002:c000:203::1", "2002:c000:203::1"],
    [["127.0.0.1"], "::1", "2002:c000:203::1", "::1"],
  ],
  "when IPv4-mapped IPv6 addresses": [
    [
      ["10.0.0.1", "10.0.0.2"],
      "::ffff:a00:1",
      "192.168.0.1, 10.0.0.2",
      "192.168.0.1",
    ],
    [["10.0.0.1/16"], "::ffff:a00:1", "192.168.0.1, 10.0.0.2", "192.168.0.1"],
    [
      ["::ffff:a00:1", "::ffff:a00:2"],
      "10.0.0.1",
      "192.168.0.1, 10.0.0.2",
      "192.168.0.1",
    ],
    [
      ["::ffff:a00:2/122"],
      "10.0.0.1",
      "192.168.0.1, 10.0.0.200",
      "10.0.0.200",
    ],
    [
      ["::ffff:a00:2/122", "fe80::/125"],
      "10.0.0.1",
      "192.168.0.1, 10.0.0.200",
      "10.0.0.200",
    ],
    [
      ["::ffff:a00:2/122", "127.0.0.1"],
      "10.0.0.1",
      "192.168.0.1, 10.0.0.200",
      "10.0.0.200",
    ],
  ],
  // "linklocal" is no name here.
  "when given pre-defined names": [
    [LINK_LOCAL, "fe80::1", "2002:c000:203::1, fe80::2", "2002:c000:203::1"],
    [
      ["loopback", ...LINK_LOCAL],
      "::1",
      "2002:c000:203::1, fe80::2",
      "2002:c000:203::1",
    ],
  ],
  "proxyaddr.all(), its last address": [
    [ANY, "127.0.0.1", "10.0.0.1", "10.0.0.1"],
    [["127.0.0.1"], "127.0.0.1", "10.0.0.1, 10.0.0.2", "10.0.0.2"],
  ],
};

for (const [title, cases] of Object.entries(CASES)) {
  Deno.test(`proxyFix() agrees with proxy-addr ${title}`, () => {
    for (const [trusted, peer, forwarded, expected] of cases) {
      const headers: Record<string, string> = forwarded === undefined
        ? {}
        : { "X-Forwarded-For": forwarded };
      const options = { xFor: Infinity, trusted };
      const { client } = fix(options, { peer, headers });
      assertEquals(
        client.replace(/:\d+$/, "").replace(/[[\]]/g, ""),
        expected,
        `${forwarded} from ${peer}`,
      );
    }
  });
}

// Differs: `remoteAddr` is always an address, the text is beside it.
Deno.test("proxyFix() stops where proxy-addr does when there are no addresses", () => {
  const cases: [trusted: string[], forwarded: string, stop?: string][] = [
    [["10.0.0.1", "10.0.0.2"], "192.168.0.1, 10.0.0.2, localhost", "localhost"],
    [["10.0.0.1"], "myrouter, 127.0.0.1, proxy", "proxy"],
    // Nor is this one a name.
    [["10.0.0.1"], "myrouter, 127.0.0.1, ::8:8:8:8:8:8:8:8:8"],
  ];
  for (const [trusted, forwarded, stop] of cases) {
    const fixed = fix({ xFor: Infinity, trusted }, {
      peer: "10.0.0.1",
      headers: { "X-Forwarded-For": forwarded },
    });
    assertEquals(fixed.client, "10.0.0.1:123");
    assertEquals(fixed.forwarded.for, stop);
  }
});

// Differs: a mask in the form of an address is refused as well, 0 bits are not.
Deno.test("proxyFix() refuses what proxy-addr refuses", () => {
  const entries = ["blargh", "10.0.300.1", "::ffff:30.168.1.9000", "-1"]
    .concat(["10.0.0.1/internet", "10.0.0.1/6000", "::1/6000"])
    .concat(["::ffff:a00:2/136", "::ffff:a00:2/-1", "::ffff:a00:2/-46"])
    .concat(["10.0.0.1/255.0.255.0", "10.0.0.1/ffc0::", "fe80::/ffc0::"])
    .concat(["fe80::/255.255.255.0", "::ffff:a00:2/255.255.255.0"])
    .concat("10.0.0.2/255.255.255.192");
  for (const entry of entries) {
    assertThrows(
      () => proxyFix(() => new Response(), { trusted: [entry] }),
      Error,
      `Cannot trust "${entry}"`,
    );
  }
});

Deno.test("proxyFix() accepts what proxy-addr accepts, and leaves the list alone", () => {
  const trusted = ["127.0.0.1", "::1", "::ffff:127.0.0.1", "loopback"];
  proxyFix(() => new Response(), { trusted });
  assertEquals(trusted, ["127.0.0.1", "::1", "::ffff:127.0.0.1", "loopback"]);
});
