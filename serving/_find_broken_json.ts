import { readText, type SourcePlace } from "./_source_excerpt.ts";

const IMPORT_REGEXP =
  /\b(?:from|import)\b\s*\(?\s*["'](\.{0,2}\/[^"']+|file:[^"']+)["']/g;
/** An app of more modules than this has a place worth looking for elsewhere. */
const MAX_MODULES = 1000;

/**
 * Finds the JSON module that failed with this message, among those that the
 * entry module imports, directly or not. Deno's error does not tell which.
 */
export function findBrokenJson(
  entry: string,
  message: string,
): SourcePlace | undefined {
  const seen = new Set([entry]);
  for (const url of seen) {
    const text = readText(url);
    if (text === undefined) continue;
    if (/\.json$/i.test(url)) {
      const place = placeInJson(url, text, message);
      if (place !== undefined) return place;
      continue;
    }
    for (const [, specifier] of text.matchAll(IMPORT_REGEXP)) {
      const imported = URL.parse(specifier!, url)?.href;
      if (imported !== undefined && seen.size < MAX_MODULES) seen.add(imported);
    }
  }
}

function placeInJson(
  url: string,
  text: string,
  message: string,
): SourcePlace | undefined {
  try {
    JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError) || error.message !== message) return;
    const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? [];
    if (line !== undefined) {
      return { url, line: Number(line), column: Number(column) };
    }
    if (!message.startsWith("Unexpected end")) return { url };
    const lines = text.trimEnd().split("\n");
    return { url, line: lines.length, column: lines.at(-1)!.length + 1 };
  }
}
