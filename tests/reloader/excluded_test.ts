import { assertEquals } from "@std/assert";
import {
  excludedBy,
  isIgnoredName,
  isInIgnoredFolder,
} from "../../reloader/_excluded.ts";

const root = "/home/me/build";

/** A pattern, what it leaves out, and what it does not. */
const CASES: readonly [string, readonly string[], readonly string[]][] = [
  ["*.log", ["a.log", "x/y/a.log", "d.log/inside"], ["a.logs"]],
  ["build", ["build", "x/build/y"], ["builds", "x/a"]],
  ["build/", ["build/x", "x/build/y"], ["builds"]],
  ["./gen/*.ts", ["gen/a.ts", "gen/a.ts/b"], ["x/gen/a.ts", "gen/x/a.ts"]],
  ["src/gen", ["src/gen", "src/gen/x/y"], ["gen", "x/src/gen"]],
  ["**/gen/**", ["gen/x", "a/gen/x"], ["gen"]],
  ["/home/me/build/x", ["x", "x/y"], ["y", "x.ts"]],
  ["/home/*/build/*.ts", ["a.ts"], ["x/a.ts"]],
  ["/home/**/x.ts", ["x.ts", "y/x.ts"], ["y.ts"]],
  ["/home/me", [], ["x.ts"]],
  ["/home/me/build", [], ["x.ts"]],
  ["../lib", ["../lib/x.ts"], ["lib/x.ts"]],
  ["../*.ts", ["../a.ts"], ["a.ts", "../x/a.ts"]],
  ["*/node_modules/*", ["x/node_modules/y/z"], ["node_modules/y"]],
  ["", [], ["a"]],
  ["/", [], ["a"]],
];

for (const [pattern, excluded, others] of CASES) {
  Deno.test(`excludedBy() applies "${pattern}"`, () => {
    const isExcluded = excludedBy(root, [pattern]);
    const absolute = (path: string) =>
      path.startsWith("../") ? `/home/me/${path.slice(3)}` : `${root}/${path}`;
    for (const path of excluded) {
      assertEquals(isExcluded(absolute(path)), true, path);
    }
    for (const path of others) {
      assertEquals(isExcluded(absolute(path)), false, path);
    }
  });
}

Deno.test("excludedBy() never applies a name to folders above the project", () => {
  const isExcluded = excludedBy(root, ["me", "home", "build"]);
  assertEquals(isExcluded(`${root}/a.ts`), false);
  assertEquals(isExcluded("/home/me/other/a.ts"), false);
  assertEquals(isExcluded("/home/me/other/build/a.ts"), true);
});

Deno.test("excludedBy() takes any of several patterns, and none", () => {
  const isExcluded = excludedBy(root, ["*.log", "tmp"]);
  assertEquals(isExcluded(`${root}/a.log`), true);
  assertEquals(isExcluded(`${root}/tmp/a`), true);
  assertEquals(isExcluded(`${root}/a`), false);
  assertEquals(excludedBy(root, [])(`${root}/a.log`), false);
});

Deno.test("excludedBy() takes a root with brackets as it is", () => {
  const isExcluded = excludedBy("/x/[abc]", ["src/gen"]);
  assertEquals(isExcluded("/x/[abc]/src/gen/a"), true);
  assertEquals(isExcluded("/x/a/src/gen/a"), false);
});

Deno.test("isIgnoredName() knows what editors write", () => {
  const ignored = [".git", "node_modules", "__pycache__", "a.ts~", "~"];
  ignored.push(".a.ts.swp", ".a.ts.swx", ".swp", "4913", "#a.ts#", ".#a.ts");
  ignored.push("a.ts.tmp", ".tmp", "a.ts___jb_tmp___", "a.ts___jb_old___");
  ignored.push(".goutputstream-X1Y2Z3");
  for (const name of ignored) assertEquals(isIgnoredName(name), true, name);
  const others = ["a.ts", ".env", ".gitignore", "git", "a.swp.ts", "49130"];
  others.push("a.tmpl", "a#b", "swp", ".github", "a~b", "tmp");
  for (const name of others) assertEquals(isIgnoredName(name), false, name);
});

Deno.test("isInIgnoredFolder() looks at the names below the project", () => {
  const inside = "/p/node_modules/x";
  assertEquals(isInIgnoredFolder("/p/node_modules/x/a.js", "/p"), true);
  assertEquals(isInIgnoredFolder("/p/a/.git/hook.ts", "/p"), true);
  assertEquals(isInIgnoredFolder("/p/node_modules/x/a.js", inside), false);
  assertEquals(isInIgnoredFolder("/p/node_modules/y/a.js", inside), false);
  assertEquals(isInIgnoredFolder("/node_modules/y/a.js", "/p"), true);
  assertEquals(isInIgnoredFolder("/p/node_modules.ts", "/p"), false);
});
