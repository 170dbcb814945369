import { assertEquals } from "@std/assert";
import { excerptLines } from "../../../middleware/debugger/page/_excerpt_lines.ts";
import { sampleFrame } from "./_sample_report.ts";

function excerptOf(
  lines: string[],
  column: number,
  width = 240,
): ReturnType<typeof excerptLines> {
  const source = { firstLine: 3, lines };
  return excerptLines(sampleFrame({ line: 3, column, source }), width);
}

Deno.test("excerptLines() marks the word at the column", () => {
  assertEquals(excerptOf(["user.naïve()"], 6), [
    { number: 3, text: "user.naïve()", mark: { start: 5, end: 10 } },
  ]);
  const [line] = excerptOf(["a + b"], 3);
  assertEquals(line?.mark, { start: 2, end: 3 });
});

Deno.test("excerptLines() takes off the indentation that lines share", () => {
  assertEquals(excerptOf(["\t\tfail();", "", "\t  x", "\t}"], 3), [
    { number: 3, text: "\tfail();", mark: { start: 1, end: 5 } },
    { number: 4, text: "" },
    { number: 5, text: "  x" },
    { number: 6, text: "}" },
  ]);
});

Deno.test("excerptLines() cuts long lines around the mark", () => {
  const line = `${"a".repeat(99)}.here${"b".repeat(99)}`;
  for (const width of [20, 50, 100]) {
    const [{ text, mark } = { text: "", mark: undefined }] = excerptOf(
      [`${"a".repeat(99)} here ${"b".repeat(99)}`],
      101,
      width,
    );
    assertEquals(text.length, width);
    assertEquals(text.slice(mark?.start, mark?.end), "here");
  }
  const [, other] = excerptOf(["x", line], 1, 20);
  assertEquals(other?.text, `${"a".repeat(19)}…`);
});

Deno.test("excerptLines() bears a column that the line does not have", () => {
  for (const column of [0, -1, 4, 1e9, NaN]) {
    const [line] = excerptOf(["abc"], column);
    assertEquals(line?.text, "abc");
  }
  assertEquals(excerptOf([""], 1)[0]?.mark, { start: 0, end: 0 });
});
