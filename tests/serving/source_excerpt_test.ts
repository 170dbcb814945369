import { assert, assertEquals } from "@std/assert";
import { sourceExcerpt } from "../../serving/_source_excerpt.ts";
import { painter } from "../../serving/_paint.ts";
import { makeFolder } from "../_devserve.ts";

const paint = painter({ color: false });

/** The excerpt of a module, at a line and column, in a terminal that wide. */
function excerptOf(
  text: string,
  place: { line: number; column: number },
  columns?: number,
): string[] {
  using folder = makeFolder({ "app.ts": text });
  const url = new URL(`file://${folder.path}/app.ts`).href;
  return sourceExcerpt({ url, ...place }, paint, columns);
}

/** What the caret points at. */
function pointedAt(excerpt: string[]): string {
  const caret = excerpt.findIndex((line) => line.endsWith("^"));
  return excerpt[caret - 1]!.slice(excerpt[caret]!.indexOf("^"));
}

const LONG = `${"a".repeat(70)} failing ${"b".repeat(120)}`;

Deno.test("sourceExcerpt() leaves lines as they are that have room", () => {
  assertEquals(excerptOf("one\ntwo();\nthree", { line: 2, column: 4 }, 40), [
    "    1 | one",
    "  > 2 | two();",
    "      |    ^",
    "    3 | three",
  ]);
});

for (const columns of [40, 80, 100, Infinity]) {
  for (const column of [1, 30, 72, 199]) {
    Deno.test(`sourceExcerpt() keeps column ${column} in a terminal of ${columns}`, () => {
      const excerpt = excerptOf(LONG, { line: 1, column }, columns);
      const room = Math.min(columns, 100 + "  > 1 | ".length);
      for (const line of excerpt) assert(line.length <= room, line);
      const found = pointedAt(excerpt).replace(/…$/, "");
      assert(found !== "" && LONG.slice(column - 1).startsWith(found), found);
    });
  }
}

Deno.test("sourceExcerpt() says where a line was cut", () => {
  const [start] = excerptOf(LONG, { line: 1, column: 1 }, 80);
  assertEquals(start, `  > 1 | ${LONG.slice(0, 71)}…`);
  const [end] = excerptOf(LONG, { line: 1, column: 199 }, 80);
  assertEquals(end, `  > 1 | …${LONG.slice(-71)}`);
  const [middle] = excerptOf(LONG, { line: 1, column: 100 }, 80);
  assertEquals(middle!.length, 80);
  assertEquals([middle!.at(8), middle!.at(-1)], ["…", "…"]);
});

Deno.test("sourceExcerpt() shows the lines beside a long one from their start", () => {
  const excerpt = excerptOf(`before\n${LONG}\nafter`, { line: 2, column: 150 });
  assertEquals(excerpt[0], "    1 | before");
  assertEquals(excerpt.at(-1), "    3 | after");
});
