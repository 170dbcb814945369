/** What makes a text a glob. */
const MAGIC_REGEXP = /[*?[{]/;

/** What has a meaning in a regular expression. */
const SPECIAL_REGEXP = /[.*+?^${}()|[\]\\/]/g;

/** Whether `text` has any character that a glob gives a meaning. */
export function isGlob(text: string): boolean {
  return MAGIC_REGEXP.test(text);
}

/**
 * Translates a glob for paths with `/` between their names.
 *
 * `*` stands for anything but `/`, `?` for one character but `/`, `[…]` for one
 * of a set (`[!…]` for one that is not), `{a,b}` for either, and `**` as a whole
 * name for any number of folders, none included. What is not closed stands for
 * itself. Names that begin with a dot are like any other.
 *
 * @param glob The glob.
 * @returns An expression for whole paths.
 */
export function globToRegExp(glob: string): RegExp {
  return new RegExp(`^${translate(glob)}$`, "s");
}

function translate(glob: string): string {
  let result = "";
  let index = 0;
  while (index < glob.length) {
    const [length, expression] = nextPart(glob, index);
    result += expression;
    index += length;
  }
  return result;
}

/** How long the part of the glob at `index` is, and what it translates to. */
function nextPart(glob: string, index: number): [number, string] {
  const rest = glob.slice(index);
  const startsName = index === 0 || glob[index - 1] === "/";
  const folders = startsName ? /^(?:\*\*\/)+/.exec(rest) : null;
  if (folders !== null) return [folders[0].length, "(?:[^/]+/)*"];
  if (startsName && rest === "**") return [2, ".*"];
  const stars = /^\*+/.exec(rest);
  if (stars !== null) return [stars[0].length, "[^/]*"];
  if (rest.startsWith("?")) return [1, "[^/]"];
  const set = /^\[([!^]?)(\]?[^\]/]*)\]/.exec(rest);
  if (set !== null && set[2] !== "") return [set[0].length, setOf(set)];
  const choice = rest.startsWith("{") ? choiceOf(rest) : undefined;
  if (choice !== undefined) return choice;
  return [1, rest.charAt(0).replace(SPECIAL_REGEXP, "\\$&")];
}

/** Translates `[…]`; a range that runs backwards stands for its ends. */
function setOf([, negation, members = ""]: RegExpExecArray): string {
  const escaped = members.replace(
    /(.)-(.)|./gs,
    (single, from?: string, to?: string) =>
      from === undefined || to === undefined
        ? escapeMember(single)
        : escapeMember(from) + (from > to ? "\\-" : "-") + escapeMember(to),
  );
  return `(?!/)[${negation === "" ? "" : "^"}${escaped}]`;
}

function escapeMember(character: string): string {
  return character.replace(/[\\\]^[-]/, "\\$&");
}

/** Translates `{a,b}` with braces in it, if it is closed. */
function choiceOf(rest: string): [number, string] | undefined {
  const options: string[] = [];
  let depth = 0;
  let start = 1;
  for (let index = 0; index < rest.length; index++) {
    const character = rest[index];
    if (character === "{") depth++;
    if (character === "}") depth--;
    if ((character === "," && depth === 1) || depth === 0) {
      options.push(translate(rest.slice(start, index)));
      start = index + 1;
    }
    if (depth === 0) return [index + 1, `(?:${options.join("|")})`];
  }
  return undefined;
}
