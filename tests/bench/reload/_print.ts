import type { AppShape } from "./_apps.ts";
import type { Figures } from "./_measure.ts";
import type { Reload } from "./_until_version.ts";

/** The tool that the others are compared to. */
const PEER = "bun-hot";

/**
 * Prints the figures of all tools with one app.
 *
 * @param name The name of the app.
 * @param shape What it is made of.
 * @param all The figures, by the name of the tool.
 * @param cold Milliseconds of cold starts of the same app.
 * @param print Prints a line.
 */
export function printFigures(
  name: string,
  { modules, hono }: AppShape,
  all: ReadonlyMap<string, Figures>,
  cold: readonly number[],
  print: (line: string) => void,
): void {
  const kind = hono ? "imports Hono" : `${modules} local modules`;
  print(`\n${name} (${kind}): milliseconds from save to new code, p50 p95`);
  print(
    "              new conn.  of bun-hot      kept conn.  " +
      "    under load           quick  failed/100   idle CPU    memory  missed",
  );
  const peer = all.get(PEER);
  for (const [tool, figures] of all) {
    const { fresh, kept, loaded, quick, idle } = figures;
    print([
      tool.padEnd(10),
      pair(fresh),
      ratio(fresh, peer?.fresh),
      pair(kept),
      pair(loaded),
      pair(quick),
      failuresPer100(figures).padStart(9),
      `${idle.toFixed(2)} %`.padStart(9),
      `${figures.memory.toFixed(0)} MB`.padStart(8),
      `${missed([fresh, kept, loaded, quick].flat())}`.padStart(6),
    ].join("  "));
  }
  for (const [tool, figures] of all) {
    const failures = Object.entries(figures.failures)
      .map(([what, count]) => `${what} ${count}`).join(", ");
    const idle = [...figures.fresh, ...figures.kept, ...figures.quick];
    print(
      `${tool.padEnd(10)}  ${figures.requests} requests under load` +
        `${failures && `, failed: ${failures}`}; ` +
        `without load a request failed in ${
          idle.filter(({ hasFailed }) => hasFailed).length
        } of ${idle.length} reloads`,
    );
  }
  if (modules > 1) {
    for (const [tool, { fresh }] of all) {
      // The rounds are counted from 1, and those that are odd edit the leaf.
      const ofLeaf = fresh.filter((_, index) => index % 2 === 0);
      const ofEntry = fresh.filter((_, index) => index % 2 === 1);
      print(`${tool.padEnd(10)}  leaf ${pair(ofLeaf)}, entry ${pair(ofEntry)}`);
    }
  }
  print(`cold start of a bare \`deno run\`: ${numbers(cold)}`);
}

function pair(reloads: readonly Reload[]): string {
  return numbers(reloads.map(({ ms }) => ms)).padStart(14);
}

function numbers(times: readonly number[]): string {
  return `${quantile(times, 0.5).toFixed(1)} ${
    quantile(times, 0.95).toFixed(1).padStart(6)
  }`;
}

function ratio(
  reloads: readonly Reload[],
  peers: readonly Reload[] | undefined,
): string {
  const own = quantile(reloads.map(({ ms }) => ms), 0.5);
  const other = quantile((peers ?? []).map(({ ms }) => ms), 0.5);
  return `${(own / other).toFixed(2)}x`.padStart(8);
}

function failuresPer100({ loaded, failures }: Figures): string {
  if (loaded.length === 0) return "-";
  let count = 0;
  for (const value of Object.values(failures)) count += value;
  return (count * 100 / loaded.length).toFixed(0);
}

/** How many saves had no effect. */
function missed(reloads: readonly Reload[]): number {
  return reloads.filter(({ ms }) => Number.isNaN(ms)).length;
}

/** A quantile of those that are numbers. */
function quantile(values: readonly number[], q: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value))
    .sort((left, right) => left - right);
  return sorted[
    Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)
  ] ??
    NaN;
}
