import { assertEquals } from "@std/assert";
import { parseForwarded } from "../../middleware/proxy_fix/_parse_forwarded.ts";

function parse(value: string): Record<string, string>[] {
  return parseForwarded(value).map((element) => Object.fromEntries(element));
}

Deno.test("parseForwarded() keeps parameters it does not know", () => {
  assertEquals(parse('For=_a;Extension="a;b, c";x-y=1'), [
    { for: "_a", extension: "a;b, c", "x-y": "1" },
  ]);
});

Deno.test("parseForwarded() takes hosts and addresses that are not quoted", () => {
  assertEquals(parse("for=[2001:db8::1]:4711;host=eggs:80, for=1.2.3.4:80"), [
    { for: "[2001:db8::1]:4711", host: "eggs:80" },
    { for: "1.2.3.4:80" },
  ]);
});

Deno.test("parseForwarded() counts an element without parameters, but no empty member", () => {
  assertEquals(parse("for=a, ;, ,for=b;;proto=http;"), [
    { for: "a" },
    {},
    { for: "b", proto: "http" },
  ]);
});

Deno.test("parseForwarded() finds nothing where any element is malformed", () => {
  const values = ["", ",", "for=1.2.3.4;for=1.2.3.4", "for=1;FOR=2", "for"]
    .concat(["=1", "for==1", "for=a=b", "for=1.2.3.4 proto=http", "for='a b'"])
    .concat(["for=\xe4", 'for="\x7f"', 'for="a"b', 'for="a""b"', 'for="\x00"'])
    .concat([
      "for=a/b",
      "for=<a>",
      "for=(a)",
      "for={a}",
      "for=a\xa0",
      'for"a"',
    ]);
  for (const value of values) {
    assertEquals(parse(value), [], value);
    if (value.length > 1) {
      assertEquals(parse(`${value}, for=1.2.3.4`), [], value);
    }
  }
});
