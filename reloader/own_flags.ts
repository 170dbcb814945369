/**
 * Flags that are for the first process alone: what watches or inspects it, what
 * is loaded ahead of its main module, and what takes time at each start.
 */
const FIRST_ALONE =
  /^--(?:watch|inspect|preload|import$|import=|require|check|reload|coverage|cpu-prof|hmr)|^-r\b/;

/** Short flags in one word, of which `r` is for the first process alone. */
const SHORT_REGEXP = /^-[AqRWNEIS]*r(?:[AqRWNEIS]*|=.*)$/s;

/** Those of them whose value may be a word of its own. */
const WITH_VALUE = /^--(?:preload|import|require)$/;

/** How this process was started. */
export interface OwnFlags {
  /** The flags of Deno that its children get, too. */
  readonly flags: readonly string[];
  /** The main module and its arguments. */
  readonly main: readonly string[];
}

let known: OwnFlags | null | undefined;

/**
 * The flags of Deno that this process was started with: they hold for the app,
 * too. Linux tells them.
 *
 * Requires `--allow-all` or `--allow-run` permission; asks for none.
 *
 * @returns `undefined` where they cannot be known.
 */
export function ownFlags(): OwnFlags | undefined {
  known ??= findOwnFlags() ?? null;
  return known ?? undefined;
}

function findOwnFlags(): OwnFlags | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const words = commandLine()?.split("\0").slice(1, -1);
  return words && splitCommand(words, Deno.args.length);
}

function commandLine(): string | undefined {
  try {
    return Deno.readTextFileSync("/proc/self/cmdline");
  } catch {
    // It takes all permissions to read it, but only one to have it read.
    const permission = { name: "run", command: "cat" } as const;
    const { state } = Deno.permissions.querySync(permission);
    return state === "granted" ? readByCommand() : undefined;
  }
}

function readByCommand(): string | undefined {
  try {
    const { success, stdout } = new Deno.Command("cat", {
      args: [`/proc/${Deno.pid}/cmdline`],
      stdin: "null",
      stderr: "null",
    }).outputSync();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Splits the words after `deno` at the main module.
 *
 * @param words The words.
 * @param count How many of them are arguments of the main module.
 */
export function splitCommand(
  words: readonly string[],
  count: number,
): OwnFlags | undefined {
  const at = words.length - count - 1;
  if (at < 0) return undefined;
  const [first = "-", ...others] = words.slice(0, at);
  // `deno -A main.ts` is short for `deno run -A main.ts`.
  const isShort = first.startsWith("-");
  if (!isShort && first !== "run") return undefined;
  const before = isShort ? words.slice(0, at) : others;
  return {
    flags: before.filter((flag, index) =>
      !FIRST_ALONE.test(flag) && !WITH_VALUE.test(before[index - 1] ?? "")
    ).map((flag) =>
      SHORT_REGEXP.test(flag) ? flag.replace(/r(?:=.*)?/s, "") : flag
    ),
    main: words.slice(at),
  };
}
