import { assert } from "@std/assert";
import { PALETTE } from "../../../middleware/debugger/page/_page_palette.ts";

type Name = keyof typeof PALETTE;

const SYNTAX: readonly Name[] = [
  ...["text", "quiet", "link", "keyword"] as const,
  ...["string", "number", "type"] as const,
];

/** What is written on which grounds. */
const TEXTS: readonly [grounds: readonly Name[], texts: readonly Name[]][] = [
  [["page"], [...SYNTAX, "error"]],
  [["code", "failing"], [...SYNTAX, "error"]],
  // What is marked is colored as the rest of its line.
  [["mark"], SYNTAX],
  // The selected name, and the button of the prompt.
  [["link"], ["page"]],
];

/** WCAG 2.2, "relative luminance". */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

for (const [theme, name] of [[0, "light"], [1, "dark"]] as const) {
  Deno.test(`PALETTE has a contrast of 4.5 for all text in the ${name} theme`, () => {
    for (const [grounds, texts] of TEXTS) {
      for (const ground of grounds) {
        for (const text of texts) {
          const ratio = contrast(PALETTE[ground][theme], PALETTE[text][theme]);
          assert(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`);
        }
      }
    }
  });

  Deno.test(`PALETTE has a contrast of 3 for edges in the ${name} theme`, () => {
    for (const ground of ["page", "code"] as const) {
      for (const line of ["edge", "link"] as const) {
        const ratio = contrast(PALETTE[ground][theme], PALETTE[line][theme]);
        assert(ratio >= 3, `${line} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
  });
}
