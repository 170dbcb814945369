import { printable } from "./_displayed_place.ts";
import { mapPositions } from "./_map_positions.ts";
import type { ProfiledRequest } from "./_profile_file_name.ts";
import type { CpuProfile } from "./_profile_session.ts";
import { type ProfileStats, profileStats } from "./_profile_stats.ts";
import { profileTable, type TableOptions } from "./_profile_table.ts";
import type { Duration } from "./_request_clock.ts";
import { pathSegments } from "../_url_path_segments.ts";
import { writeProfile } from "./_write_profile.ts";

/** What becomes of a profile. */
export interface ReportOptions extends TableOptions {
  /** Where the table goes. */
  stream: ((text: string) => void) | null;
  /** Where it is said what went wrong. */
  warn: (text: string) => void;
  /** The folder for files. */
  profileDir: string | null;
  /** Makes the name of a file. */
  fileName: (request: ProfiledRequest) => string;
  /** Whether functions of devserve and of Deno are listed one by one. */
  showInternals: boolean;
}

/** A request that was profiled. */
export interface ProfiledRun {
  /** The method of the request. */
  method: string;
  /** The URL of the request. */
  url: string;
  /** How long it took until the app returned a response, if it did. */
  toHeaders: Duration | undefined;
  /** How long it took in all. */
  toEnd: Duration;
  /** How many other requests were answered at the same time. */
  others: number;
  /** Whether the profile ended before the request. */
  isCut: boolean;
}

const RULE = "-".repeat(80);
const TARGET_REGEXP = /^[^:/?#]+:\/\/[^/\\?#]*(([^?#]*)[^#]*)/;

/**
 * Writes the file and the table of a profile.
 *
 * @param profile The profile, whose positions are changed to those in sources.
 * @param run What was profiled.
 * @param options What becomes of it.
 */
export function reportProfile(
  profile: CpuProfile,
  run: ProfiledRun,
  options: ReportOptions,
): void {
  mapPositions(profile);
  writeFile(profile, run, options);
  const { stream, showInternals } = options;
  if (stream === null) return;
  const stats = profileStats(profile, { showInternals });
  const lines = [
    RULE,
    ...heading(stats, run),
    ...profileTable(stats, options),
    RULE,
  ];
  stream(`${lines.join("\n")}\n\n`);
}

function writeFile(
  profile: CpuProfile,
  { method, url, toEnd }: ProfiledRun,
  { profileDir, fileName, warn }: ReportOptions,
): void {
  if (profileDir === null) return;
  const path = decodedPath(url);
  const { elapsed } = toEnd;
  try {
    const name = fileName(
      { method, url, path, elapsed, time: Date.now() / 1000 },
    );
    writeProfile(profileDir, name, profile);
  } catch (error) {
    warn(`Cannot write the profile to "${profileDir}": ${messageOf(error)}\n`);
  }
}

function heading(stats: ProfileStats, run: ProfiledRun): string[] {
  const { method, url, toHeaders, toEnd, others, isCut } = run;
  const [, target = url] = TARGET_REGEXP.exec(url) ?? [];
  const end = isCut ? "to the time limit" : "to the end";
  const meanwhile = `${counted(others, "other request")} meanwhile`;
  const start = toHeaders === undefined
    ? "No response"
    : `${shown(toHeaders.elapsed)} to the headers`;
  return [
    printable(`${method} ${target}`),
    `${start}, ${shown(toEnd.elapsed)} ${end}, ${
      shown(toEnd.cpu)
    } CPU of the process`,
    `${counted(stats.samples, "sample")}: ${shown(stats.busy)} busy, ${
      shown(stats.idle)
    } idle${others > 0 ? `; ${meanwhile}` : ""}`,
  ];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function shown(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`;
}

function decodedPath(url: string): string {
  const path = TARGET_REGEXP.exec(url)?.[2] || "/";
  // What cannot be decoded is its own name.
  return `/${(pathSegments(path) ?? path.split("/").slice(1)).join("/")}`;
}

/** What an error says, on one line. */
export function messageOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error));
}
