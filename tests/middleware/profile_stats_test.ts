import { assertEquals } from "@std/assert";
import type { CpuProfile } from "../../middleware/profiler/_profile_session.ts";
import { profileStats } from "../../middleware/profiler/_profile_stats.ts";

const APP = "file:///app/main.ts";
const OWN =
  new URL("../../middleware/profiler/profiler.ts", import.meta.url).href;

/** Name, URL, line and parent of a node, whose id is its place from 1 on. */
type NodeCase = [name: string, url: string, line: number, parent: number];

function profileOf(
  cases: NodeCase[],
  samples: [id: number, microseconds: number][],
): CpuProfile {
  let now = 0;
  const starts = samples.map(([, duration]) => {
    now += duration;
    return now - duration;
  });
  const first = 5000;
  return {
    startTime: 1000,
    endTime: 1000 + first + now,
    samples: samples.map(([id]) => id),
    timeDeltas: starts.map((start, i) =>
      i === 0 ? first : start - (starts[i - 1] ?? 0)
    ),
    nodes: cases.map(([functionName, url, lineNumber], i) => ({
      id: i + 1,
      callFrame: {
        functionName,
        url,
        lineNumber,
        columnNumber: lineNumber < 0 ? -1 : 2,
        scriptId: "1",
      },
      children: cases.flatMap(([, , , parent], child) =>
        parent === i + 1 ? [child + 1] : []
      ),
    })),
  };
}

function rows(
  profile: CpuProfile,
  showInternals = false,
): [string, number, number | undefined, number][] {
  return profileStats(profile, { showInternals }).functions.map(
    ({ name, own, total, samples }) => [name, own, total, samples],
  );
}

Deno.test("profileStats() gives each sample the time to the next one", () => {
  const profile = profileOf([
    ["(root)", "", -1, 0],
    ["a", APP, 1, 1],
    ["b", APP, 2, 2],
  ], [[2, 1000], [3, 3000], [2, 2000]]);
  assertEquals(rows(profile), [["b", 3, 3, 1], ["a", 3, 6, 2]]);
});

Deno.test("profileStats() counts the time of a recursive function once", () => {
  const profile = profileOf([
    ["(root)", "", -1, 0],
    ["a", APP, 1, 1],
    ["b", APP, 2, 2],
    ["a", APP, 1, 3],
    ["a", APP, 1, 4],
  ], [[5, 1000], [4, 1000], [3, 1000], [2, 1000]]);
  assertEquals(rows(profile), [["a", 3, 4, 3], ["b", 1, 3, 1]]);
});

Deno.test("profileStats() adds up what was called from several places", () => {
  const profile = profileOf([
    ["(root)", "", -1, 0],
    ["a", APP, 1, 1],
    ["c", APP, 3, 2],
    ["b", APP, 2, 1],
    ["c", APP, 3, 4],
    ["c", APP, 4, 4],
  ], [[3, 1000], [5, 1000], [6, 500]]);
  assertEquals(rows(profile), [
    ["c", 2, 2, 2],
    ["a", 0, 1, 0],
    ["c", 0.5, 0.5, 1],
    ["b", 0, 1.5, 0],
  ]);
});

Deno.test("profileStats() tells idle time apart", () => {
  const profile = profileOf([
    ["(root)", "", -1, 0],
    ["(idle)", "", -1, 1],
    ["(program)", "", -1, 1],
    ["(garbage collector)", "", -1, 1],
  ], [[2, 7000], [3, 1000], [4, 2000]]);
  const { busy, idle, samples } = profileStats(profile, {
    showInternals: false,
  });
  assertEquals([busy, idle, samples], [3, 7, 3]);
  assertEquals(rows(profile), [
    ["(program)", 1, 1, 1],
    ["(garbage collector)", 2, 2, 1],
  ]);
});

const INTERNALS = profileOf([
  ["(root)", "", -1, 0],
  ["run", "ext:core/01_core.js", 5, 1],
  ["profilerHandler", OWN, 80, 2],
  ["handler", APP, 1, 3],
  ["op_read", "", -1, 4],
  ["stringify", "", -1, 4],
  ["readFile", "node:fs", 3, 4],
  ["", APP, -1, 1],
  ["", APP, 7, 1],
], [[2, 1000], [3, 1000], [4, 1000], [5, 1000], [6, 1000], [7, 1000]]);

Deno.test("profileStats() groups the functions of Deno and devserve", () => {
  assertEquals(
    rows(INTERNALS).toSorted(([a], [b]) => a < b ? -1 : 1),
    [
      ["(Deno)", 3, undefined, 3],
      ["(devserve)", 1, undefined, 1],
      ["handler", 1, 4, 1],
      ["stringify", 1, 1, 1],
    ],
  );
});

Deno.test("profileStats() lists them one by one on request", () => {
  assertEquals(
    rows(INTERNALS, true).map(([name]) => name).toSorted(),
    ["handler", "op_read", "profilerHandler", "readFile", "run", "stringify"],
  );
});

Deno.test("profileStats() names modules and anonymous functions", () => {
  const profile = { ...INTERNALS, samples: [8, 9], timeDeltas: [1000, 1000] };
  const { functions } = profileStats(profile, { showInternals: false });
  const places = functions.map((
    { name, line, column },
  ) => [name, line, column]);
  assertEquals(places, [["(module)", 0, 0], ["(anonymous)", 8, 3]]);
});

Deno.test("profileStats() takes a profile without samples", () => {
  const { samples, timeDeltas, ...rest } = INTERNALS;
  assertEquals([samples?.length, timeDeltas?.length], [6, 6]);
  assertEquals(rows(rest), []);
  assertEquals(rows({ nodes: [], startTime: 0, endTime: 1 }), []);
});
