import { displayedPlace } from "./_displayed_place.ts";
import type { FunctionStats, ProfileStats } from "./_profile_stats.ts";

/** A column of the table that it can be sorted by. */
export type ProfileColumn = "own" | "total" | "samples";

/** What a table shows. */
export type ProfileRestriction = number | string | RegExp;

/** How the table is made. */
export interface TableOptions {
  /** The columns to sort by, the largest values first. */
  sortBy: readonly ProfileColumn[];
  /** What is shown of all functions. */
  restrictions: readonly ProfileRestriction[];
}

/** The columns before the function, right-aligned. */
const HEADINGS = ["own ms", "own %", "total ms", "samples"];

/**
 * Makes the table of a profile: one line for each function.
 *
 * @param stats What the profile says.
 * @param options How the table is made.
 * @returns The lines.
 */
export function profileTable(
  stats: ProfileStats,
  { sortBy, restrictions }: TableOptions,
): string[] {
  const sorted = stats.functions.toSorted((a, b) => {
    const column = sortBy.find((name) => (a[name] ?? 0) !== (b[name] ?? 0));
    return column === undefined ? 0 : (b[column] ?? 0) - (a[column] ?? 0);
  });
  const folder = workingDirectory();
  const lines = sorted.map((each): [string, string] => [
    numbersOf(each, stats.busy),
    displayedPlace(each, folder),
  ]);
  const { shown, notes } = restrict(lines, restrictions);
  return [
    ...notes,
    "",
    `${aligned(HEADINGS)}  function`,
    ...shown.map(([numbers, name]) => `${numbers}  ${name}`),
  ];
}

function numbersOf(
  { own, total, samples }: FunctionStats,
  busy: number,
): string {
  const share = busy > 0 ? own / busy * 100 : 0;
  return aligned([
    own.toFixed(1),
    share.toFixed(1),
    total === undefined ? "" : total.toFixed(1),
    String(samples),
  ]);
}

function aligned(cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(9)).join(" ");
}

/** Applies the restrictions one after the other, as Python's pstats does. */
function restrict(
  lines: [string, string][],
  restrictions: readonly ProfileRestriction[],
): { shown: [string, string][]; notes: string[] } {
  const notes: string[] = [];
  let shown = lines;
  for (const restriction of restrictions) {
    const left = restrictOnce(shown, restriction);
    if (left.length < shown.length) {
      notes.push(
        `List reduced from ${shown.length} to ${left.length} due to restriction <${restriction}>`,
      );
    }
    shown = left;
  }
  return { shown, notes };
}

function restrictOnce(
  lines: [string, string][],
  restriction: ProfileRestriction,
): [string, string][] {
  if (typeof restriction !== "number") {
    const pattern = new RegExp(restriction);
    return lines.filter(([, name]) => name.search(pattern) >= 0);
  }
  const isFraction = !Number.isInteger(restriction);
  return lines.slice(
    0,
    isFraction ? Math.floor(lines.length * restriction + 0.5) : restriction,
  );
}

function workingDirectory(): string {
  try {
    return Deno.cwd();
  } catch {
    // Removed, or not permitted: paths are shown as they are.
    return "";
  }
}
