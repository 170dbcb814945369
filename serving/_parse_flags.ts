import { parseArgs } from "@std/cli/parse-args";
import { nearestName } from "./_nearest_name.ts";
import { envName, type Flag, FLAGS } from "./_flags.ts";

/** What the user asked for on the command line and in the environment. */
export interface ParsedFlags {
  /** The app, if one is named. */
  app: string | undefined;
  /** What stands behind `--`. */
  appArgs: string[];
  /** The switches that are on. */
  switches: Set<string>;
  /** The values of the flags that have one, in their order. */
  values: Map<string, string[]>;
}

/** A command line that cannot be understood. Its message says why. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Two ways to say where to listen: a typed one beats a variable for the other. */
const RIVALS: Readonly<Record<string, string>> = { bind: "host", host: "bind" };
const NO_ENV = { get: () => undefined };

/**
 * Reads the command line, and the environment for what is not on it.
 *
 * @throws {UsageError} If there is a flag, a value or an argument too many.
 */
export function parseFlags(
  args: readonly string[],
  env: { get(name: string): string | undefined },
): ParsedFlags {
  const parsed = parseArgs(guardValues(args), {
    "--": true,
    string: ["_", ...FLAGS.filter((flag) => flag.value).map(nameOf)],
    boolean: FLAGS.filter((flag) => !flag.value).map(nameOf),
    collect: FLAGS.filter((flag) => flag.value).map(nameOf),
    alias: Object.fromEntries(
      FLAGS.filter((flag) => flag.short).map((flag) => [flag.short, flag.name]),
    ),
    unknown: (arg, key) => {
      if (key !== undefined) throw unknownFlag(arg);
    },
  });
  const [app, extra] = parsed._.map(String);
  if (extra !== undefined) {
    throw new UsageError(
      `Cannot serve "${extra}" besides "${app}": expected one app`,
    );
  }
  const result: ParsedFlags = {
    app,
    appArgs: (parsed["--"] as string[] | undefined) ?? [],
    switches: new Set(),
    values: new Map(),
  };
  for (const flag of FLAGS) {
    const given: unknown = parsed[flag.name];
    const rival = parsed[RIVALS[flag.name] ?? ""] as string[] | undefined;
    const flagEnv = rival?.length ? NO_ENV : env;
    if (flag.value) addValues(result, flag, given as string[] ?? [], flagEnv);
    else if (given === true || isOnInEnv(flag, env)) {
      result.switches.add(flag.name);
    }
  }
  return result;
}

/** `-b` without a value would take "" for one, and so would `--bind --open`. */
function guardValues(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  const own = end === -1 ? args : args.slice(0, end);
  const guarded = own.map((arg, index) => {
    const flag = FLAGS.find(({ name, short }) =>
      arg === `--${name}` || (short !== undefined && arg === `-${short}`)
    );
    if (flag?.value === undefined) return arg;
    const next = own[index + 1];
    if (flag.otherwise !== undefined && !/^\d/.test(next ?? "")) {
      return `${arg}=${flag.otherwise}`;
    }
    if (next === undefined || /^-./.test(next)) {
      throw new UsageError(
        `Cannot use ${arg} without a value: expected ${arg} ${flag.value}`,
      );
    }
    return arg;
  });
  return [...guarded, ...args.slice(own.length)];
}

function addValues(
  { values }: ParsedFlags,
  flag: Flag,
  given: string[],
  env: { get(name: string): string | undefined },
): void {
  const fromEnv = env.get(envName(flag));
  const all = given.length > 0 || !fromEnv
    ? given
    : flag.repeat
    ? fromEnv.split(/\s+/).filter((value) => value !== "")
    : [fromEnv];
  if (all.length > 1 && !flag.repeat) {
    throw new UsageError(
      `Cannot use --${flag.name} more than once: got ${all.join(", ")}`,
    );
  }
  if (all.length > 0) values.set(flag.name, all);
}

function isOnInEnv(
  flag: Flag,
  env: { get(name: string): string | undefined },
): boolean {
  if (flag.isCommand) return false;
  const value = env.get(envName(flag));
  return value !== undefined && !/^(?:|0|false|no|off)$/i.test(value);
}

function unknownFlag(arg: string): UsageError {
  const given = arg.replace(/=.*$/s, "");
  return new UsageError(
    `Cannot use unknown option "${given}": ${hintFor(given)}`,
  );
}

function hintFor(given: string): string {
  const names = FLAGS.map(nameOf);
  // What is on anyway has no option of that name.
  const defaults = names.filter((name) => name.startsWith("no-"))
    .map((name) => name.slice("no-".length));
  // One letter is as near to any other one.
  const nearest = given.startsWith("--")
    ? nearestName(given.slice(2), [...names, ...defaults])
    : undefined;
  if (nearest === undefined) return "for what there is, see --help";
  if (!defaults.includes(nearest)) {
    return `did you mean --${nearest}? See --help`;
  }
  return given === `--${nearest}`
    ? `that is on unless --no-${nearest} is given`
    : `did you mean --no-${nearest}? Without it, that is on`;
}

function nameOf({ name }: Flag): string {
  return name;
}
