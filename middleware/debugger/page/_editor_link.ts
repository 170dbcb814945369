import type { SourceOptions } from "./_page_options.ts";

/** Schemes that run what follows instead of opening it. */
const RUNNING_SCHEME_REGEXP = /^(?:javascript|data|vbscript|blob|filesystem):/i;

/** A place in a file. */
interface Place {
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Makes the URL that has an editor show a place.
 *
 * @param place The place.
 * @param options The template, and where the files are for the editor.
 * @returns The URL, if there is a template and the file is on a disk.
 */
export function editorLink(
  place: Place,
  { editor, editorPaths = {} }: SourceOptions,
): string | undefined {
  if (editor === undefined || !isOpening(editor)) return undefined;
  const path = filePath(place.url);
  if (path === undefined) return undefined;
  const mapped = mapPath(path, editorPaths);
  // A path from the root brings its own slash.
  const template = mapped.startsWith("/")
    ? editor.replace("/{path}", "{path}")
    : editor;
  const values: Readonly<Record<string, string>> = {
    path: encodePath(mapped),
    line: String(place.line),
    column: String(place.column),
  };
  return template.replace(
    /\{(path|line|column)\}/g,
    (_, name) => values[name]!,
  );
}

/** Browsers skip white space and control characters in a scheme. */
function isOpening(template: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[\x21-\x7e]*$/i.test(template) &&
    !RUNNING_SCHEME_REGEXP.test(template);
}

function filePath(url: string): string | undefined {
  if (!url.startsWith("file:///")) return undefined;
  try {
    const path = decodeURIComponent(new URL(url).pathname);
    return /^\/[a-z]:\//i.test(path) ? path.slice(1) : path;
  } catch {
    // Not a URL, or one that stands for no path: there is nothing to open.
    return undefined;
  }
}

function mapPath(
  path: string,
  paths: Readonly<Record<string, string>>,
): string {
  for (const [from, to] of Object.entries(paths)) {
    const folder = from.endsWith("/") ? from : `${from}/`;
    if (!path.startsWith(folder)) continue;
    return `${to.replace(/[\\/]$/, "")}/${path.slice(folder.length)}`;
  }
  return path;
}

/** Right in the path as well as in the query of the template. */
function encodePath(path: string): string {
  return encodeURIComponent(path.toWellFormed())
    .replaceAll("%2F", "/")
    .replace(/^([a-z])%3A/i, "$1:");
}
