import { assertFalse } from "@std/assert";
import { pageScript } from "../../../middleware/debugger/page/_page_script.ts";
import { pageStyle } from "../../../middleware/debugger/page/_page_style.ts";
import { THEME_SCRIPT } from "../../../middleware/debugger/page/_script_theme.ts";

const SCRIPTS = [THEME_SCRIPT, pageScript(false), pageScript(true)];

Deno.test("pageScript() is JavaScript", () => {
  // Parses without running.
  for (const script of SCRIPTS) new Function(script);
});

Deno.test("pageScript() and pageStyle() do not end their elements", () => {
  for (const text of [...SCRIPTS, pageStyle()]) {
    assertFalse(/<\/(?:script|style)|<!--/i.test(text));
  }
});

Deno.test("pageScript() makes no HTML and runs no text", () => {
  for (const script of SCRIPTS) {
    assertFalse(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|Function\(|\.style\b|\.on[a-z]+ =/
        .test(script),
    );
  }
});
