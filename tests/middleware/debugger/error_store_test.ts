import { assertEquals } from "@std/assert";
import type { ErrorReport } from "../../../middleware/debugger/error_report.ts";
import { ErrorStore } from "../../../middleware/debugger/error_store.ts";

function entry(id: string): { report: ErrorReport } {
  const error = { title: id, properties: [], frames: [], errors: [] };
  return { report: { id, time: 0, kind: "request", error } };
}

Deno.test("ErrorStore.list() returns the newest first", () => {
  const store = new ErrorStore();
  ["a", "b", "c"].forEach((id) => store.add(entry(id)));
  assertEquals(store.list().map(({ report }) => report.id), ["c", "b", "a"]);
});

Deno.test("ErrorStore.add() drops the oldest of more than twenty", () => {
  const store = new ErrorStore();
  for (let i = 0; i < 25; i++) store.add(entry(`${i}`));
  assertEquals(store.list().length, 20);
  assertEquals(store.get("4"), undefined);
  assertEquals(store.get("5")?.report.id, "5");
  assertEquals(store.list()[0]?.report.id, "24");
});

Deno.test("ErrorStore.get() knows no names but ids", () => {
  const store = new ErrorStore();
  for (const id of ["__proto__", "constructor", "size", ""]) {
    assertEquals(store.get(id), undefined);
  }
});

Deno.test("ErrorStore.clear() drops all", () => {
  const store = new ErrorStore();
  store.add(entry("a"));
  store.clear();
  assertEquals(store.list(), []);
});
