import { optionalEnv } from "./_optional_env.ts";

const ABSOLUTE = Deno.build.os === "windows" ? /^(?:[a-z]:)?[\\/]/i : /^\//;

/**
 * The directory of the authority and of the certificate that `"adhoc"` keeps:
 * `DEVSERVE_CA_DIR`, or `devserve` in the directory of the user's settings
 * (`XDG_CONFIG_HOME` or `~/.config`; `~/Library/Application Support` on macOS,
 * `%LOCALAPPDATA%` on Windows). It need not exist.
 *
 * Requires `--allow-env` permission for the variable that is used; without
 * permission for the others they count as not set.
 *
 * @returns The path of the directory.
 * @throws {RangeError} If `DEVSERVE_CA_DIR` is not an absolute path.
 * @throws {Deno.errors.NotFound} If the variable of the home directory is not set.
 * @throws {Deno.errors.NotCapable} If it must not be read.
 */
export function caDirectory(): string {
  const chosen = optionalEnv("DEVSERVE_CA_DIR");
  if (chosen === undefined) return `${userConfig()}/devserve`;
  if (ABSOLUTE.test(chosen)) return chosen;
  // Taken from the current folder it would be another one in each project.
  throw new RangeError(
    `Cannot use DEVSERVE_CA_DIR as it must be an absolute path: current value is "${chosen}"`,
  );
}

/** The directory that systems give to the settings of programs. */
function userConfig(): string {
  if (Deno.build.os === "windows") return requiredEnv("LOCALAPPDATA");
  // The specification of base directories has relative ones ignored.
  const base = optionalEnv("XDG_CONFIG_HOME");
  if (base !== undefined && ABSOLUTE.test(base)) return base;
  const home = requiredEnv("HOME");
  return Deno.build.os === "darwin"
    ? `${home}/Library/Application Support`
    : `${home}/.config`;
}

function requiredEnv(variable: string): string {
  let value: string | undefined;
  try {
    value = Deno.env.get(variable);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotCapable)) throw cause;
    throw new Deno.errors.NotCapable(
      `Cannot find the directory of certificates: reading "${variable}" is not allowed (allow it with --allow-env=${variable}, or set DEVSERVE_CA_DIR and allow that)`,
      { cause },
    );
  }
  if (value) return value;
  throw new Deno.errors.NotFound(
    `Cannot find the directory of certificates: neither DEVSERVE_CA_DIR nor ${variable} is set`,
  );
}
