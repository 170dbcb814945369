import { assertEquals } from "@std/assert";
import { colorSources } from "../../../middleware/debugger/_color_sources.ts";

Deno.test("colorSources() renders once without colors", async () => {
  let count = 0;
  const page = await colorSources((highlight) => {
    count++;
    return typeof highlight;
  }, undefined);
  assertEquals([page, count], ["undefined", 1]);
});

Deno.test("colorSources() colors each piece of code once", async () => {
  const asked: string[] = [];
  const page = await colorSources(
    (highlight) => ["a", "b", "a"].map((code) => highlight!(code, "ts")).join(),
    (code, language) => {
      asked.push(code);
      return Promise.resolve(`<${code} in ${language}>`);
    },
  );
  assertEquals(page, "<a in ts>,<b in ts>,<a in ts>");
  assertEquals(asked, ["a", "b"]);
});

Deno.test("colorSources() leaves the page plain when coloring fails", async () => {
  const page = await colorSources(
    (highlight) => highlight!("a", "ts") || "plain",
    () => Promise.reject(new Error("no such language")),
  );
  assertEquals(page, "plain");
});
