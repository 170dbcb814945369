import { assertEquals } from "@std/assert";
import { parseStack } from "../../../middleware/debugger/report/_parse_stack.ts";

/** Reads a line as `function|url:line:column|async`. */
function parse(line: string): string[] {
  return parseStack(line).map((frame) =>
    [
      frame.functionName ?? "",
      `${frame.url}:${frame.line}:${frame.column}`,
      ...frame.isAsync ? ["async"] : [],
    ].join("|")
  );
}

Deno.test("parseStack() reads every frame that Deno writes", () => {
  const cases: [line: string, frame: string | undefined][] = [
    ["    at f (file:///a/b.ts:1:2)", "f|file:///a/b.ts:1:2"],
    ["    at file:///a/b.ts:1:2", "|file:///a/b.ts:1:2"],
    ["    at async f (file:///a.ts:1:2)", "f|file:///a.ts:1:2|async"],
    ["    at async file:///a.ts:1:2", "|file:///a.ts:1:2|async"],
    ["    at new Svc (file:///a.ts:1:2)", "new Svc|file:///a.ts:1:2"],
    ["    at Svc.#hidden (file:///a.ts:1:2)", "Svc.#hidden|file:///a.ts:1:2"],
    [
      "    at Svc.run [as go] (file:///a.ts:1:2)",
      "Svc.run [as go]|file:///a.ts:1:2",
    ],
    ["    at Object.<anonymous> (file:///a.cjs:1:2)", "|file:///a.cjs:1:2"],
    ["    at <anonymous> (file:///a.ts:1:2)", "|file:///a.ts:1:2"],
    ["    at async Promise.all (index 0)", undefined],
    ["    at Array.map (<anonymous>)", undefined],
    ["    at JSON.parse (<anonymous>)", undefined],
    ["    at <anonymous>", undefined],
    ["    at Array.forEach (native)", undefined],
    ["    at ext:core/01_core.js:1:2", "|ext:core/01_core.js:1:2"],
    ["    at op (ext:core/00_infra.js:1:2)", "op|ext:core/00_infra.js:1:2"],
    ["    at node:internal/x.ts:1:2", "|node:internal/x.ts:1:2"],
    [
      "    at f (https://x.test:8000/a.ts:1:2)",
      "f|https://x.test:8000/a.ts:1:2",
    ],
    ["    at f (file:///a.ts?v=1#x:1:2)", "f|file:///a.ts?v=1#x:1:2"],
    ["    at f (file:///a(b)/c.ts:1:2)", "f|file:///a(b)/c.ts:1:2"],
    ["    at file:///a(b)/c.ts:1:2", "|file:///a(b)/c.ts:1:2"],
    ["    at f (file:///a%20(b/c.ts:1:2)", "f|file:///a%20(b/c.ts:1:2"],
    ["    at a (b) (file:///c.ts:1:2)", "a (b)|file:///c.ts:1:2"],
    [
      "    at f (data:text/javascript,throw%201:1:2)",
      "f|data:text/javascript,throw%201:1:2",
    ],
    ["    at f (blob:null/6f1c:1:2)", "f|blob:null/6f1c:1:2"],
    ["    at f (wasm://wasm/0a1b:wasm-function[3]:0x2a)", undefined],
    [
      "    at eval (eval at f (file:///a.ts:3:4), <anonymous>:1:2)",
      "eval|file:///a.ts:3:4",
    ],
    [
      "    at g (eval at h (eval at f (file:///a.ts:3:4), <anonymous>:5:6), <anonymous>:1:2)",
      "g|file:///a.ts:3:4",
    ],
    [
      "    at eval (eval at <anonymous> (file:///a(b).ts:3:4), <anonymous>:1:2)",
      "eval|file:///a(b).ts:3:4",
    ],
    ["    at f (<console>, <anonymous>:1:2)", "f|<console>:1:2"],
    ["    at f (file:///a.ts:1:2)\r", "f|file:///a.ts:1:2"],
    ["    at 名前 (file:///名.ts:1:2)", "名前|file:///名.ts:1:2"],
    ["Error: at f (file:///a.ts:1:2)", undefined],
    ["", undefined],
  ];
  for (const [line, frame] of cases) {
    assertEquals(parse(line), frame === undefined ? [] : [frame], line);
  }
});

Deno.test("parseStack() reads stacks in linear time", () => {
  const hostile = [
    `    at ${" (".repeat(100_000)}`,
    `    at ${"(".repeat(100_000)})`,
    `    at f (eval at ${"(".repeat(3000)})`,
    `    at f (eval at ${"(a) ".repeat(900)}`,
    `    at ${" ".repeat(100_000)}x`,
    "    at f (file:///a.ts:1:2)\n".repeat(100_000),
  ];
  const counts = hostile.map((stack) => parseStack(stack).length);
  assertEquals(counts, [0, 0, 0, 0, 0, 200]);
});

Deno.test("parseStack() reads the stack of this runtime", () => {
  const [frame] = parseStack(new Error("a\nb").stack!);
  assertEquals(frame!.url, import.meta.url);
  assertEquals(frame!.isAsync, false);
});
