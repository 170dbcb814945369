// The cases of Werkzeug's tests for ProfilerMiddleware, and its rules for the
// names of files, with requests to `profiler()` over a socket. Only inputs and
// outcomes are taken over; the extension is that of V8's profiles.
//
// pallets/werkzeug, tests/middleware/test_profiler.py at 4820d8c4 and
// src/werkzeug/middleware/profiler.py at 01569763, BSD-3-Clause, copyright 2007
// Pallets
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  namesIn,
  serveProfiled,
  temporaryFolder,
} from "../middleware/_profiled_server.ts";
import type { ProfiledRequest } from "../../middleware/profiler/profiler.ts";

function fooApp(): Response {
  return new Response("Foo", { headers: { "Content-Type": "text/plain" } });
}

Deno.test("profiler() names files as in test_filename_format_function", async () => {
  await using folder = await temporaryFolder();
  const names: string[] = [];

  function filenameFormat(request: ProfiledRequest): string {
    const now = new Date(request.time * 1000).toISOString();
    const timestamp = `${now.slice(0, 10)}:${now.slice(11, 19)}`;
    const path = request.path.split("/").filter(Boolean).join("_") || "ROOT";
    const elapsed = request.elapsed.toFixed(0);
    const name = `${timestamp}.${request.method}.${path}.${elapsed}ms.prof`;
    names.push(name);
    return name;
  }

  await using server = serveProfiled(fooApp, {
    profileDir: folder.path,
    filenameFormat,
  });
  assertEquals(await (await fetch(`${server.url}/foo/bar`)).text(), "Foo");
  await server.text();
  assertEquals(names.length, 1);
  assertMatch(
    names[0] ?? "",
    /^\d{4}-\d\d-\d\d:\d\d:\d\d:\d\d\.GET\.foo_bar\.\d+ms\.prof$/,
  );
  // A colon begins a stream of an NTFS file, so it is replaced everywhere.
  const expected = `${names[0]?.replaceAll(":", "_")}.cpuprofile`;
  assertEquals(await namesIn(folder.path), [expected]);
});

/** The request, and the beginning of the name by the default format. */
const DEFAULT_NAMES: [string, string, string][] = [
  ["GET", "/", "GET.root."],
  ["GET", "/foo/bar", "GET.foo.bar."],
  ["POST", "/foo/bar/", "POST.foo.bar."],
  ["GET", "//foo//bar//", "GET.foo..bar."],
  ["GET", "/foo%20bar", "GET.foo bar."],
  ["GET", "/foo?query=no", "GET.foo."],
];

for (const [method, target, start] of DEFAULT_NAMES) {
  Deno.test(`profiler() names the file of ${method} ${target} by the default format`, async () => {
    await using folder = await temporaryFolder();
    await using server = serveProfiled(fooApp, { profileDir: folder.path });
    await (await fetch(server.url + target, { method })).text();
    await server.text();
    const [name = ""] = await namesIn(folder.path);
    assertEquals(name.slice(0, start.length), start);
    assertMatch(name.slice(start.length), /^\d+ms\.\d{10}\.cpuprofile$/);
  });
}

Deno.test("profiler() writes the table between two rules, with the path, also beside files", async () => {
  await using folder = await temporaryFolder();
  await using server = serveProfiled(fooApp, { profileDir: folder.path });
  await (await fetch(`${server.url}/foo/bar`)).text();
  const table = await server.text();
  const rule = "-".repeat(80);
  assertEquals(table.split("\n").filter((line) => line === rule).length, 2);
  assertEquals(table.startsWith(`${rule}\n`), true);
  assertEquals(table.endsWith(`${rule}\n\n`), true);
  assertStringIncludes(table, "/foo/bar");
  assertEquals((await namesIn(folder.path)).length, 1);
});
