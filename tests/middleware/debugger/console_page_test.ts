import { assertFalse, assertStringIncludes } from "@std/assert";
import { consolePage } from "../../../middleware/debugger/page/console_page.ts";

const url = "http://127.0.0.1:1/key/console";

Deno.test("consolePage() has a console with a token", () => {
  const page = consolePage({ nonce: "n", console: { url, token: "t0ken" } });
  assertStringIncludes(page, 'class="console" data-frame="0"');
});

Deno.test("consolePage() links to the console without a token", () => {
  const page = consolePage({ nonce: "n", console: { url } });
  assertFalse(page.includes('class="console"'));
  assertStringIncludes(page, `<a href="${url}">`);
});

Deno.test("consolePage() says that there is none", () => {
  const page = consolePage({ nonce: "n" });
  assertStringIncludes(page, "Code may not be evaluated here.");
});
