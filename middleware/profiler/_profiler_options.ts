import {
  compileFileName,
  type ProfileFilenameFormat,
} from "./_profile_file_name.ts";
import type { ProfileColumn, ProfileRestriction } from "./_profile_table.ts";
import type { RequestProfilerOptions } from "./_request_profiler.ts";
import { writeToStderr } from "../_write_to_stderr.ts";
import { optionCheck } from "../_option_check.ts";

const check = optionCheck("profile");

const COLUMNS: readonly string[] = ["own", "total", "samples"];
const WAYS: readonly string[] = ["pass", "wait"];

/** Above, timers end at once. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** Options for `profiler`. */
export interface ProfilerOptions {
  /**
   * Takes the table of each profile, and messages about what could not be
   * profiled or written. `null` turns the table off; the messages go to standard
   * error then, which is also the default for all.
   */
  stream?: ((text: string) => void) | null;
  /**
   * The columns that the table is sorted by, each with its largest values first:
   * `"own"` for the time in the function itself, `"total"` for the time with
   * what it called, `"samples"` for how often it was met.
   *
   * @default {["own", "total"]}
   */
  sortBy?: ProfileColumn[];
  /**
   * Which lines of the table are shown, one restriction applied after the other
   * as Python's `pstats` does: a whole number is a limit, a number below 1 the
   * fraction of the lines to keep, a pattern is searched for in the function
   * with its place, such as `render (src/app.ts:12:1)`. `[]` shows all.
   *
   * @default {[20]}
   */
  restrictions?: ProfileRestriction[];
  /**
   * The folder for one `.cpuprofile` file per profile. It is made if it does not
   * exist. Files are never replaced nor removed, so it grows.
   *
   * @default {null}
   */
  profileDir?: string | null;
  /**
   * How the files are named. In a string, `{method}`, `{path}` (without slashes
   * at its ends, dots for the others, `root` for none), `{elapsed}`
   * (milliseconds) and `{time}` (seconds since 1970) are filled in, numbers also
   * with digits as in `{elapsed:.2f}`.
   *
   * The file is always in `profileDir`: what must not be in the name of a file
   * is replaced, the middle of a long name is left out, and `.cpuprofile` is
   * added unless it is there. By default it is
   * `"{method}.{path}.{elapsed:.0f}ms.{time:.0f}.cpuprofile"`.
   */
  filenameFormat?: ProfileFilenameFormat;
  /**
   * The time between two samples, in microseconds. Shorter ones show more of
   * short requests; V8 cannot always keep to less than about 200.
   *
   * @default {250}
   */
  interval?: number;
  /**
   * What a request does while another one is profiled: `"pass"` is answered
   * without a profile, `"wait"` waits for its turn. With that, an app that
   * requests something of itself waits for itself, until `timeLimit`.
   *
   * @default {"pass"}
   */
  whenBusy?: "pass" | "wait";
  /**
   * How long a profile can become, in milliseconds. The request goes on.
   *
   * @default {60000}
   */
  timeLimit?: number;
  /**
   * Whether the functions of devserve and of Deno (those of `node:` modules,
   * too) are listed one by one instead of as two groups. Files have them anyway.
   *
   * @default {false}
   */
  showInternals?: boolean;
}

/**
 * Checks what `profiler` is called with.
 *
 * @param app The app.
 * @param options The options.
 * @returns The options with all defaults.
 */
export function checkProfilerOptions(
  app: unknown,
  options: ProfilerOptions,
): RequestProfilerOptions {
  const {
    stream = writeToStderr,
    sortBy = ["own", "total"],
    restrictions = [20],
    profileDir = null,
    filenameFormat,
    interval = 250,
    whenBusy = "pass",
    timeLimit = 60_000,
    showInternals = false,
  } = options;
  check("app", app, typeof app === "function", "a function");
  const isStream = stream === null || typeof stream === "function";
  check("stream", stream, isStream, "a function or null");
  check("sortBy", sortBy, Array.isArray(sortBy), "an array of columns");
  for (const column of sortBy) checkName("sortBy", column, COLUMNS);
  const isArray = Array.isArray(restrictions);
  check("restrictions", restrictions, isArray, "an array");
  restrictions.forEach(checkRestriction);
  const isFolder = profileDir === null ||
    typeof profileDir === "string" && profileDir !== "";
  check("profileDir", profileDir, isFolder, "a path or null");
  checkNumber("interval", interval, "microseconds");
  checkName("whenBusy", whenBusy, WAYS);
  checkNumber("timeLimit", timeLimit, "milliseconds");
  const isBoolean = typeof showInternals === "boolean";
  check("showInternals", showInternals, isBoolean, "a boolean");
  const isFormat = filenameFormat === undefined ||
    ["string", "function"].includes(typeof filenameFormat);
  check("filenameFormat", filenameFormat, isFormat, "a string or a function");
  return {
    stream,
    warn: (text) => warn(text, stream ?? writeToStderr),
    sortBy: [...sortBy],
    restrictions: [...restrictions],
    profileDir,
    fileName: compileFileName(filenameFormat),
    interval,
    whenBusy,
    timeLimit,
    showInternals,
  };
}

/** No request fails because what should say why there is no profile fails. */
function warn(text: string, stream: (text: string) => void): void {
  try {
    stream(text);
  } catch {
    // What it threw says less than the text.
    writeToStderr(text);
  }
}

function checkRestriction(restriction: unknown): void {
  if (restriction instanceof RegExp) return;
  if (typeof restriction === "string") return void new RegExp(restriction);
  const isNumber = typeof restriction === "number";
  check("restrictions", restriction, isNumber, "numbers and patterns");
  const isLimit = Number.isSafeInteger(restriction) && Number(restriction) >= 0;
  const isFraction = Number(restriction) > 0 && Number(restriction) < 1;
  if (isLimit || isFraction) return;
  throw new RangeError(
    `Cannot profile as numbers in restrictions must be whole, or between 0 and 1: current value is ${restriction}`,
  );
}

function checkNumber(name: string, value: unknown, unit: string): void {
  check(name, value, typeof value === "number", `a number of ${unit}`);
  const isWhole = Number.isSafeInteger(value);
  if (isWhole && Number(value) >= 1 && Number(value) <= MAX_TIMEOUT) return;
  throw new RangeError(
    `Cannot profile as ${name} must be a whole number of ${unit} from 1 to ${MAX_TIMEOUT}: current value is ${value}`,
  );
}

function checkName(
  name: string,
  value: unknown,
  names: readonly string[],
): void {
  check(name, value, typeof value === "string", "one of the names");
  if (names.some((known) => known === value)) return;
  const list = names.map((known) => `"${known}"`).join(", ");
  throw new RangeError(
    `Cannot profile as ${name} must be one of ${list}: current value is "${value}"`,
  );
}
