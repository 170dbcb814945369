import { parseArgs } from "@std/cli/parse-args";
import { nearestName } from "./_nearest_name.ts";
import { envName, type Flag, FLAGS, isOnByDefault } from "./_flags.ts";

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
  /** Those of them whose values are from the environment. */
  fromEnv: Set<string>;
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
  const parsed = parseArgs(joinValues(args), {
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
    fromEnv: new Set(),
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

/**
 * Has each value in the same argument as its flag: `-b` without a value would take
 * "" for one, and so would `--bind --open`.
 */
function joinValues(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  const own = end === -1 ? [...args] : args.slice(0, end);
  const joined: string[] = [];
  for (let arg = own.shift(); arg !== undefined; arg = own.shift()) {
    const [, name, value] = /^(--?[^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    const flag = FLAGS.find((flag) =>
      name === `--${flag.name}` ||
      (flag.short !== undefined && name === `-${flag.short}`)
    );
    if (flag?.value === undefined) {
      if (flag !== undefined && value !== undefined) {
        throw new UsageError(
          `Cannot use ${arg}: expected ${name} without a value`,
        );
      }
      joined.push(arg);
      continue;
    }
    const text = value ?? valueAfter(arg, flag, own);
    if (text === "") {
      throw new UsageError(
        `Cannot use ${name} "": expected ${name} ${flag.value}`,
      );
    }
    joined.push(`--${flag.name}=${text}`);
  }
  return [...joined, ...args.slice(end === -1 ? args.length : end)];
}

/** Takes the value of a flag from the arguments after it. */
function valueAfter(arg: string, flag: Flag, rest: string[]): string {
  const [next] = rest;
  if (flag.otherwise !== undefined && !/^\d/.test(next ?? "")) {
    return flag.otherwise;
  }
  // A negative number is no flag, and what is wrong with it is said later.
  if (next === undefined || /^-[^\d]/.test(next)) {
    throw new UsageError(
      `Cannot use ${arg} without a value: expected ${arg} ${flag.value}`,
    );
  }
  return rest.shift()!;
}

function addValues(
  { values, fromEnv: namesFromEnv }: ParsedFlags,
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
  if (all.length === 0) return;
  values.set(flag.name, all);
  if (given.length === 0) namesFromEnv.add(flag.name);
}

function isOnInEnv(
  flag: Flag,
  env: { get(name: string): string | undefined },
): boolean {
  if (flag.isCommand) return false;
  const value = env.get(envName(flag)) ?? "";
  if (/^(?:|0|false|no|off)$/i.test(value)) return false;
  if (/^(?:1|true|yes|on)$/i.test(value)) return true;
  throw new UsageError(
    `Cannot use ${envName(flag)}=${value}: expected 1 or 0`,
  );
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
  const defaults = FLAGS.filter(isOnByDefault).map(nameOf)
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
