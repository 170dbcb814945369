import { fromFileUrl } from "@std/path/from-file-url";
import { memory, processorTime } from "./_process_tree.ts";
import type { RunningTool } from "./_running_tool.ts";
import { type Reload, untilVersion } from "./_until_version.ts";

/** A save that has no effect for so long is counted as missed, in milliseconds. */
const SAVE_LIMIT_MS = 5000;

/**
 * After a reload, so that its end does not disturb the next measurement: nobody
 * saves more than once in a second.
 */
const SETTLE_MS = 1200;

/**
 * After the reload of one that is followed by another at once, by turns: somebody
 * corrects a slip, or a formatter saves what an editor has just saved.
 */
const QUICK_PAUSES_MS: readonly number[] = [20, 130, 60];

/** Before the idle processor time is taken, so that all is quiet. */
const QUIET_MS = 3000;

/** A tool that misses so many saves one after the other is left alone. */
const MAX_MISSED = 3;

const LOAD = fromFileUrl(new URL("./load.ts", import.meta.url));

/** What was measured of a tool with an app. */
export interface Figures {
  /** Saves to first responses, on new connections. */
  readonly fresh: Reload[];
  /** The same, on a connection that is kept. */
  readonly kept: Reload[];
  /** The same, on new connections, while others ask, too. */
  readonly loaded: Reload[];
  /** The same, on new connections, one save at once after the other. */
  readonly quick: Reload[];
  /** Requests of the others. */
  requests: number;
  /** Those that failed, by kind. */
  failures: Record<string, number>;
  /** Processor time while nothing happens, in percent of a core. */
  idle: number;
  /** Memory of all processes, in MB. */
  memory: number;
}

/** Figures of nothing yet. */
export function noFigures(): Figures {
  return {
    fresh: [],
    kept: [],
    loaded: [],
    quick: [],
    requests: 0,
    failures: {},
    idle: NaN,
    memory: NaN,
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Whether the last saves had no effect, so that more would be in vain. */
function isLost(reloads: readonly Reload[]): boolean {
  return reloads.length >= MAX_MISSED &&
    reloads.slice(-MAX_MISSED).every(({ ms }) => Number.isNaN(ms));
}

async function measureSave(
  running: RunningTool,
  round: number,
  { keepAlive = false, settleMs = SETTLE_MS } = {},
): Promise<Reload> {
  const { token, save } = running.files.change(
    round % 2 === 0 ? "entry" : "leaf",
  );
  const { port } = running;
  const limitMs = SAVE_LIMIT_MS;
  const reload = await untilVersion(port, token, save, { keepAlive, limitMs });
  await sleep(settleMs);
  return reload;
}

/** Measures saves of one tool after the other, round by round. */
export async function measureSaves(
  all: ReadonlyMap<RunningTool, Figures>,
  rounds: number,
): Promise<void> {
  // The first round warms up and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const [running, { fresh, kept }] of all) {
      if (isLost(fresh) || isLost(kept)) continue;
      const newOne = await measureSave(running, round);
      const keptOne = await measureSave(running, round, { keepAlive: true });
      if (round === 0) continue;
      fresh.push(newOne);
      kept.push(keptOne);
    }
  }
}

/** Measures saves that follow one another at once. */
export async function measureQuickSaves(
  running: RunningTool,
  { quick }: Figures,
  rounds: number,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const settleMs = QUICK_PAUSES_MS[round % QUICK_PAUSES_MS.length]!;
    quick.push(await measureSave(running, round, { settleMs }));
    if (isLost(quick)) break;
  }
  await sleep(SETTLE_MS);
}

/** Measures what the tools take while nothing happens, all at once. */
export async function measureIdle(
  all: ReadonlyMap<RunningTool, Figures>,
  seconds: number,
): Promise<void> {
  await sleep(QUIET_MS);
  const before = [...all.keys()].map(({ pids }) => processorTime(pids));
  const started = performance.now();
  await sleep(seconds * 1000);
  const elapsed = performance.now() - started;
  [...all].forEach(([{ pids }, figures], index) => {
    figures.idle = (processorTime(pids) - before[index]!) / elapsed * 100;
    figures.memory = memory(pids);
  });
}

/** Measures saves of a tool that others ask for responses meanwhile. */
export async function measureUnderLoad(
  running: RunningTool,
  figures: Figures,
  rounds: number,
): Promise<void> {
  const load = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", LOAD, `${running.port}`],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  await sleep(1000);
  for (let round = 1; round <= rounds; round++) {
    figures.loaded.push(await measureSave(running, round));
    if (isLost(figures.loaded)) break;
  }
  await load.stdin.close();
  const { stdout } = await load.output();
  const { requests, failures } = JSON.parse(new TextDecoder().decode(stdout));
  figures.requests = requests;
  figures.failures = failures;
}
