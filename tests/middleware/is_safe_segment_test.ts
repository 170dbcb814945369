import { assertEquals } from "@std/assert";
import { isSafeSegment } from "../../middleware/_is_safe_segment.ts";

// What requests cannot show on the system that the tests run on; the rules for
// all systems are tested through `sharedData()`.
Deno.test("isSafeSegment() refuses more names on Windows", () => {
  const names = [
    "GIT~1",
    "PROGRA~2.TXT",
    "a<b",
    "a>b",
    'a"b',
    "a|b",
    "a?",
    "*",
  ];
  for (const name of names) {
    assertEquals(isSafeSegment(name, true), false, name);
    assertEquals(isSafeSegment(name, false), true, name);
  }
  for (const name of ["a~b", "~", "a.txt", ".env", "ü €"]) {
    assertEquals(isSafeSegment(name, true), true, name);
  }
});
