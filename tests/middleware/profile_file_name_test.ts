import { assert, assertEquals, assertThrows } from "@std/assert";
import { isSafeSegment } from "../../middleware/_is_safe_segment.ts";
import {
  compileFileName,
  safeFileName,
} from "../../middleware/profiler/_profile_file_name.ts";

const REQUEST = {
  method: "GET",
  url: "http://localhost:8000/api/items",
  path: "/api/items",
  elapsed: 12.5678,
  time: 1700000000.25,
};

function nameOf(method: string, path: string): string {
  return compileFileName(undefined)({ ...REQUEST, method, path });
}

/** What clients and careless functions may come up with. */
const ATTACKS: string[] = [
  "",
  ".",
  "..",
  "../../etc/passwd",
  "/etc/passwd",
  "..\\..\\windows\\win.ini",
  "C:\\windows\\win.ini",
  "C:x",
  "\\\\server\\share\\x",
  "a\0b",
  "a\nb\x1b[2J",
  "a\u202egnp.exe",
  "x::$DATA",
  "CON",
  "con.cpuprofile",
  "NUL.txt",
  "COM¹",
  "LPT9.a.b",
  "  aux .x",
  ".hidden",
  "...",
  ". . .",
  "name. ",
  "GIT~1",
  '<>:"|?*',
  "\ud800",
  "\udc00.x",
  "a".repeat(5000),
  "é".repeat(5000),
  "😀".repeat(5000),
  "../".repeat(5000),
  "..%2f..%2fetc",
];

for (const attack of ATTACKS) {
  const title = Deno.inspect(attack).slice(0, 40);

  Deno.test(`safeFileName() makes one safe segment of ${title}`, () => {
    assertIsSafe(safeFileName(attack));
  });

  Deno.test(`compileFileName() stays in the folder for path and method ${title}`, () => {
    assertIsSafe(nameOf("GET", attack));
    assertIsSafe(nameOf(attack, "/"));
    assertIsSafe(compileFileName(() => attack)(REQUEST));
  });
}

function assertIsSafe(name: string): void {
  assert(isSafeSegment(name, true), name);
  // deno-lint-ignore no-control-regex -- these must not be in it
  assert(!/[\x00-\x1f\x7f-\x9f/\\<>:"|?*~\u202a-\u202e]/.test(name), name);
  assert(name.isWellFormed(), name);
  assert(!name.startsWith("."), name);
  assert(name.endsWith(".cpuprofile"), name);
  assert(new TextEncoder().encode(name).length <= 200, `${name.length}`);
}

Deno.test("safeFileName() writes a file in the folder for each attack", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const names = new Set(ATTACKS.map(safeFileName));
    for (const name of names) await Deno.writeTextFile(`${folder}/${name}`, "");
    const found = await Array.fromAsync(Deno.readDir(folder));
    assertEquals(new Set(found.map(({ name }) => name)), names);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("safeFileName() keeps a harmless name", () => {
  const name = "2026-01-02 äöü (1)_GET-users.cpuprofile";
  assertEquals(safeFileName(name), name);
});

Deno.test("safeFileName() keeps both ends of a long name", () => {
  const name = safeFileName(`GET.${"a".repeat(500)}.5ms.1700000000`);
  assertEquals(name.slice(0, 6), "GET.aa");
  assert(name.endsWith("a.5ms.1700000000.cpuprofile"));
});

Deno.test("compileFileName() has the default of Werkzeug with the extension of V8", () => {
  assertEquals(
    compileFileName(undefined)(REQUEST),
    "GET.api.items.13ms.1700000000.cpuprofile",
  );
});

const FORMATS: [string, string][] = [
  ["{method}-{path}", "GET-api.items"],
  ["{elapsed}_{time}", "12.5678_1700000000.25"],
  ["{elapsed:.2f}", "12.57"],
  ["{elapsed:.0f}ms", "13ms"],
  ["{time:.3f}", "1700000000.250"],
  ["{{{method}}}", "{GET}"],
  ["{method}/{path}", "GET.api.items"],
  ["plain", "plain"],
  ["{method}.cpuprofile", "GET"],
];

for (const [format, expected] of FORMATS) {
  Deno.test(`compileFileName() fills in "${format}"`, () => {
    const name = compileFileName(format)(REQUEST);
    assertEquals(name, `${expected}.cpuprofile`);
  });
}

for (
  const format of ["{", "}", "{nope}", "{}", "{0}", "{method:.0f}", "{time:x}"]
) {
  Deno.test(`compileFileName() throws SyntaxError for "${format}"`, () => {
    assertThrows(
      () => compileFileName(format),
      SyntaxError,
      "Cannot profile as filenameFormat",
    );
  });
}

const PATHS: [string, string][] = [
  ["/", "root"],
  ["", "root"],
  ["//", "root"],
  ["/a/", "a"],
  ["/a/b/c", "a.b.c"],
  ["/a//b", "a..b"],
];

for (const [path, expected] of PATHS) {
  Deno.test(`compileFileName() calls the path "${path}" ${expected}`, () => {
    const name = compileFileName("x-{path}-y")({ ...REQUEST, path });
    assertEquals(name, `x-${expected}-y.cpuprofile`);
  });
}

Deno.test("compileFileName() throws TypeError if a function returns no string", () => {
  const format = (() => 5) as unknown as () => string;
  assertThrows(() => compileFileName(format)(REQUEST), TypeError, "5");
});
