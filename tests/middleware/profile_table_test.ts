import { assertEquals, assertFalse } from "@std/assert";
import type { FunctionStats } from "../../middleware/profiler/_profile_stats.ts";
import {
  type ProfileColumn,
  type ProfileRestriction,
  profileTable,
} from "../../middleware/profiler/_profile_table.ts";

function row(
  name: string,
  own: number,
  total: number | undefined,
  samples: number,
  url = "https://a.test/x.ts",
): FunctionStats {
  return { name, url, line: 3, column: 4, own, total, samples };
}

const FUNCTIONS = [
  row("alpha", 1, 9, 5),
  row("beta", 3, 3, 2),
  row("gamma", 2, 4, 9),
  row("delta", 3, 5, 1),
];

function table(
  sortBy: ProfileColumn[],
  restrictions: ProfileRestriction[] = [],
  functions: FunctionStats[] = FUNCTIONS,
): string[] {
  const stats = { functions, samples: 17, busy: 9, idle: 0 };
  return profileTable(stats, { sortBy, restrictions });
}

/** The names of the functions in a table, and the notes above them. */
function namesOf(lines: string[]): string[] {
  return lines.slice(lines.indexOf("") + 2).map((line) =>
    /(\w+) \(http/.exec(line)?.[1] ?? line
  );
}

Deno.test("profileTable() aligns what the profile says", () => {
  assertEquals(
    table(["own"], [], [row("alpha", 1.04, 12.25, 7), {
      ...row("(Deno)", 7.96, undefined, 1234, ""),
    }]),
    [
      "",
      "   own ms     own %  total ms   samples  function",
      "      8.0      88.4                1234  (Deno)",
      "      1.0      11.6      12.3         7  alpha (https://a.test/x.ts:3:4)",
    ],
  );
});

const ORDERS: [ProfileColumn[], string][] = [
  [["own"], "beta delta gamma alpha"],
  [["own", "total"], "delta beta gamma alpha"],
  [["total"], "alpha delta gamma beta"],
  [["samples"], "gamma alpha beta delta"],
  [[], "alpha beta gamma delta"],
];

for (const [sortBy, expected] of ORDERS) {
  Deno.test(`profileTable() sorts by ${sortBy.join(", ") || "nothing"}`, () => {
    assertEquals(namesOf(table(sortBy)).join(" "), expected);
  });
}

// What Python's pstats makes of the same restrictions (print_stats).
const RESTRICTIONS: [ProfileRestriction[], string, string[]][] = [
  [[2], "delta beta", ["List reduced from 4 to 2 due to restriction <2>"]],
  [[0], "", ["List reduced from 4 to 0 due to restriction <0>"]],
  [[99], "delta beta gamma alpha", []],
  [[0.5], "delta beta", ["List reduced from 4 to 2 due to restriction <0.5>"]],
  [[0.375], "delta beta", [
    "List reduced from 4 to 2 due to restriction <0.375>",
  ]],
  [["lta|bet"], "delta beta", [
    "List reduced from 4 to 2 due to restriction <lta|bet>",
  ]],
  [["^g"], "gamma", ["List reduced from 4 to 1 due to restriction <^g>"]],
  [[/GAMMA|alpha/i], "gamma alpha", [
    "List reduced from 4 to 2 due to restriction </GAMMA|alpha/i>",
  ]],
  [[/a/g], "delta beta gamma alpha", []],
  [["a.test/x"], "delta beta gamma alpha", []],
  [["ta", 0.5, "nope"], "", [
    "List reduced from 4 to 2 due to restriction <ta>",
    "List reduced from 2 to 1 due to restriction <0.5>",
    "List reduced from 1 to 0 due to restriction <nope>",
  ]],
];

for (const [restrictions, expected, notes] of RESTRICTIONS) {
  Deno.test(`profileTable() applies ${Deno.inspect(restrictions)}`, () => {
    const lines = table(["own", "total"], restrictions);
    assertEquals(namesOf(lines).join(" "), expected);
    assertEquals(lines.slice(0, lines.indexOf("")), notes);
  });
}

Deno.test("profileTable() prints no control characters of names", () => {
  const lines = table(["own"], [], [row("\x1b[2J\r\nx\x9b", 1, 1, 1)]);
  // deno-lint-ignore no-control-regex -- what must not be in it
  assertFalse(/[\x00-\x1f\x7f-\x9f]/.test(lines.join("")));
});

Deno.test("profileTable() shows no share where nothing ran", () => {
  const stats = {
    functions: [row("a", 0, 0, 0)],
    samples: 0,
    busy: 0,
    idle: 5,
  };
  const lines = profileTable(stats, { sortBy: [], restrictions: [] });
  assertEquals(lines[2]?.trim().split(/ +/).slice(0, 2), ["0.0", "0.0"]);
});
