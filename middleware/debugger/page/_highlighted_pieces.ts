/** Text of one color. */
export interface Piece {
  /** The text, not escaped. */
  readonly text: string;
  /** What it is, such as `kwd`; absent for plain text. */
  readonly kind?: string;
}

/** A tag, an entity, or text. */
const TOKEN_REGEXP =
  /<span class="shj-syn-([a-z]+)">|(<\/span>)|&(#\d+|#x[\da-f]+|[a-z]+);|([^<&]+)|[^]/gi;

const CHARACTERS: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/**
 * Has code colored, and takes nothing but colors from the result: it is read as
 * text in `span` elements, and if that is not exactly the code, or anything else
 * is in it, the code stays plain.
 *
 * @param code The code.
 * @param highlight Makes HTML of it.
 * @param lang The language.
 * @returns The pieces of each line.
 */
export function highlightedPieces(
  code: string,
  highlight: ((code: string, lang: string) => string) | undefined,
  lang: string,
): Piece[][] {
  const plain = code.split("\n").map((text) => [{ text }]);
  if (highlight === undefined) return plain;
  try {
    const pieces = readPieces(highlight(code, lang));
    if (pieces?.map(({ text }) => text).join("") !== code) return plain;
    return splitLines(pieces);
  } catch {
    // The page has to appear, colored or not.
    return plain;
  }
}

/** Names the language of a file for the highlighter. */
export function languageOf(url: string): string {
  const [, extension = ""] = /\.([a-z]+)(?:[?#]|$)/i.exec(url) ?? [];
  if (/^[cm]?tsx?$/i.test(extension)) return "ts";
  return extension.toLowerCase() === "json" ? "json" : "js";
}

function readPieces(html: string): Piece[] | undefined {
  const pieces: Piece[] = [];
  const kinds: string[] = [];
  for (
    const [token, open, close, entity, text] of html.matchAll(TOKEN_REGEXP)
  ) {
    if (open !== undefined) kinds.push(open);
    else if (close !== undefined) kinds.pop();
    else {
      const kind = kinds.at(-1);
      const read = text ?? (entity ? readEntity(entity) : undefined);
      if (read === undefined) return undefined;
      pieces.push({ text: read, ...kind !== undefined && { kind } });
    }
    if (token === "") return undefined;
  }
  return pieces;
}

function readEntity(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([\da-f]+)|(\d+))$/i.exec(name) ?? [];
  if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
  if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
  return CHARACTERS[name];
}

function splitLines(pieces: readonly Piece[]): Piece[][] {
  const lines: Piece[][] = [[]];
  for (const { text, kind } of pieces) {
    text.split("\n").forEach((part, index) => {
      if (index > 0) lines.push([]);
      if (part === "") return;
      lines.at(-1)!.push({ text: part, ...kind !== undefined && { kind } });
    });
  }
  return lines;
}
