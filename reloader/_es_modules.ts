import { joinPath, parentOf } from "./_paths.ts";

/** Files of modules in JavaScript, or in what is made to it. */
const CODE_REGEXP = /\.(?:m?[jt]s|[jt]sx)$/;
/** Those that are ES modules whatever package they are in. */
const SURE_REGEXP = /\.m[jt]s$/;

/** Whether a file may be an ES module, as far as its name tells. */
export function mayBeEsModule(path: string): boolean {
  return CODE_REGEXP.test(path);
}

/**
 * Makes the test for files that are ES modules whatever is in them: those outside
 * of all packages, and those of packages whose `package.json` says so.
 *
 * Requires `--allow-read`.
 */
export function esModuleTest(): (path: string) => boolean {
  const known = new Map<string, boolean>();

  function isOfModules(folder: string): boolean {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const type = packageType(folder);
    const parent = parentOf(folder);
    const is = type === undefined
      ? parent === folder || isOfModules(parent)
      : type === "module";
    known.set(folder, is);
    return is;
  }

  return (path) => SURE_REGEXP.test(path) || isOfModules(parentOf(path));
}

/**
 * Whether code is no ES module for sure: it has no `import` and no `export`, and
 * does not wait at its top level. Runs nothing.
 */
export function mayBeCommonJs(code: string): boolean {
  try {
    new Function("exports", "require", "module", code);
    return true;
  } catch (error) {
    return !(error instanceof SyntaxError);
  }
}

/** What the package says of a folder's files; `undefined` if there is none. */
function packageType(folder: string): unknown {
  let text: string;
  try {
    text = Deno.readTextFileSync(joinPath(folder, "package.json"));
  } catch {
    return undefined;
  }
  try {
    return (JSON.parse(text) as { type?: unknown } | null)?.type ?? "commonjs";
  } catch {
    return "commonjs";
  }
}
