import { assertEquals } from "@std/assert";
import { lintReporter } from "../../middleware/lint/_lint_reporter.ts";

Deno.test("lintReporter() forgets the oldest of many places", () => {
  const told: string[] = [];
  const report = lintReporter(({ url }) => told.push(url));
  const at = (path: string) =>
    report(new Request(`http://x/${path}`), {
      rule: "rule",
      section: "section",
      message: "message",
    });
  const letters = (n: number) =>
    String(n).replace(/\d/g, (d) => "abcdefghij"[Number(d)]!);
  for (let n = 0; n <= 10_000; n++) at(letters(n));
  assertEquals(told.length, 10_001);
  at(letters(10_000));
  assertEquals(told.length, 10_001);
  at(letters(0));
  assertEquals(told.length, 10_002);
});
