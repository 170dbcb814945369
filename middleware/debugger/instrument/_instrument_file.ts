import { findSourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import { isFileOff } from "./_off_comments.ts";
import { originalText } from "./_original_text.ts";
import { sourceHash } from "./_source_hash.ts";
import type { Parser } from "./_syntax_tree.ts";
import type { CachedCode, TransformCache } from "./_transform_cache.ts";
import { withoutQuery } from "./_without_query.ts";
import {
  type DescribedFunction,
  instrument,
  type InstrumentOptions,
  isCode,
} from "./instrument.ts";
import { describeFile } from "./_thrown_errors.ts";

/** What files are instrumented with. */
export interface InstrumentParts {
  /** Parses them. */
  readonly parser: Parser;
  /** Has those that were instrumented before. */
  readonly cache: TransformCache;
  /**
   * Whether the file is an ES module that is compiled by `require`, ahead of its
   * import: Deno has no source map of it, and loads it again if V8 cannot compile
   * what has become of it.
   */
  readonly isAhead?: boolean;
}

/** What Deno has made of a file. */
interface SplitSource {
  /** Its text as JavaScript. */
  readonly text: string;
  /** The line with the source map, or `""`. */
  readonly map: string;
}

/** A file that stays as it is. */
const UNTOUCHED: CachedCode = { code: "", functions: "[]" };

/**
 * Instruments a file that is being loaded, and makes its functions known.
 *
 * @param url Its URL.
 * @param source Its text as JavaScript, with the map that Deno has made.
 * @param isCommonJs Whether it is a CommonJS module.
 * @param parts What to do it with.
 * @returns The code that it becomes, or `""` if it stays as it is.
 */
export function instrumented(
  url: string,
  source: string,
  isCommonJs: boolean,
  { parser, cache, isAhead = false }: InstrumentParts,
): string {
  const split = splitSourceMap(source);
  const { text, map } = split;
  // The map has the comments that are not in the code: they change its length.
  const kind = isCommonJs ? "c" : "";
  const hash = `${kind}${sourceHash(text)}${map.length.toString(36)}`;
  const key = sourceHash(`${url} ${hash}`);
  let made = cache.read(url, hash);
  if (made === undefined) {
    const fresh = made = transform(url, split, { parser, key, isCommonJs });
    const isSound = () =>
      fresh.code === "" || isCode(fresh.code, { parser, isCommonJs });
    // It takes as long as all before, and V8 is about to find out anyway.
    if (!isAhead && !isSound()) made = UNTOUCHED;
    cache.write(url, hash, made, isAhead ? isSound : undefined);
  }
  const { code, functions } = made;
  if (code === "") return "";
  let described: readonly DescribedFunction[] | undefined;
  describeFile(key, {
    url,
    functions: () => described ??= JSON.parse(functions),
    originalOf: originalPosition(url),
  });
  return isAhead ? code + map : code;
}

/** Splits the map off that Deno puts on the last line of what it transpiles. */
function splitSourceMap(source: string): SplitSource {
  const start = source.lastIndexOf("\n//# sourceMappingURL=data:");
  const isLast = start >= 0 && !source.slice(start + 1).trim().includes("\n");
  return isLast
    ? { text: source.slice(0, start + 1), map: source.slice(start + 1) }
    : { text: source, map: "" };
}

function transform(
  url: string,
  { text, map }: SplitSource,
  options: InstrumentOptions,
): CachedCode {
  try {
    if (isFileOff(originalText(url, map) ?? text)) return UNTOUCHED;
    const made = instrument(text, options);
    return made
      ? { code: made.code, functions: JSON.stringify(made.functions) }
      : UNTOUCHED;
  } catch {
    // An app that runs without variables is better than one that does not run.
    return UNTOUCHED;
  }
}

/** Looks places up in the source map that Deno has made, if it has. */
function originalPosition(
  url: string,
): (position: readonly [number, number]) => { line: number; column: number } {
  return ([line, column]) => {
    const map = findSourceMap(fileURLToPath(withoutQuery(url)));
    const entry = map?.findEntry(line - 1, column - 1);
    return entry !== undefined && "originalLine" in entry
      ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
      : { line, column };
  };
}
