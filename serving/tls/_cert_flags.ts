import { parseArgs } from "@std/cli/parse-args";
import { nearestName } from "../_nearest_name.ts";
import { UsageError } from "../_parse_flags.ts";
import { MAX_DAYS } from "./_issue.ts";
import { LOCAL_NAMES, toCertificateNames } from "./_certificate_names.ts";
import type { TrustStoreKind } from "./trust_store.ts";

/** What was asked for of `devserve cert`. */
export interface CertRequest {
  /** What the certificate is for; with `info` names or files of certificates. */
  readonly names: readonly string[];
  /** What to do; with names, `trust` makes a certificate besides. */
  readonly task: "make" | "trust" | "untrust" | "info" | "help";
  /** The path to write to, without its ending. */
  readonly out: string | undefined;
  /** Whether files that are there are replaced. */
  readonly force: boolean;
  /** Whether to use RSA instead of ECDSA. */
  readonly rsa: boolean;
  /** How many days the certificate is good for. */
  readonly days: number | undefined;
  /** The trust stores meant; all if there is none. */
  readonly stores: readonly TrustStoreKind[];
}

const TASKS = ["trust", "untrust", "info"] as const;
const SWITCHES = ["force", "rsa", ...TASKS, "help"];
const VALUES = ["out", "days", "store"];
const OF_MAKING = ["out", "force", "rsa", "days"];
const STORES: readonly string[] = ["system", "browsers"];

/**
 * Reads the arguments of `devserve cert`.
 *
 * @throws {UsageError} If they cannot be understood, or contradict each other.
 */
export function parseCertFlags(args: readonly string[]): CertRequest {
  guardValues(args);
  const parsed = parseArgs([...args], {
    string: ["_", ...VALUES],
    boolean: SWITCHES,
    collect: VALUES,
    alias: { h: "help" },
    unknown: (arg, key) => {
      if (key !== undefined) throw unknownFlag(arg);
    },
  });
  const given = (name: string): string[] => parsed[name] as string[] ?? [];
  const task = parsed.help ? "help" : taskOf(parsed);
  const names = parsed._.map(String);
  const request: CertRequest = {
    names: task === "make" || task === "trust" ? hostsOf(task, names) : names,
    task,
    out: onlyOne("out", given("out")),
    force: parsed.force === true,
    rsa: parsed.rsa === true,
    days: daysOf(onlyOne("days", given("days"))),
    stores: storesOf(given("store")),
  };
  checkTogether(
    request,
    [...SWITCHES, ...VALUES].filter((name) =>
      VALUES.includes(name) ? given(name).length > 0 : parsed[name] === true
    ),
  );
  return request;
}

/** parseArgs takes a missing value for "", and a flag for a value. */
function guardValues(args: readonly string[]): void {
  args.forEach((arg, index) => {
    if (!VALUES.some((name) => arg === `--${name}`)) return;
    const next = args[index + 1];
    if (next !== undefined && !/^-./.test(next)) return;
    throw new UsageError(
      `Cannot use ${arg} without a value: expected ${arg} VALUE`,
    );
  });
}

function taskOf(parsed: Record<string, unknown>): CertRequest["task"] {
  const tasks = TASKS.filter((task) => parsed[task] === true);
  if (tasks.length > 1) {
    throw new UsageError(
      `Cannot use ${
        tasks.map((task) => `--${task}`).join(" and ")
      } together: expected one of them`,
    );
  }
  return tasks[0] ?? "make";
}

function hostsOf(task: "make" | "trust", names: string[]): readonly string[] {
  if (names.length === 0) return task === "make" ? LOCAL_NAMES : [];
  try {
    return toCertificateNames(names);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new UsageError(cause.message, { cause });
  }
}

function onlyOne(name: string, values: string[]): string | undefined {
  if (values.length <= 1) return values[0];
  throw new UsageError(
    `Cannot use --${name} more than once: got ${values.join(", ")}`,
  );
}

function daysOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const days = /^\d+$/.test(value) ? Number(value) : 0;
  if (days >= 1 && days <= MAX_DAYS) return days;
  throw new UsageError(
    `Cannot use --days ${value}: expected a number from 1 to ${MAX_DAYS}`,
  );
}

function storesOf(values: string[]): TrustStoreKind[] {
  const wrong = values.find((value) => !STORES.includes(value));
  if (wrong === undefined) return values as TrustStoreKind[];
  throw new UsageError(
    `Cannot use --store ${wrong}: expected ${STORES.join(" or ")}`,
  );
}

function checkTogether(
  { task, names }: CertRequest,
  given: readonly string[],
): void {
  const makes = task === "make" || (task === "trust" && names.length > 0);
  const useless =
    given.find((name) =>
      makes ? name === "store" && task === "make" : OF_MAKING.includes(name)
    ) ?? (task === "info" && given.includes("store") ? "store" : undefined);
  if (task === "help") return;
  if (useless !== undefined) {
    throw new UsageError(
      useless === "store"
        ? "Cannot use --store alone: expected --trust or --untrust with it"
        : `Cannot use --${useless} with --${task}: no certificate is made`,
    );
  }
  if (task === "untrust" && names.length > 0) {
    throw new UsageError(
      `Cannot use "${
        names[0]
      }" with --untrust: it is the authority that is trusted, not a name`,
    );
  }
}

function unknownFlag(arg: string): UsageError {
  const flag = arg.replace(/=.*$/s, "");
  const nearest = flag.startsWith("--")
    ? nearestName(flag.slice(2), [...SWITCHES, ...VALUES])
    : undefined;
  const hint = nearest === undefined
    ? "for what there is, see --help"
    : `did you mean --${nearest}? See --help`;
  return new UsageError(`Cannot use unknown option "${flag}": ${hint}`);
}
