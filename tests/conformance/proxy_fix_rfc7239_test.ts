// The examples of RFC 7239, "Forwarded HTTP Extension".
import { assertEquals } from "@std/assert";
import { parseForwarded } from "../../middleware/proxy_fix/_parse_forwarded.ts";
import { fix } from "../middleware/_fix.ts";

/** The section, the field value, its elements. */
const CASES: [section: string, value: string, expected: object[]][] = [
  ["4", 'for="_gazonk"', [{ for: "_gazonk" }]],
  ["4", 'For="[2001:db8:cafe::17]:4711"', [
    { for: "[2001:db8:cafe::17]:4711" },
  ]],
  ["4", "for=192.0.2.60;proto=http;by=203.0.113.43", [
    { for: "192.0.2.60", proto: "http", by: "203.0.113.43" },
  ]],
  ["4", "for=192.0.2.43, for=198.51.100.17", [
    { for: "192.0.2.43" },
    { for: "198.51.100.17" },
  ]],
  ["6.3", "for=_hidden, for=_SEVKISEK", [
    { for: "_hidden" },
    { for: "_SEVKISEK" },
  ]],
  ["7.1", 'for=192.0.2.43,for="[2001:db8:cafe::17]",for=unknown', [
    { for: "192.0.2.43" },
    { for: "[2001:db8:cafe::17]" },
    { for: "unknown" },
  ]],
  ["7.1", 'for=192.0.2.43, for="[2001:db8:cafe::17]", for=unknown', [
    { for: "192.0.2.43" },
    { for: "[2001:db8:cafe::17]" },
    { for: "unknown" },
  ]],
  ["7.4", 'for=192.0.2.43, for="[2001:db8:cafe::17]"', [
    { for: "192.0.2.43" },
    { for: "[2001:db8:cafe::17]" },
  ]],
  [
    "7.5",
    "for=192.0.2.43, for=198.51.100.17;by=203.0.113.60;proto=http;host=example.com",
    [
      { for: "192.0.2.43" },
      {
        for: "198.51.100.17",
        by: "203.0.113.60",
        proto: "http",
        host: "example.com",
      },
    ],
  ],
];

Deno.test("parseForwarded() reads the examples of RFC 7239", () => {
  for (const [section, value, expected] of CASES) {
    assertEquals(
      parseForwarded(value).map((element) => Object.fromEntries(element)),
      expected,
      `section ${section}: ${value}`,
    );
  }
});

Deno.test("proxyFix() takes the nodes of RFC 7239 section 6", () => {
  const nodes: [node: string, client: string][] = [
    ["192.0.2.43", "192.0.2.43:0"],
    ["192.0.2.43:47011", "192.0.2.43:47011"],
    ["192.0.2.43:_port", "192.0.2.43:0"],
    ["[2001:db8:cafe::17]", "[2001:db8:cafe::17]:0"],
    ["[2001:db8:cafe::17]:47011", "[2001:db8:cafe::17]:47011"],
    ["unknown", "192.168.0.1:123"],
    ["unknown:47011", "192.168.0.1:123"],
    ["_hidden", "192.168.0.1:123"],
    ["_SEVKISEK", "192.168.0.1:123"],
    ["_a.b-C_1:_d", "192.168.0.1:123"],
  ];
  for (const [node, client] of nodes) {
    const fixed = fix({ forwarded: 1 }, {
      headers: { Forwarded: `FOR="${node}";By="_proxy"` },
    });
    assertEquals(fixed.client, client, node);
    assertEquals(fixed.forwarded.for, node);
    assertEquals(fixed.forwarded.by, "_proxy");
  }
});

Deno.test("proxyFix() reads Forwarded on one line or several as section 7.1 has it", () => {
  const lines: [string, string][][] = [
    [["Forwarded", 'for=192.0.2.43,for="[2001:db8:cafe::17]",for=unknown']],
    [["Forwarded", 'for=192.0.2.43, for="[2001:db8:cafe::17]", for=unknown']],
    [
      ["Forwarded", "for=192.0.2.43"],
      ["Forwarded", 'for="[2001:db8:cafe::17]", for=unknown'],
    ],
  ];
  for (const headers of lines) {
    const clients = [1, 2, 3, 4].map((forwarded) =>
      fix({ forwarded }, { headers }).client
    );
    assertEquals(clients, [
      "192.168.0.1:123",
      "[2001:db8:cafe::17]:0",
      "192.0.2.43:0",
      "192.168.0.1:123",
    ]);
  }
});
