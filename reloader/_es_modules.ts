import { joinPath, parentOf } from "./_paths.ts";

/** Modules in JavaScript, or in what is made to it. */
const CODE_REGEXP = /\.(?:m?[jt]s|[jt]sx)$/;
/** Those that are ES modules whatever package they are in. */
const SURE_REGEXP = /\.m[jt]s$/;

/**
 * Picks the files that are ES modules for sure: a package whose `package.json`
 * does not say that its files are may have CommonJS modules.
 *
 * Requires `--allow-read`.
 *
 * @param paths The paths of files.
 * @returns Those of ES modules.
 */
export function esModules(paths: readonly string[]): string[] {
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

  return paths.filter((path) =>
    CODE_REGEXP.test(path) &&
    (SURE_REGEXP.test(path) || isOfModules(parentOf(path)))
  );
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
