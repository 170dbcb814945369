import { assertEquals } from "@std/assert";
import { preferredForm } from "../../middleware/preferred_form.ts";

Deno.test("preferredForm() is what the client names", () => {
  const chrome =
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  const cases: Record<string, string> = {
    "": "text",
    "*/*": "text",
    "text/*": "text",
    "text/plain": "text",
    [chrome]: "html",
    "TEXT/HTML": "html",
    "application/json": "json",
    "application/json, text/plain, */*": "json",
    "application/json, text/html": "html",
    "application/json, text/html;q=0.5": "json",
    "text/html;q=0, application/json;q=0.1": "json",
    "text/html;q=0": "text",
    "text/html;q=x": "text",
    "text/event-stream": "text",
    "text/plain, text/html;q=0.1": "text",
    "text/plain;q=0.9, application/json;q=0.8": "text",
    "text/plain;q=0.5, text/html": "html",
    "text/plain, text/html": "html",
    "text/plain;q=0, text/html;q=0.1": "html",
  };
  for (const [accept, form] of Object.entries(cases)) {
    assertEquals(preferredForm(accept), form, accept);
  }
  assertEquals(preferredForm(null), "text");
});
