// The cases of the tests of forwarded-parse, a parser of `Forwarded` on npm.
// Only inputs and outcomes are taken over.
//
// lpinca/forwarded-parse, test.js at 2d397f0f (2.2.0), MIT, copyright 2015
// Luigi Pinca
import { assertEquals } from "@std/assert";
import { parseForwarded } from "../../middleware/proxy_fix/_parse_forwarded.ts";

function parse(value: string): Record<string, string>[] {
  return parseForwarded(value).map((element) => Object.fromEntries(element));
}

const PARSED: Record<string, [value: string, expected: object[]][]> = {
  "pairs": [
    ["foo=a,foo=b;bar=c;baz=d;qux=e", [
      { foo: "a" },
      { foo: "b", bar: "c", baz: "d", qux: "e" },
    ]],
  ],
  "double quotes and escaped characters": [
    ['foo="bar"', [{ foo: "bar" }]],
    ['foo="ba\\r"', [{ foo: "bar" }]],
    ['foo=",;"', [{ foo: ",;" }]],
    ['foo=""', [{ foo: "" }]],
    ['foo=" "', [{ foo: " " }]],
    ['foo="\t"', [{ foo: "\t" }]],
    ['foo=" \t"', [{ foo: " \t" }]],
    ['foo="\\""', [{ foo: '"' }]],
    ['foo="\\\\"', [{ foo: "\\" }]],
    ['foo="\\\\\\a"', [{ foo: "\\a" }]],
    ['foo="¥"', [{ foo: "¥" }]],
    ['foo="\\§"', [{ foo: "§" }]],
    ['foo="bar",foo=",;",foo="\\""', [
      { foo: "bar" },
      { foo: ",;" },
      { foo: '"' },
    ]],
  ],
  "optional white space": [
    ['foo=a,foo=b, foo="c" ,foo=d  ,  foo=e', [
      { foo: "a" },
      { foo: "b" },
      { foo: "c" },
      { foo: "d" },
      { foo: "e" },
    ]],
    ['foo=a;bar=b; baz=c ;qux="d"  ;  norf=e', [
      { foo: "a", bar: "b", baz: "c", qux: "d", norf: "e" },
    ]],
  ],
  "the case of names": [
    ['foo=a,Foo=""', [{ foo: "a" }, { foo: "" }]],
  ],
};

for (const [title, cases] of Object.entries(PARSED)) {
  Deno.test(`parseForwarded() agrees with forwarded-parse on ${title}`, () => {
    for (const [value, expected] of cases) {
      assertEquals(parse(value), expected, value);
    }
  });
}

Deno.test("parseForwarded() finds malformed what forwarded-parse does", () => {
  const values = ["foo=bar,=baz", "f@r=192.0.2.43", "for =192.0.2.43"]
    .concat(["for= 192.0.2.43", 'foo=b"ar"', 'foo="ba"r, foo=baz'])
    .concat(["foo=ba r, foo=baz", "foo=, foo=baz", "foo=b\\ar"])
    .concat(["foo=Ω, foo=baz", 'foo="Ω", foo=baz', "foo=", "foo", 'foo="bar']);
  for (const value of values) assertEquals(parse(value), [], value);
});

// Differs: there may be white space around a list, and it may have empty
// members (RFC 9110 section 5.6.1.2).
Deno.test("parseForwarded() takes lists that forwarded-parse refuses", () => {
  const one = [{ for: "192.0.2.43" }];
  for (const value of [" for=192.0.2.43", "for=192.0.2.43 "]) {
    assertEquals(parse(value), one);
  }
  assertEquals(parse('for=""\t'), [{ for: "" }]);
  assertEquals(parse(",for=192.0.2.43, ,"), one);
  assertEquals(parse("for=192.0.2.43;"), one);
});
