// The cases of Werkzeug's tests for ProxyFix and of the list headers it reads.
// Only inputs and outcomes are taken over.
//
// pallets/werkzeug, tests/middleware/test_proxy_fix.py and tests/test_http.py
// (test_list_header) at 1b00618e, BSD-3-Clause, copyright 2007 Pallets
import { assertEquals } from "@std/assert";
import type { ProxyFixOptions } from "../../middleware/proxy_fix/proxy_fix.ts";
import { splitList, unquote } from "../../middleware/proxy_fix/_split_list.ts";
import { fix } from "../middleware/_fix.ts";

interface Case {
  id: string;
  options?: ProxyFixOptions;
  /** Who has sent the request; in the end it is always 192.168.0.1. */
  peer?: string;
  host?: string;
  headers?: Record<string, string>;
  /** The root of all URLs, with the prefix. */
  root: string;
}

const CASES: readonly Case[] = [
  {
    id: "for",
    peer: "192.168.0.2",
    headers: {
      "X-Forwarded-For": "192.168.0.1",
      "X-Forwarded-Proto": "https",
    },
    root: "https://spam/",
  },
  {
    id: "proto",
    options: { xProto: 1 },
    headers: { "X-Forwarded-Proto": "https" },
    root: "https://spam/",
  },
  {
    id: "host",
    options: { xHost: 1 },
    headers: { "X-Forwarded-Host": "eggs" },
    root: "http://eggs/",
  },
  {
    id: "port, host without port",
    options: { xPort: 1 },
    headers: { "X-Forwarded-Port": "8080" },
    root: "http://spam:8080/",
  },
  {
    id: "port, host with port (and: port, name)",
    options: { xPort: 1 },
    host: "spam:9000",
    headers: { "X-Forwarded-Port": "8080" },
    root: "http://spam:8080/",
  },
  {
    id: "prefix",
    options: { xPrefix: 1 },
    headers: { "X-Forwarded-Prefix": "/eggs" },
    root: "http://spam/eggs/",
  },
  {
    id: "all",
    options: { xFor: 1, xProto: 1, xHost: 1, xPort: 1, xPrefix: 1 },
    peer: "192.168.0.2",
    host: "spam:9000",
    headers: {
      "X-Forwarded-For": "192.168.0.1",
      "X-Forwarded-Proto": "https",
      "X-Forwarded-Host": "eggs",
      "X-Forwarded-Port": "443",
      "X-Forwarded-Prefix": "/ham",
    },
    root: "https://eggs/ham/",
  },
  {
    id: "multiple for",
    options: { xFor: 2 },
    peer: "192.168.0.3",
    headers: { "X-Forwarded-For": "192.168.0.1, 192.168.0.2" },
    root: "http://spam/",
  },
  {
    id: "ignore 0",
    options: { xFor: 0 },
    headers: { "X-Forwarded-For": "192.168.0.2" },
    root: "http://spam/",
  },
  {
    id: "ignore len < trusted",
    options: { xFor: 3 },
    headers: { "X-Forwarded-For": "192.168.0.3, 192.168.0.2" },
    root: "http://spam/",
  },
  {
    id: "ignore untrusted",
    peer: "192.168.0.2",
    headers: { "X-Forwarded-For": "192.168.0.3, 192.168.0.1" },
    root: "http://spam/",
  },
  {
    id: "ignore empty",
    options: { xFor: 2 },
    headers: { "X-Forwarded-For": ", 192.168.0.3" },
    root: "http://spam/",
  },
  {
    id: "prefix < for",
    options: { xFor: 2, xPrefix: 1 },
    peer: "192.168.0.2",
    headers: {
      "X-Forwarded-For": "192.168.0.1, 192.168.0.3",
      "X-Forwarded-Prefix": "/ham, /eggs",
    },
    root: "http://spam/eggs/",
  },
  {
    id: "ipv6 host",
    options: { xHost: 1 },
    headers: { "X-Forwarded-Host": "[2001:db8::a]" },
    root: "http://[2001:db8::a]/",
  },
  {
    id: "ipv6 port, host without port",
    options: { xPort: 1 },
    host: "[2001:db8::a]",
    headers: { "X-Forwarded-Port": "8080" },
    root: "http://[2001:db8::a]:8080/",
  },
  {
    id: "ipv6 - port, host with port",
    options: { xPort: 1 },
    host: "[2001:db8::a]:9000",
    headers: { "X-Forwarded-Port": "8080" },
    root: "http://[2001:db8::a]:8080/",
  },
];

for (const { id, options = {}, peer, host = "spam", headers, root } of CASES) {
  Deno.test(`proxyFix() agrees with test_proxy_fix: ${id}`, () => {
    const { url, client, scriptName = "" } = fix(options, {
      url: `http://${host}/parrot`,
      peer: peer ?? "192.168.0.1",
      headers: headers ?? {},
    });
    const { origin, pathname } = new URL(url);
    assertEquals(client.replace(/:\d+$/, ""), "192.168.0.1");
    assertEquals(`${origin}${scriptName}${pathname}`, `${root}parrot`);
  });
}

Deno.test("splitList() and unquote() agree with test_list_header", () => {
  const cases: [value: string, expected: string[]][] = [
    ["a b", ["a b"]],
    ["a b, c", ["a b", "c"]],
    ['a b, "c, d"', ["a b", "c, d"]],
    ['"a\\"b", c', ['a"b', "c"]],
    ['a"b,c", "d e"', ['a"b,c"', "d e"]],
    ["a, ,,b,", ["a", "b"]],
    ['a, "b, c", "d, e', []],
  ];
  for (const [value, expected] of cases) {
    const members = splitList(value, ",") ?? [];
    assertEquals(members.map(unquote), expected, value);
  }
});
