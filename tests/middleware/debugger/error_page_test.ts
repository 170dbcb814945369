import {
  assert,
  assertEquals,
  assertFalse,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { errorPage } from "../../../middleware/debugger/page/error_page.ts";
import {
  ODD_REPORT,
  sampleError,
  sampleFrame,
  sampleReport,
  sampleVariable,
} from "./_sample_report.ts";
import { SHOP_REPORT } from "./_shop_report.ts";

const LIVE = {
  nonce: "n0nce",
  console: { url: "http://127.0.0.1:1/key/k3J9", token: "t0ken" },
};

/** The elements of frames, in order: their number and whether they are open. */
function framesOf(page: string): [number, boolean][] {
  return [
    ...page.matchAll(/<details class="frame[^"]*" id="frame-(\d+)"( open)?/g),
  ]
    .map(([, index, open]) => [Number(index), open !== undefined]);
}

Deno.test("errorPage() unfolds the frames of the app and folds libraries", () => {
  const page = errorPage(SHOP_REPORT, { nonce: "n" });
  assertEquals(framesOf(page), [
    [0, true],
    [1, true],
    ...[2, 3, 4, 5, 6, 7, 8].map((index) => [index, false]),
    [9, true],
    [10, true],
    [11, false],
  ] as [number, boolean][]);
  assertStringIncludes(page, "7 frames in libraries");
  assertStringIncludes(page, "1 frame as above");
});

Deno.test("errorPage() unfolds a limited number of frames", () => {
  const frames = Array.from({ length: 60 }, (_, index) =>
    sampleFrame({
      index,
      line: index + 1,
      source: { firstLine: index + 1, lines: ["call();"] },
    }));
  const report = sampleReport({ error: sampleError({ frames }) });
  const open = framesOf(errorPage(report, { nonce: "n" }))
    .filter(([, isOpen]) => isOpen);
  assertEquals(open.length, 8);
});

Deno.test("errorPage() folds calls that repeat themselves", () => {
  const page = errorPage(ODD_REPORT, { nonce: "n" });
  assertStringIncludes(page, "the same call 4 more times");
});

Deno.test("errorPage() marks the failing line and place", () => {
  const page = errorPage(SHOP_REPORT, { nonce: "n" });
  assertMatch(
    page,
    /<span class="line failing" data-line="10"><span class="spoken">failing line: <\/span> {2}return sum \* \(1 - user\.<mark>level<\/mark>\.discount\);/,
  );
});

Deno.test("errorPage() marks within colored code", () => {
  const highlight = (code: string) =>
    code.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(
      "user.level",
      '<span class="shj-syn-kwd">user.level</span>',
    );
  const page = errorPage(SHOP_REPORT, { nonce: "n", highlight });
  assertStringIncludes(
    page,
    '<span class="shj-syn-kwd">user.</span><mark><span class="shj-syn-kwd">level</span></mark>',
  );
});

Deno.test("errorPage() hides secrets in folded elements", () => {
  const page = errorPage(SHOP_REPORT, LIVE);
  const hidden = [...page.matchAll(/<details class="secret">[^]*?<\/details>/g)]
    .map(([html]) => html).join("");
  for (const secret of ["tok_live_51Hx", "session=abc123"]) {
    assertStringIncludes(hidden, secret);
    assertEquals(page.split(secret).length, 2, `${secret} is elsewhere, too`);
  }
  assertFalse(page.includes("s3cr3t"));
});

Deno.test("errorPage() without a token can send no command", () => {
  const url = "http://127.0.0.1:1/key/k3J9";
  const page = errorPage(SHOP_REPORT, { nonce: "n", console: { url } });
  assertFalse(/x-devserve-token|class="console"|data-path/.test(page));
  const [, script] = /<\/script>\s<script[^>]*>([^]*)<\/script>/.exec(page)!;
  assertFalse(/fetch|XMLHttpRequest|WebSocket|EventSource|eval/.test(script!));
  assertStringIncludes(page, `<a href="${url}">Open console</a>`);
  assertStringIncludes(page, `<a href="${url}#frame-0">Open console here</a>`);
});

Deno.test("errorPage() has a console in each live frame with a token only", () => {
  const page = errorPage(SHOP_REPORT, LIVE);
  const frames = [...page.matchAll(/class="console" data-frame="(\d+)"/g)];
  assertEquals(
    frames.map(([, index]) => index),
    ["0", "1", "9", "10", "11"],
  );
  assertFalse(page.includes("Open console"));
});

Deno.test("errorPage() needs no inline style, handler or other origin", () => {
  for (const options of [{ nonce: "n0nce" }, LIVE]) {
    const page = errorPage(SHOP_REPORT, options);
    const markup = page.replace(/(<(script|style)\b[^>]*>)[^]*?<\/\2/g, "$1");
    assertFalse(/\s(?:style|on\w+)=/i.test(markup));
    assertFalse(/\s(?:src|action|formaction|srcset)=/i.test(markup));
    assertFalse(/@import|url\(/.test(page));
    const scripts = page.match(/<(?:script|style)\b[^>]*>/g)!;
    assertEquals(scripts.length, 4);
    assert(scripts.every((tag) => tag.includes('nonce="n0nce"')));
  }
});

Deno.test("errorPage() links to the editor from frames on a disk", () => {
  const page = errorPage(SHOP_REPORT, {
    nonce: "n",
    editor: "vscode://file/{path}:{line}:{column}",
  });
  assertStringIncludes(
    page,
    '<a href="vscode://file/home/ann/shop/shop/cart.ts:10:28">Open in editor</a>',
  );
});

Deno.test("errorPage() says whose cause an error is", () => {
  const page = errorPage(ODD_REPORT, { nonce: "n" });
  const labels = [...page.matchAll(/<span class="label">([^<]*)/g)];
  assertEquals(labels.map(([, label]) => label), [
    "Error 1 of 2",
    "Error 2 of 2",
    "Error 2 of 2, caused by",
  ]);
});

Deno.test("errorPage() has an element for each link within the page", () => {
  for (const report of [SHOP_REPORT, ODD_REPORT]) {
    const page = errorPage(report, LIVE);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    assertEquals(ids.length, new Set(ids).size);
    for (const [, id] of page.matchAll(/href="#([^"]*)"/g)) {
      assert(ids.includes(id), `#${id} is missing`);
    }
  }
});

Deno.test("errorPage() shows an error that has nothing but a title", () => {
  const page = errorPage(sampleReport({}), { nonce: "n" });
  assertStringIncludes(page, "There is no stack.");
  assert(!/next and previous|innermost/.test(page));
});

Deno.test("errorPage() stresses the variables that the failing line names", () => {
  const source = { firstLine: 3, lines: ["fail(user.name, rate)"] };
  const variables = [
    sampleVariable("user", "undefined", "undefined"),
    sampleVariable("name", "string", '"ann"'),
    sampleVariable("rate", "number", "1", { kind: "closure" }),
    sampleVariable("other", "number", "2", { kind: "closure" }),
  ];
  const frames = [sampleFrame({ source, variables })];
  const page = errorPage(
    sampleReport({ error: sampleError({ frames }) }),
    { nonce: "n" },
  );
  const stressed = [...page.matchAll(/ used"[^>]*>([^<]*)/g)];
  assertEquals(stressed.map(([, name]) => name), ["user", "rate"]);
  assertStringIncludes(page, 'Outer scopes <span class="quiet">1</span>');
});

Deno.test("errorPage() folds many variables of outer scopes", () => {
  const outer = (count: number) =>
    Array.from(
      { length: count },
      (_, index) =>
        sampleVariable(`name${index}`, "number", "1", { kind: "closure" }),
    );
  const pageOf = (count: number) =>
    errorPage(
      sampleReport({
        error: sampleError({
          frames: [sampleFrame({ variables: outer(count) })],
        }),
      }),
      { nonce: "n" },
    );
  assertStringIncludes(pageOf(6), '<details class="outer fold" open>');
  assertStringIncludes(pageOf(7), '<details class="outer fold">');
});
