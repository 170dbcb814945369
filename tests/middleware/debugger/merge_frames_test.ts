import { assertEquals } from "@std/assert";
import { mergeFrames } from "../../../middleware/debugger/report/_merge_frames.ts";
import type { LiveFrame } from "../../../middleware/debugger/instrument/live_frames.ts";
import type { StackFrame } from "../../../middleware/debugger/report/_parse_stack.ts";
import { fakeFrame } from "./_fake_frame.ts";

const APP = "file:///app/a.ts";
const LIBRARY = "file:///app/node_modules/x/x.js";

/** A line of a stack, as `name 12:3`. */
function line(text: string, url = APP): StackFrame {
  const [, name, row, column] = /^(.*) (\d+):(\d+)$/.exec(text)!;
  return {
    url,
    line: Number(row),
    column: Number(column),
    isAsync: false,
    ...name !== "" && { functionName: name! },
  };
}

/** A live frame, as `name 1:1-9:2`. */
function live(text: string): LiveFrame {
  const [, name, ...numbers] = /^(.*) (\d+):(\d+)-(\d+):(\d+)$/.exec(text)!;
  const [startLine, startColumn, endLine, endColumn] = numbers.map(Number);
  return fakeFrame("this", () => {}, {
    url: APP,
    functionName: name === "" ? undefined : name,
    start: { line: startLine!, column: startColumn! },
    end: { line: endLine!, column: endColumn! },
  });
}

/** Merges, and says for each frame where it comes from. */
function merge(stack: StackFrame[], frames: LiveFrame[]): string[] {
  return mergeFrames(stack, frames).map(({ stack, live }) => {
    const place = stack ? `${stack.functionName ?? ""} ${stack.line}` : "-";
    return `${place} | ${live ? live.functionName ?? "" : "-"}`;
  });
}

Deno.test("mergeFrames() pairs lines with the functions they are in", () => {
  assertEquals(
    merge(
      [
        line("f 5:3"),
        line("dispatch 1:1", LIBRARY),
        line("Svc.g 15:3"),
        line(" 30:1"),
      ],
      [live("f 1:1-9:2"), live("Svc.g 11:1-19:2")],
    ),
    ["f 5 | f", "dispatch 1 | -", "Svc.g 15 | Svc.g", " 30 | -"],
  );
});

Deno.test("mergeFrames() puts a forgotten caller after the one it called", () => {
  assertEquals(
    merge(
      [line("query 5:3"), line("dispatch 1:1", LIBRARY), line("handler 25:3")],
      [
        live("query 1:1-9:2"),
        live("service 11:1-19:2"),
        live("handler 21:1-29:2"),
      ],
    ),
    [
      "query 5 | query",
      "- | service",
      "dispatch 1 | -",
      "handler 25 | handler",
    ],
  );
});

Deno.test("mergeFrames() tells a callback from the function it is in", () => {
  const outer = live("list 1:1-9:2");
  const inner = live(" 4:20-4:40");
  assertEquals(
    merge([line(" 4:30"), line("list 4:10")], [inner, outer]),
    [" 4 | ", "list 4 | list"],
  );
  // A callback that is not live leaves the outer function to its own line.
  assertEquals(
    merge([line(" 4:30"), line("list 4:10")], [outer]),
    [" 4 | -", "list 4 | list"],
  );
  // Without a line for the outer one, the column decides for the callback.
  assertEquals(merge([line(" 4:30")], [inner, outer]), [" 4 | ", "- | list"]);
});

Deno.test("mergeFrames() pairs the innermost calls of a recursion", () => {
  const frames = Array.from({ length: 6 }, () => live("f 1:1-9:2"));
  const stack = Array.from({ length: 3 }, () => line("f 5:3"));
  assertEquals(merge(stack, frames), [
    "f 5 | f",
    "f 5 | f",
    "f 5 | f",
    "- | f",
    "- | f",
    "- | f",
  ]);
});

Deno.test("mergeFrames() pairs the innermost calls between those of a library", () => {
  const frames = Array.from({ length: 5 }, () => live("f 1:1-9:2"));
  const library = line("walk 1:1", LIBRARY);
  assertEquals(
    merge([library, line("f 5:3"), library, line("f 5:3")], frames),
    [
      "walk 1 | -",
      "f 5 | f",
      "walk 1 | -",
      "f 5 | f",
      "- | f",
      "- | f",
      "- | f",
    ],
  );
});

Deno.test("mergeFrames() knows a file by another query", () => {
  const frame = line("f 5:3", `${APP}?v=2`);
  assertEquals(merge([frame], [live("f 1:1-9:2")]), ["f 5 | f"]);
});

Deno.test("mergeFrames() keeps what has no counterpart", () => {
  assertEquals(merge([], [live("f 1:1-9:2")]), ["- | f"]);
  assertEquals(merge([line("f 5:3")], []), ["f 5 | -"]);
  assertEquals(merge([line("f 50:3")], [live("f 1:1-9:2")]), [
    "- | f",
    "f 50 | -",
  ]);
});
