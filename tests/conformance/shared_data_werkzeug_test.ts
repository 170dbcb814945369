// The cases of Werkzeug's tests for SharedDataMiddleware and `safe_join`, sent
// to `sharedData()` over a socket. Only inputs and outcomes are taken over.
//
// pallets/werkzeug, tests/middleware/test_shared_data.py and
// tests/test_security.py at 1b00618e, BSD-3-Clause, copyright 2007 Pallets
import {
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { toFileUrl } from "@std/path/to-file-url";
import type { SharedDataTarget } from "../../middleware/shared_data/shared_data.ts";
import { shareTree } from "../middleware/_shared_tree.ts";

const ignore = Deno.build.os === "windows";

Deno.test("sharedData() serves the files of test_shared_data_middleware", async () => {
  await using tree = await shareTree({
    "res/test.txt": "FOUND",
    "dir/äöü": "FOUND",
    "pkg/mod.js": "",
    "pkg/shared/debugger.js": "docReady(() => {});",
  }, null);
  const { root } = tree;
  const module = toFileUrl(`${root}/pkg/mod.js`).href;
  const pairs: [string, SharedDataTarget][] = [
    ["/", `${root}/res`],
    ["/sources", `${root}/res`],
    // A package and a path in it.
    ["/pkg", [module, "shared"]],
    ["/foo", `${root}/dir`],
  ];
  // A list, as a server of its own next to the one for a mapping.
  await using list = await shareTree({}, null);
  list.serve({}, pairs);
  tree.serve({}, Object.fromEntries(pairs));
  for (const server of [tree, list]) {
    for (const path of ["/test.txt", "/sources/test.txt", "/foo/äöü"]) {
      const { status, headers, body } = await server.request(path);
      assertEquals([status, body], [200, "FOUND"], path);
      if (!path.endsWith(".txt")) continue;
      assertEquals(
        headers.get("content-type")?.toLowerCase(),
        "text/plain; charset=utf-8",
      );
    }
    assertStringIncludes(
      (await server.request("/pkg/debugger.js")).body,
      "docReady(() =>",
    );
    for (const path of ["/missing", "/pkg", "/pkg/", "/pkg/missing.txt"]) {
      const { status, body } = await server.request(path);
      assertEquals([status, body], [404, "app"], path);
    }
  }
});

// Why an outcome is not theirs.
const EVERY_SYSTEM = "refused on every system, not on Windows alone";
const NO_ALT_SEPARATOR = "there is no other separator to be configured";

/**
 * The untrusted part of `safe_join`, whether it is joined (on POSIX systems),
 * and whether `sharedData()` serves such a file, with the reason if it does not.
 */
type JoinCase = [
  path: string,
  theirs: boolean,
  ours?: boolean,
  reason?: string,
];

const JOIN_CASES: JoinCase[] = [
  ["b/c", true],
  ["../b/c", false],
  ["b\\c", true, false, EVERY_SYSTEM],
  ["//b/c", false],
  ["bar/baz*", false, true, NO_ALT_SEPARATOR],
  ["c:test.txt", true, false, EVERY_SYSTEM],
  ["CON", true, false, EVERY_SYSTEM],
  // Only their answer on Windows is tested: not joined. On POSIX they are.
  ["CON.txt", true, false, EVERY_SYSTEM],
  ["CON.txt.html", true, false, EVERY_SYSTEM],
  ["CON  ", true, false, EVERY_SYSTEM],
  ["CON . txt", true, false, EVERY_SYSTEM],
  ["b/CON", true, false, EVERY_SYSTEM],
];

Deno.test(
  "sharedData() joins the paths of test_safe_join",
  { ignore },
  async () => {
    for (const [path, theirs, ours, reason] of JOIN_CASES) {
      await using tree = await shareTree({ [path]: "found" });
      for (const target of [encodeURI(path), path.replaceAll(" ", "%20")]) {
        const { status, body } = await tree.request(`/static/${target}`);
        assertEquals(status === 200, ours ?? theirs, path);
        assertEquals(body, status === 200 ? "found" : "app", path);
      }
      assertNotEquals(ours, theirs, path);
      assertEquals(reason === undefined, ours === undefined, path);
    }
  },
);
