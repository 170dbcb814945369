/**
 * Flags that are for the first process alone: what watches or inspects it, what
 * is loaded ahead of its main module, and what takes time at each start.
 */
const FIRST_ALONE =
  /^--(?:watch|inspect|preload|import$|import=|require|check|reload|coverage|cpu-prof|hmr)|^-r\b/;

/** Those of them whose value may be a word of its own. */
const WITH_VALUE = /^--(?:preload|import|require)$/;

/** How this process was started. */
export interface OwnFlags {
  /** The flags of Deno that its children get, too. */
  readonly flags: readonly string[];
  /** The main module and its arguments. */
  readonly main: readonly string[];
}

/**
 * The flags of Deno that this process was started with: they hold for the app,
 * too. Linux tells them, to a process that has all permissions.
 *
 * @returns `undefined` where they cannot be known.
 */
export function ownFlags(): OwnFlags | undefined {
  if (Deno.build.os !== "linux") return undefined;
  try {
    const text = Deno.readTextFileSync("/proc/self/cmdline");
    return splitCommand(text.split("\0").slice(1, -1), Deno.args.length);
  } catch {
    // It takes all permissions to read it.
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
    ),
    main: words.slice(at),
  };
}
