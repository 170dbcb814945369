import { permissionFlags } from "./child_flags.ts";

/** Flags that must not be given to a child once more. */
const NOT_FOR_CHILDREN = /^--(?:watch|inspect|preload)/;

/**
 * The arguments of Deno that run this program again: its flags, its main module
 * and its own arguments, with `flags` added to the first.
 *
 * On Linux with all permissions they are read from the system; elsewhere the
 * flags are put together from the permissions, as Deno tells no others.
 */
export function ownCommand(flags: readonly string[]): string[] {
  const known = commandLine() ??
    { before: ["run", ...permissionFlags()], after: fromMain() };
  const [subcommand = "run", ...own] = known.before;
  return [
    subcommand,
    ...own.filter((flag) => !NOT_FOR_CHILDREN.test(flag)),
    ...flags,
    ...known.after,
  ];
}

function fromMain(): string[] {
  return [Deno.mainModule, ...Deno.args];
}

/** Splits the real command line at the main module. */
function commandLine(): { before: string[]; after: string[] } | undefined {
  if (Deno.build.os !== "linux") return undefined;
  try {
    const [, ...words] = Deno.readTextFileSync("/proc/self/cmdline")
      .split("\0").slice(0, -1);
    const main = words.length - Deno.args.length - 1;
    // `deno main.ts` is short for `deno run main.ts`.
    const before = main === 0 ? ["run"] : words.slice(0, main);
    if (main < 0 || before[0] !== "run") return undefined;
    return { before, after: words.slice(main) };
  } catch {
    // It takes all permissions to read it.
    return undefined;
  }
}
