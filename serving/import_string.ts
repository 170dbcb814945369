import { parseLiterals } from "./_parse_literals.ts";

/** Which module to load an app from, and what to take of it. */
export interface ImportString {
  /** A path, or a URL such as `https://…`, `file:///…`, `npm:…` or `jsr:…`. */
  specifier: string;
  /** The name of an export. Without it the usual names are tried. */
  name?: string;
  /** What to call the export with. Without it a handler is not called. */
  args?: unknown[];
}

/** The colons of schemes, of `host:port` and of drives, which do not end a path. */
const PREFIX_REGEXP =
  /^(?:https?:\/\/[^/]*|file:(?:\/\/[^/]*)?(?:\/[a-z]:(?=\/))?|(?:npm|jsr|node):|[a-z]:(?=[\\/])|\\\\[?.]\\[a-z]:)/i;
const NAME_REGEXP = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/**
 * Parses an import string: `path/to/module.ts[:name[(literal arguments)]]`.
 *
 * The name starts after the first colon that does not belong to a scheme
 * (`npm:`), a port (`https://host:8000/`), or a Windows drive (`C:\`). A path may
 * contain anything but a colon; `file:` URLs take that, too, as `%3A`. Spaces
 * around the parts are ignored.
 *
 * Arguments are literals only, and are never evaluated: strings in either
 * quotes, numbers, `true`, `false`, `null`, `undefined`, arrays and objects, and
 * Python's `True`, `False` and `None`. Keyword arguments as in Python,
 * `createApp("dev", debug=True)`, are collected into one options object at the
 * end, as if written `createApp("dev", { debug: true })`.
 *
 * @param text The import string.
 * @returns Its parts.
 * @throws {SyntaxError} If `text` names no module, the name is not an
 * identifier, or an argument is not a literal.
 *
 * @example Usage
 * ```ts
 * import { parseImportString } from "@x/devserve";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseImportString("app.ts:createApp('dev', debug=true)"), {
 *   specifier: "app.ts",
 *   name: "createApp",
 *   args: ["dev", { debug: true }],
 * });
 * ```
 */
export function parseImportString(text: string): ImportString {
  const [specifier, rest] = splitName(text.trim());
  if (specifier === "" || /^(?:npm|jsr|node|file):\/*$/i.test(specifier)) {
    throw new SyntaxError(
      `Cannot parse the import string "${text}": it names no module, expected "module.ts" or "module.ts:name"`,
    );
  }
  return rest === undefined
    ? { specifier }
    : { specifier, ...parseName(rest, text) };
}

function splitName(text: string): [specifier: string, name?: string] {
  // Such a URL is its own content, and that may hold any number of colons.
  if (/^(?:data|blob):/i.test(text)) return [text];
  const start = PREFIX_REGEXP.exec(text)?.[0].length ?? 0;
  // As in Flask, "://" in the middle, as in a query, is not the end either.
  const colon = text.slice(start).search(/:(?![\\/])/);
  if (colon === -1) return [text];
  const end = start + colon;
  return [text.slice(0, end).trimEnd(), text.slice(end + 1).trim()];
}

function parseName(
  text: string,
  whole: string,
): { name: string; args?: unknown[] } {
  const open = text.indexOf("(");
  const name = (open === -1 ? text : text.slice(0, open)).trimEnd();
  if (!NAME_REGEXP.test(name)) {
    throw new SyntaxError(
      `Cannot parse the import string "${whole}": ${nameProblem(name)}`,
    );
  }
  return open === -1
    ? { name }
    : { name, args: parseLiterals(text.slice(open)) };
}

function nameProblem(name: string): string {
  if (name === "") return "no name follows the colon";
  if (/[.\[\]?]/.test(name)) {
    return `"${name}" reaches into an export, expected the plain name of one`;
  }
  return `"${name}" is not the name of an export`;
}
