/**
 * The first version with all that is needed of `registerHooks` of `node:module`.
 * There is none before 2.8, and the hooks of 2.8 see less.
 */
const NEEDED = [2, 9] as const;

/**
 * Checks that Deno can do what the reloader and the debugger are built on.
 *
 * @param version The version of Deno, by default that of this process.
 * @throws {Deno.errors.NotSupported} If it is too old.
 */
export function assertDenoVersion(version: string = Deno.version.deno): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [neededMajor, neededMinor] = NEEDED;
  const isOld = major < neededMajor ||
    (major === neededMajor && minor < neededMinor);
  if (!isOld) return;
  throw new Deno.errors.NotSupported(
    `Cannot reload or debug an app with Deno ${version}: expected Deno ${neededMajor}.${neededMinor} or later, which "deno upgrade" gets`,
  );
}
