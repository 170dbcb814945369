import { assertEquals } from "@std/assert";
import { callPlace } from "../../../middleware/debugger/report/_call_place.ts";
import { fakeFrame } from "./_fake_frame.ts";

/** The place of the call in a function that has these lines. */
function find(lines: string[] | undefined, callee?: string): string {
  const frame = fakeFrame("this", () => {}, {
    start: { line: 1, column: 1 },
    end: { line: lines?.length ?? 9, column: 2 },
  });
  const { line, column } = callPlace(frame, callee, lines);
  return `${line}:${column}`;
}

Deno.test("callPlace() finds the one call of a function", () => {
  const lines = [
    "function f() {",
    "  const querying = myquery(1);",
    "  return db.query (2);",
    "}",
  ];
  assertEquals(find(lines, "query"), "3:13");
  assertEquals(find(["f = ($q$) => $q$(1)"], "$q$"), "1:14");
});

Deno.test("callPlace() finds the one throw without a function", () => {
  const lines = ["function f() {", "  it.throw(1); rethrow();", "  throw 'x';"];
  assertEquals(find(lines), "3:3");
  assertEquals(find([...lines, "  throw 'y';"]), "1:1");
});

Deno.test("callPlace() is the start where the call is not sure", () => {
  const lines = ["function f() {", "  query(1);", "  query(2);", "}"];
  assertEquals(find(lines, "query"), "1:1");
  assertEquals(find(lines, "other"), "1:1");
  assertEquals(find(lines, ""), "1:1");
  assertEquals(find(lines, "a+(b"), "1:1");
  assertEquals(find(undefined, "query"), "1:1");
  // Its own name is no call.
  assertEquals(find(["function f() {", "}"], "f"), "1:1");
});
