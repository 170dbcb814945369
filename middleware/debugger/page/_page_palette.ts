/** A color in the light and in the dark theme. */
export type ThemeColor = readonly [light: string, dark: string];

/**
 * The colors of the pages, by the name of their CSS variable.
 *
 * `page` and `code` are grounds, `failing` and `mark` those of the failing line
 * and place. Text has a contrast of at least 4.5 on each ground that it is used
 * on (WCAG 2.2, 1.4.3), which a test computes.
 */
export const PALETTE = {
  page: ["#ffffff", "#16191d"],
  code: ["#f5f6f7", "#1d2126"],
  failing: ["#fdeceb", "#3b2326"],
  mark: ["#f9cdc9", "#682b2b"],
  text: ["#1c2127", "#e4e7eb"],
  quiet: ["#525b65", "#a6afba"],
  rule: ["#dcdfe3", "#343a42"],
  // Edges of what can be operated need a contrast of 3 (1.4.11).
  edge: ["#858d96", "#737c87"],
  error: ["#b3261e", "#ff9086"],
  link: ["#0b57b0", "#84b9ff"],
  keyword: ["#8427a8", "#d8a8ff"],
  string: ["#12653a", "#93d6a4"],
  number: ["#8f4400", "#f2b47a"],
  type: ["#6f5200", "#e5cb80"],
} as const satisfies Record<string, ThemeColor>;

/**
 * Writes the colors as CSS variables.
 *
 * @returns Declarations for the root element.
 */
export function paletteCss(): string {
  return Object.entries(PALETTE)
    .map(([name, [light, dark]]) => `--${name}:light-dark(${light},${dark});`)
    .join("");
}
