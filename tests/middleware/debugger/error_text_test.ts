import {
  assert,
  assertEquals,
  assertFalse,
  assertStringIncludes,
} from "@std/assert";
import {
  errorJson,
  errorMarkdown,
  errorText,
} from "../../../middleware/debugger/page/error_text.ts";
import {
  ODD_REPORT,
  sampleError,
  sampleFrame,
  sampleReport,
} from "./_sample_report.ts";
import { SHOP_REPORT } from "./_shop_report.ts";

const [HEAD, TAIL] = [
  `TypeError: Cannot read properties of undefined (reading 'level')
POST /checkout?step=2&token=*** · `,
  `

  shop/cart.ts:10:28
     5 | #items: Item[] = [];
     6 |
     7 | total(user: User | undefined): number {
     8 |   const sum = this.#items.reduce((all, item) => all + item.price, 0);
     9 |   // Members get what their level promises.
  > 10 |   return sum * (1 - user.level.discount);
       |                          ^^^^^
    11 | }
    12 |
    13 | add(item: Item): void {
    14 |   this.#items.push(item);
    15 | }

  at Cart.total (shop/cart.ts:10:28)
  at async checkout (shop/checkout.ts:14:22)
     … 7 frames in libraries
  at async app.ts:21:10

Caused by: Error: no row
  select * from users
  where id = 42
  at query (shop/db.ts:6:11)
     … 1 frame as above
`,
];

Deno.test("errorText() writes an error for a terminal", () => {
  const text = errorText(SHOP_REPORT);
  assert(text.startsWith(HEAD!), text);
  const time = text.slice(HEAD!.length, -TAIL!.length);
  assertEquals(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(time), true);
  assertEquals(text.slice(-TAIL!.length), TAIL);
});

Deno.test("errorText() writes members with their causes below them", () => {
  const [, text] = errorText(ODD_REPORT).split("devserve.\n");
  assertEquals(
    text,
    `
  at Object.runMicrotasks (ext:core/01_core.js:3:9)

Error 1 of 2: RangeError: Maximum call stack size exceeded
  at descendIntoEachDirectoryBelow (app.ts:3:9)
  at descendIntoEachDirectoryBelow (app.ts:3:9)
     … the same 4 more times

Error 2 of 2: a thrown string

  Caused by: Error: root
    at app.ts:3:9
`,
  );
});

Deno.test("errorText() keeps excerpts of long lines to 80 columns", () => {
  const line = `${"a".repeat(500)}.failing(${"b".repeat(500)})`;
  const frame = sampleFrame({
    line: 1000,
    column: 502,
    source: { firstLine: 1000, lines: [line, line] },
  });
  const report = sampleReport({ error: sampleError({ frames: [frame] }) });
  const lines = errorText(report).split("\n");
  assert(lines.every(({ length }) => length <= 80), lines.join("\n"));
  const index = lines.findIndex((one) => one.includes("> 1000 |"));
  const column = lines[index + 1]!.indexOf("^^^^^^^");
  assertEquals(lines[index]!.slice(column, column + 7), "failing");
});

Deno.test("errorText() lets nothing act on the terminal", () => {
  const attack = "\x1b]0;hit\x07\x1b[2J\x9b31m\r\u202e";
  const frame = sampleFrame({
    path: attack,
    functionName: attack,
    source: { firstLine: 3, lines: [attack] },
  });
  const text = errorText(sampleReport({
    notice: attack,
    request: { method: attack, url: attack, headers: [] },
    error: sampleError({
      title: attack,
      details: attack,
      frames: [frame],
      cause: sampleError({ title: attack }),
    }),
  }));
  // deno-lint-ignore no-control-regex -- control characters are what is meant
  assertFalse(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(text));
  assertStringIncludes(text, "\\x1b]0;hit\\x07");
});

Deno.test("errorText() and errorMarkdown() and errorJson() tell no secrets", () => {
  const all = errorText(SHOP_REPORT) + errorMarkdown(SHOP_REPORT) +
    JSON.stringify(errorJson(SHOP_REPORT));
  for (const secret of ["tok_live_51Hx", "abc123", "s3cr3t", "84.5"]) {
    assertFalse(all.includes(secret), secret);
  }
});

Deno.test("errorMarkdown() lists the whole stack", () => {
  const text = errorMarkdown(SHOP_REPORT);
  assertStringIncludes(text, "```ts\n   5 | #items");
  assertEquals(text.match(/^at async dispatch/gm)?.length, 6);
  assertStringIncludes(text, "**Caused by:** `Error: no row`");
});

/** What a reader of CommonMark takes for something else than code. */
function outsideOfCode(markdown: string): string {
  let fence = "";
  const outside = markdown.split("\n").filter((line) => {
    const [ticks = ""] = /^`{3,}(?=[^`]*$)/.exec(line) ?? [];
    if (fence === "") {
      fence = ticks;
      return ticks === "";
    }
    if (line.trim() === ticks && ticks.length >= fence.length) fence = "";
    return false;
  });
  return outside.join("\n").replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, "");
}

Deno.test("errorMarkdown() keeps what comes from elsewhere in code", () => {
  const attack =
    "```\n@ann #1 <img src=x> ` ![](x) `` [x](y)\n````\n@bob\n~~~\n@cy";
  const frame = sampleFrame({
    functionName: attack,
    path: attack,
    source: { firstLine: 3, lines: attack.split("\n") },
  });
  const text = errorMarkdown(sampleReport({
    request: { method: "`", url: `http://x/${attack}`, headers: [] },
    error: sampleError({ title: attack, details: attack, frames: [frame] }),
  }));
  assertEquals(outsideOfCode(text).replace(/[*\s]/g, ""), "");
  assertEquals(outsideOfCode(`a\n\`\`\`\nb\n\`\`\`\nc \`d\` e`), "a\nc  e");
});

Deno.test("errorJson() has the frames without sources and variables", () => {
  const { error, request } = errorJson(SHOP_REPORT);
  assertEquals(request, { method: "POST", path: "/checkout?step=2&token=***" });
  assertEquals(error.frames[0], {
    functionName: "Cart.total",
    url: "file:///home/ann/shop/shop/cart.ts",
    path: "shop/cart.ts",
    line: 10,
    column: 28,
    isOwn: true,
    isAsync: false,
  });
  assertEquals(error.cause?.title, "Error: no row");
  assertEquals("errors" in error, false);
});
