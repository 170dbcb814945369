import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { consolePage } from "../../../middleware/debugger/page/console_page.ts";
import { errorPage } from "../../../middleware/debugger/page/error_page.ts";
import { errorsPage } from "../../../middleware/debugger/page/errors_page.ts";
import type {
  ErrorReport,
  ReportedVariable,
} from "../../../middleware/debugger/error_report.ts";
import { sampleError, sampleFrame, sampleReport } from "./_sample_report.ts";

const ATTACKS = [
  "<script>hit()</script>",
  "</script><script>hit()</script>",
  "</title></textarea></style></pre><img src=x onerror=hit()>",
  "<!--<script>",
  "--><script>hit()</script>",
  "]]><script>hit()</script>",
  `" onfocus="hit()" autofocus x="`,
  "' onfocus='hit()' autofocus x='",
  "` onfocus=hit() `",
  "javascript:hit()",
  "\u2028hit()\u2029",
  "\\u003cscript>hit()",
  "&lt;script&gt;&#x3c;script>",
  "${hit()} {path} $& $'",
  "__proto__",
  "\0<\0script>\ud800",
];

/** A report with the same text wherever text can be. */
function reportOf(text: string): ErrorReport {
  const variables = (["this", "argument", "local", "closure"] as const)
    .flatMap((kind) =>
      [true, false].map((isSecret) => variableOf(text, kind, isSecret))
    );
  const frame = {
    functionName: text,
    url: `file:///${text}`,
    path: text,
    source: { firstLine: 2, lines: [text, text] },
  };
  // Which variables are stressed must not depend on the text.
  const scope = { source: { firstLine: 9, lines: [text] }, variables };
  const error = {
    title: text,
    details: text,
    properties: [variableOf(text, "property", false)],
    frames: [
      sampleFrame({ ...frame, index: 0 }),
      sampleFrame({ ...frame, ...scope, index: 1 }),
      sampleFrame({ ...frame, ...scope, index: 2, isOwn: false, url: text }),
    ],
  };
  return sampleReport({
    id: text,
    notice: text,
    request: {
      method: text,
      url: text,
      headers: [true, false].map((isSecret) => ({
        name: text,
        value: text,
        isSecret,
      })),
    },
    error: sampleError({
      ...error,
      cause: sampleError(error),
      errors: [sampleError(error)],
    }),
  });
}

function variableOf(
  text: string,
  kind: ReportedVariable["kind"],
  isSecret: boolean,
): ReportedVariable {
  return {
    name: text,
    kind,
    isSecret,
    value: { type: "object", text, isExpandable: true },
  };
}

/** What a browser makes elements and attributes of. */
function structureOf(page: string): string[] {
  // The scripts of the page are the same for all reports.
  const markup = page.replace(
    /(<(script|style)\b[^>]*>)[^]*?<\/\2/g,
    "$1</$2",
  );
  return markup.match(/<[^>]*>?/g)!.map((tag) => tag.replace(/"[^"]*"/g, '""'));
}

function pagesOf(text: string): string[] {
  const report = reportOf(text);
  const options = {
    nonce: "n0nce",
    editor: "vscode://file/{path}:{line}:{column}",
    highlight: (code: string) => code,
  };
  const console = { url: "http://127.0.0.1:1/key/id" };
  const live = { ...console, token: text };
  return [
    errorPage(report, options),
    errorPage(report, { ...options, console }),
    errorPage(report, { ...options, console: live }),
    errorsPage([report], options),
    consolePage({ ...options, console: live }),
  ];
}

for (const attack of ATTACKS) {
  Deno.test(`errorPage() shows ${JSON.stringify(attack)} as text everywhere`, () => {
    const harmless = pagesOf("x".repeat(attack.length)).map(structureOf);
    assertEquals(pagesOf(attack).map(structureOf), harmless);
  });

  Deno.test(`errorPage() keeps ${JSON.stringify(attack)} intact as data`, () => {
    const [, , page] = pagesOf(attack);
    const [, json] = /<script type="application\/json"[^>]*>([^]*?)<\/script>/
      .exec(page!)!;
    const { report, console } = JSON.parse(json!);
    assertEquals([report, console.token], [attack, attack]);
    assertFalse(/[<>\u2028\u2029]/.test(json!));
  });
}

Deno.test("errorPage() takes nothing but colors from a highlighter", () => {
  const report = reportOf("let a = 1");
  const outputs = [
    "<script>hit()</script>",
    '<span class="shj-syn-kwd" onclick="hit()">let</span> a = 1\nlet a = 1',
    '<span class="shj-syn-kwd">let</span> a = 1\nlet a = 1<img src=x>',
    "let b = 1\nlet a = 1",
    "let a = 1\nlet a = 1<!--",
  ];
  for (const output of outputs) {
    const page = errorPage(report, { nonce: "n", highlight: () => output });
    assertEquals(page, errorPage(report, { nonce: "n" }));
  }
});

Deno.test("errorPage() does without a highlighter that throws", () => {
  const report = reportOf("let a = 1");
  const highlight = () => {
    throw new Error("no");
  };
  assertEquals(
    errorPage(report, { nonce: "n", highlight }),
    errorPage(report, { nonce: "n" }),
  );
});

Deno.test("errorPage() escapes the nonce and the addresses it is given", () => {
  const url = '/x"><script>hit()</script>';
  const page = errorPage(sampleReport({}), {
    nonce: '"><script>hit()</script>',
    console: { url },
    errorsUrl: url,
  });
  assertFalse(page.includes("<script>hit"));
});

Deno.test("errorPage() shows characters that reorder text", () => {
  const page = errorPage(reportOf("is\u202eAdmin\x1b[31m"), { nonce: "n" });
  assertFalse(page.includes("\u202e") || page.includes("\x1b"));
  assertStringIncludes(page, "is\\u202eAdmin\\x1b[31m");
});
