import { fileURLToPath } from "node:url";
import { isGranted } from "./_is_granted.ts";
import { withoutQuery } from "./_without_query.ts";

const DATA_REGEXP = /;base64,(\S+)/;

/**
 * Gets a file as it was written: comments may be lost when types are removed.
 *
 * @param url The URL of the file.
 * @param map The line with the source map that Deno has put after it, or `""`.
 * @returns The text; `undefined` where it cannot be had.
 */
export function originalText(url: string, map: string): string | undefined {
  return textInMap(url, map) ?? readText(fileURLToPath(withoutQuery(url)));
}

/** Finds the text in the map, which is quicker than to read the file again. */
function textInMap(url: string, map: string): string | undefined {
  const data = DATA_REGEXP.exec(map)?.[1];
  if (data === undefined) return undefined;
  try {
    const json = new TextDecoder().decode(Uint8Array.fromBase64(data));
    const { sources, sourcesContent } = JSON.parse(json);
    // A map that somebody else has made leads to other files.
    return sources.length === 1 && sources[0] === url
      ? sourcesContent[0]
      : undefined;
  } catch {
    // It is none.
    return undefined;
  }
}

function readText(path: string): string | undefined {
  return isGranted("read", path) ? Deno.readTextFileSync(path) : undefined;
}
