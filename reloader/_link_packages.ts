import { isOwn } from "./_packages.ts";

/** Ends the evaluation of what imports it first, before anything else is run. */
const END = "data:text/javascript,throw 0";

/**
 * Loads packages without running them, so that an app which imports them later
 * only has to run them, at the time and in the order that it would anyway: a
 * module of ours imports something that throws, and then the package. All that
 * it imports is fetched, compiled and linked before the first of it is run, which
 * is what throws (ECMA-262 section 16.2.1.5). Devserve itself can be run, as
 * nobody notices.
 *
 * Requires `--allow-read` and `--allow-import`; without them nothing is done.
 *
 * @param specifiers How the packages are imported.
 * @param isOver Whether to load no more of them.
 */
export async function linkPackages(
  specifiers: readonly string[],
  isOver: () => boolean,
): Promise<void> {
  // Deno would ask for a permission on the terminal.
  for (const name of ["read", "import"] as const) {
    const { state } = Deno.permissions.querySync({ name });
    if (state !== "granted") return;
  }
  for (const specifier of specifiers) {
    if (isOver()) return;
    await import(isOwn(specifier) ? specifier : linking(specifier)).catch(
      () => {
        // What throws is ours, or an error that the app is going to get.
      },
    );
  }
}

/** The URL of a module that loads a package, and throws. */
function linking(specifier: string): string {
  const code = `import "${END}";\nimport ${JSON.stringify(specifier)};`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
