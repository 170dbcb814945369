import { assertEquals, assertThrows } from "@std/assert";
import { parseProxyRule } from "../../middleware/http_proxy/parse_proxy_rule.ts";

Deno.test("parseProxyRule() splits at the first equals sign", () => {
  for (
    const [text, expected] of [
      ["/api=http://127.0.0.1:9000", ["/api", "http://127.0.0.1:9000"]],
      ["/=unix:///run/app=1.sock", ["/", "unix:///run/app=1.sock"]],
    ] as const
  ) assertEquals(parseProxyRule(text), [...expected]);
});

Deno.test("parseProxyRule() throws SyntaxError where a part is missing", () => {
  for (const text of ["", "/api", "/api=", "api=http://h", "=http://h"]) {
    assertThrows(() => parseProxyRule(text), SyntaxError, `"${text}"`);
  }
});
