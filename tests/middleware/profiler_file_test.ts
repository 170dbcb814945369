import { assert, assertEquals, assertGreater } from "@std/assert";
import type { CpuProfile } from "../../middleware/profiler/_profile_session.ts";
import {
  fibonacci,
  namesIn,
  serveProfiled,
  temporaryFolder,
} from "./_profiled_server.ts";

interface Busy {
  profile: CpuProfile;
  /** How long the request took, in milliseconds. */
  elapsed: number;
}

async function profileBusy(interval?: number): Promise<Busy> {
  await using folder = await temporaryFolder();
  let elapsed = 0;
  await using server = serveProfiled(
    () => new Response(String(fibonacci(32))),
    {
      profileDir: folder.path,
      filenameFormat(request) {
        elapsed = request.elapsed;
        return "busy";
      },
      ...(interval === undefined ? {} : { interval }),
    },
  );
  await (await fetch(server.url)).text();
  await server.text();
  const [name = ""] = await namesIn(folder.path);
  const text = await Deno.readTextFile(`${folder.path}/${name}`);
  return { profile: JSON.parse(text), elapsed };
}

// The type Profiler.Profile of the DevTools protocol, version 1.3.
Deno.test("profiler() writes files in the format of V8", async () => {
  const { profile } = await profileBusy();
  const { nodes, startTime, endTime, samples = [], timeDeltas = [] } = profile;
  assertEquals(
    Object.keys(profile).toSorted(),
    ["endTime", "nodes", "samples", "startTime", "timeDeltas"],
  );
  assert(endTime > startTime);
  assertGreater(samples.length, 0);
  assertEquals(samples.length, timeDeltas.length);
  assert(
    [startTime, endTime, ...samples, ...timeDeltas].every(Number.isInteger),
  );

  const ids = new Set(nodes.map(({ id }) => id));
  assertEquals(ids.size, nodes.length);
  assert(samples.every((id) => ids.has(id)));
  const children = nodes.flatMap((node) => node.children ?? []);
  // A tree: all but the root have one parent.
  assertEquals(
    [...children, nodes[0]?.id].toSorted((a = 0, b = 0) => a - b),
    [...ids].toSorted((a, b) => a - b),
  );
  assertEquals(nodes[0]?.callFrame.functionName, "(root)");
  for (const { id, hitCount, callFrame, positionTicks = [] } of nodes) {
    const { functionName, url, scriptId, lineNumber, columnNumber } = callFrame;
    assert([functionName, url, scriptId].every((x) => typeof x === "string"));
    assert([lineNumber, columnNumber].every((x) => Number.isInteger(x)));
    assert(lineNumber >= -1 && columnNumber >= -1);
    assert(positionTicks.every(({ line, ticks }) => line > 0 && ticks > 0));
    const met = samples.filter((sample) => sample === id).length;
    // V8 counts the sample that it takes at the very start for no node.
    assert(Math.abs(met - (hitCount ?? 0)) <= 1, `${met} ${hitCount}`);
  }
});

Deno.test("profiler() writes times that add up", async () => {
  const { profile, elapsed } = await profileBusy();
  const { startTime, endTime, timeDeltas = [] } = profile;
  const sum = timeDeltas.reduce((all, delta) => all + delta, 0);
  assert(sum <= endTime - startTime);
  // From the first sample on, which is before the app is called.
  const seen = (endTime - startTime - (timeDeltas[0] ?? 0)) / 1000;
  assert(seen >= elapsed * 0.9, `${seen} of ${elapsed}`);
});

Deno.test("profiler() writes where functions and lines are in the source", async () => {
  const { profile } = await profileBusy();
  const hot = profile.nodes.filter(({ callFrame }) =>
    callFrame.functionName === "fibonacci"
  );
  assertGreater(hot.length, 0);
  const url = import.meta.resolve("./_profiled_server.ts");
  const lines = (await Deno.readTextFile(new URL(url))).split("\n");
  const start = lines.findIndex((line) =>
    line.startsWith("export function fibonacci(")
  );
  const hits = (nodes: typeof hot) =>
    nodes.reduce((sum, { hitCount }) => sum + (hitCount ?? 0), 0);
  for (const { callFrame, positionTicks = [] } of hot) {
    assertEquals([callFrame.url, callFrame.lineNumber], [url, start]);
    // A source map has the place of the name, V8 that of the parameters.
    assertEquals(callFrame.columnNumber, "export function ".length);
    // Counted from 1 here.
    for (const { line } of positionTicks) {
      assert(line - 1 >= start && line - 1 <= start + 2, String(line));
    }
  }
  assertGreater(hits(hot), hits(profile.nodes) / 2);
});

Deno.test("profiler() samples as often as interval says", async () => {
  const often = await profileBusy(250);
  const rarely = await profileBusy(100_000);
  const count = ({ profile }: Busy) => profile.samples?.length ?? 0;
  assertGreater(count(often), 2 * count(rarely));
});
