import type { CpuProfile, ProfileNode } from "./_profile_session.ts";

/** What a profile says about one function, times in milliseconds. */
export interface FunctionStats {
  /** The name of the function or of a group of functions. */
  name: string;
  /** The URL of its file, empty if it is none of a file. */
  url: string;
  /** Where it begins, counted from 1; 0 for a module as a whole. */
  line: number;
  /** The column, counted from 1. */
  column: number;
  /** The time in the function itself. */
  own: number;
  /** The time in the function and in what it called, `undefined` in a group. */
  total: number | undefined;
  /** How often the function itself was met. */
  samples: number;
}

/** What a profile says. */
export interface ProfileStats {
  /** The functions that were met, in no order. */
  functions: FunctionStats[];
  /** How many samples there are. */
  samples: number;
  /** The time in which something ran, in milliseconds. */
  busy: number;
  /** The time in which nothing ran, in milliseconds. */
  idle: number;
}

/** The time and the samples of one node, without its children. */
interface Share {
  time: number;
  samples: number;
}

const OWN_BASE = new URL("../../", import.meta.url).href;
// Examples, tests, and those in documentation ("x.ts$5-9.ts") are apps.
const OWN_FILE_REGEXP = /^(?:mod|(?:middleware|reloader|serving)\/[\w/]+)\.ts$/;

/**
 * Sums up a profile by function.
 *
 * @param profile The profile.
 * @param options Whether the functions of devserve and of Deno are listed one by
 * one instead of as two groups.
 * @returns The sums.
 */
export function profileStats(
  profile: CpuProfile,
  { showInternals }: { showInternals: boolean },
): ProfileStats {
  const shares = sharesOf(profile);
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const functions = new Map<string, FunctionStats>();
  let [busy, idle] = [0, 0];

  function visit(node: ProfileNode, above: ReadonlySet<string>): number {
    const { time, samples } = shares.get(node.id) ?? { time: 0, samples: 0 };
    const { functionName } = node.callFrame;
    if (functionName === "(idle)") idle += time;
    else busy += time;
    const stats = describe(node, showInternals);
    const key = `${stats.name} ${stats.url}:${stats.line}:${stats.column}`;
    const inside = new Set(above).add(key);
    const total = (node.children ?? []).reduce((sum, id) => {
      const child = byId.get(id);
      return child ? sum + visit(child, inside) : sum;
    }, time);
    if (/^\((?:root|idle)\)$/.test(functionName)) return total;
    const known = functions.get(key) ?? stats;
    known.own += time;
    known.samples += samples;
    // What calls itself has spent the time of the inner call once, not twice.
    if (known.total !== undefined && !above.has(key)) known.total += total;
    functions.set(key, known);
    return total;
  }

  const [root] = profile.nodes;
  if (root) visit(root, new Set());
  const met = [...functions.values()].filter(({ own, total = 0 }) =>
    own > 0 || total > 0
  );
  return { functions: met, samples: profile.samples?.length ?? 0, busy, idle };
}

/** Each sample lasts until the next one, the last one to the end. */
function sharesOf(profile: CpuProfile): Map<number, Share> {
  const { samples = [], timeDeltas = [], startTime, endTime } = profile;
  const shares = new Map<number, Share>();
  let now = startTime;
  samples.forEach((id, i) => {
    now += timeDeltas[i] ?? 0;
    const until = timeDeltas[i + 1] ?? endTime - now;
    const share = shares.get(id) ?? { time: 0, samples: 0 };
    share.time += Math.max(until, 0) / 1000;
    share.samples += 1;
    shares.set(id, share);
  });
  return shares;
}

function describe(
  { callFrame }: ProfileNode,
  showInternals: boolean,
): FunctionStats {
  const { functionName, url, lineNumber, columnNumber } = callFrame;
  const group = showInternals ? undefined : groupOf(functionName, url);
  const sums = { own: 0, total: 0, samples: 0 };
  if (group !== undefined) {
    const nowhere = { url: "", line: 0, column: 0 };
    return { name: group, ...nowhere, ...sums, total: undefined };
  }
  const isModule = functionName === "" && url !== "" && lineNumber < 0;
  return {
    name: functionName || (isModule ? "(module)" : "(anonymous)"),
    url,
    line: lineNumber + 1,
    column: columnNumber + 1,
    ...sums,
  };
}

/** The group of a function that is not the user's. */
function groupOf(functionName: string, url: string): string | undefined {
  if (/^(?:ext|node|deno):/.test(url)) return "(Deno)";
  // Deno's own functions that are not JavaScript.
  if (url === "" && functionName.startsWith("op_")) return "(Deno)";
  if (!url.startsWith(OWN_BASE)) return undefined;
  const isOwn = OWN_FILE_REGEXP.test(url.slice(OWN_BASE.length));
  return isOwn ? "(devserve)" : undefined;
}
