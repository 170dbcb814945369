/** A style of text on a terminal. */
export type Style =
  | "none"
  | "bold"
  | "dim"
  | "red"
  | "green"
  | "yellow"
  | "cyan"
  | "magenta";

/** Puts text into a style, or returns it as it is where there are no colors. */
export type Paint = (style: Style, text: string) => string;

/** Select Graphic Rendition codes (ECMA-48 section 8.3.117). */
const CODES: Record<Exclude<Style, "none">, string> = {
  bold: "1",
  dim: "2",
  red: "31",
  green: "32",
  yellow: "33",
  cyan: "36",
  magenta: "35",
};

/**
 * Returns a painter. This little is our own, so that serving a request imports
 * nothing.
 */
export function painter({ color }: { color: boolean }): Paint {
  if (!color) return (_style, text) => text;
  return (style, text) =>
    style === "none" ? text : `\x1b[${CODES[style]}m${text}\x1b[0m`;
}

/** The style of a status code. What went well is left alone. */
export function statusStyle(status: number): Style {
  if (status < 200) return "bold";
  if (status < 300) return "none";
  if (status === 304) return "cyan";
  if (status < 400) return "green";
  if (status === 404) return "yellow";
  if (status < 500) return "red";
  return "magenta";
}
