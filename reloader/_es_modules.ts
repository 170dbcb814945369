import { findUpward } from "./_find_upward.ts";
import { parentOf } from "./_paths.ts";

/** Files of modules in JavaScript, or in what is made to it. */
const CODE_REGEXP = /\.(?:m?[jt]s|[jt]sx)$/;
/** Those that are ES modules whatever package they are in. */
const SURE_REGEXP = /\.m[jt]s$/;

/** Whether a file may be an ES module, as far as its name tells. */
export function mayBeEsModule(path: string): boolean {
  return CODE_REGEXP.test(path);
}

/**
 * Makes the test for files that are ES modules whatever is in them: those of
 * packages whose `package.json` says so. Of those outside of all packages it is
 * not sure, as Deno can be told to look into them (`--unstable-detect-cjs`).
 *
 * Requires `--allow-read`.
 */
export function esModuleTest(): (path: string) => boolean {
  /** Whether all files of a folder are. */
  const known = new Map<string, boolean>();

  return (path) => {
    if (SURE_REGEXP.test(path)) return true;
    const folder = parentOf(path);
    const isOfModules = known.get(folder) ?? holdsModules(folder);
    known.set(folder, isOfModules);
    return isOfModules;
  };
}

/**
 * Whether code may be a CommonJS module: it has no `import` and no `export`, and
 * does not wait at its top level. Runs nothing.
 */
export function mayBeCommonJs(code: string): boolean {
  try {
    // Only at the very beginning this is a comment.
    const body = code.replace(/^#!/, "//");
    new Function("exports", "require", "module", body);
    return true;
  } catch (error) {
    return !(error instanceof SyntaxError);
  }
}

/** Whether the package that a folder belongs to is one of ES modules. */
function holdsModules(folder: string): boolean {
  const path = findUpward(folder, ["package.json"]);
  if (path === undefined) return false;
  try {
    const description: { type?: unknown } | null = JSON.parse(
      Deno.readTextFileSync(path),
    );
    return description?.type === "module";
  } catch {
    return false;
  }
}
