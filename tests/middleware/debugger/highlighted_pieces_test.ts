import { assertEquals } from "@std/assert";
import {
  highlightedPieces,
  languageOf,
} from "../../../middleware/debugger/page/_highlighted_pieces.ts";

Deno.test("highlightedPieces() splits colors at the ends of lines", () => {
  const html = 'a &lt; <span class="shj-syn-cmnt">/* 1\n2 */</span>&#38;';
  assertEquals(highlightedPieces("a < /* 1\n2 */&", () => html, "ts"), [
    [
      { text: "a " },
      { text: "<" },
      { text: " " },
      { text: "/* 1", kind: "cmnt" },
    ],
    [{ text: "2 */", kind: "cmnt" }, { text: "&" }],
  ]);
});

Deno.test("highlightedPieces() reads nested colors", () => {
  const html =
    '<span class="shj-syn-str">`<span class="shj-syn-kwd">$</span>`</span>';
  assertEquals(highlightedPieces("`$`", () => html, "ts"), [[
    { text: "`", kind: "str" },
    { text: "$", kind: "kwd" },
    { text: "`", kind: "str" },
  ]]);
});

Deno.test("languageOf() knows the extensions of sources", () => {
  for (
    const [url, language] of [
      ["file:///a.ts", "ts"],
      ["file:///a.mts?v=1", "ts"],
      ["file:///a.d/b.TSX", "ts"],
      ["file:///a.jsx", "js"],
      ["file:///a.json", "json"],
      ["npm:x", "js"],
    ]
  ) assertEquals(languageOf(url!), language, url);
});
