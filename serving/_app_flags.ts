import { permissionFlags } from "../reloader/child_flags.ts";
import { ownFlags } from "../reloader/own_flags.ts";

const CONFIG_REGEXP = /^(?:-c|--config)(?:=(.*))?$/s;

/**
 * The flags of Deno for a process that runs the app: those that this one was
 * started with, such as `--unstable-kv`, and what devserve needs.
 *
 * @param config The config file of the app, unless the user has named one.
 * @param options Additional options.
 * @param options.isNpm Whether the app has a `package.json` alone, which Deno is
 * to find by itself: there is no flag for it.
 */
export function appFlags(
  config: string | undefined,
  { isNpm = false }: { isNpm?: boolean } = {},
): string[] {
  const flags = ownFlags()?.flags ?? permissionFlags();
  const isNamed = namedConfig(flags) !== undefined;
  return [
    ...flags,
    // For `reusePort`; Deno takes a flag once.
    ...flags.includes("--unstable-net") ? [] : ["--unstable-net"],
    ...isNamed || isNpm || flags.includes("--no-config")
      ? []
      : config === undefined
      ? ["--no-config"]
      : ["--config", config],
  ];
}

/** The config file that the user has named for this process. */
export function namedConfig(
  flags: readonly string[] = ownFlags()?.flags ?? [],
): string | undefined {
  const at = flags.findIndex((flag) => CONFIG_REGEXP.test(flag));
  return at < 0 ? undefined : CONFIG_REGEXP.exec(flags[at]!)?.[1] ??
    flags[at + 1];
}
