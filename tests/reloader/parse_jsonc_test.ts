import { assertEquals, assertThrows } from "@std/assert";
import { parseJsonc } from "../../reloader/_parse_jsonc.ts";

Deno.test("parseJsonc() skips comments and trailing commas, and not in strings", () => {
  const text = `\uFEFF// first
  { /* one */ "a // b": ["/* c */", "\\",]", 1, // last, of all
    ], /* , */ "d": {}, /* ]*/ // }
  }`;
  assertEquals(parseJsonc(text), {
    "a // b": ["/* c */", '",]', 1],
    d: {},
  });
});

Deno.test("parseJsonc() throws SyntaxError for what is not closed or wrong otherwise", () => {
  for (const text of ["{ /* }", '{ "a', "[1,,]", "[1 2]", ""]) {
    assertThrows(() => parseJsonc(text), SyntaxError, undefined, text);
  }
});

Deno.test("parseJsonc() takes no longer than the text is long", () => {
  const count = 100_000;
  const banner = "/".repeat(count);
  assertEquals(parseJsonc(`[1, ${banner}\n 2]`), [1, 2]);
  assertEquals(parseJsonc(`[1, ${"/**/".repeat(count)} 2]`), [1, 2]);
  for (const part of ["/*", '"\\', '\\"', ", ", "/*/", "//\n,"]) {
    assertThrows(() => parseJsonc(`[1${part.repeat(count)}`), SyntaxError);
  }
});
