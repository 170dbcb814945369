import { assert, assertEquals } from "@std/assert";
import {
  instrument,
  isCode,
} from "../../../middleware/debugger/instrument/instrument.ts";
import { parser } from "./_instrumented.ts";
import { AppFolder } from "./_hooked_process.ts";

const PACKAGES = {
  "@babel/parser": "7.28.5",
  "acorn": "8.15.0",
  "highlight.js": "11.11.1",
  "lodash-es": "4.17.21",
  "meriyah": "6.1.4",
};

const WORKLOAD = new URL(
  "../../testdata/debugger/corpus_workload.txt",
  import.meta.url,
);

const CODE_REGEXP = /\.[cm]?js$/;

/** Files of JavaScript in a folder, links followed. */
function* codeFiles(folder: string): Generator<string> {
  for (const { name } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    const { isDirectory } = Deno.statSync(path);
    if (isDirectory) yield* codeFiles(path);
    else if (CODE_REGEXP.test(name)) yield path;
  }
}

/** How a file can be parsed, if acorn knows its syntax. */
function sourceTypeOf(text: string): "module" | "commonjs" | undefined {
  return (["module", "commonjs"] as const).find((sourceType) => {
    try {
      parser.parse(text, {
        ecmaVersion: "latest",
        preserveParens: true,
        sourceType,
      });
      return true;
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  });
}

Deno.test("instrument() keeps what packages of npm do", async (t) => {
  await using folder = new AppFolder({
    "workload.mjs": await Deno.readTextFile(WORKLOAD),
  });
  await folder.install(PACKAGES);

  await t.step("transforms files to files of as many lines", () => {
    let count = 0;
    for (const name of Object.keys(PACKAGES)) {
      for (const path of codeFiles(`${folder.path}/node_modules/${name}`)) {
        const text = Deno.readTextFileSync(path);
        // Copies of others in one line.
        if (path.endsWith(".min.js") || path.includes(".umd.")) continue;
        const sourceType = sourceTypeOf(text);
        if (sourceType === undefined) continue;
        const isCommonJs = sourceType === "commonjs";
        const made = instrument(text, { parser, key: "k", isCommonJs });
        if (made === undefined) continue;
        count++;
        assert(isCode(made.code, { parser, isCommonJs }), path);
        const lines = made.code.split("\n").length;
        assertEquals(lines, text.split("\n").length, path);
        assert(made.functions.length > 0, path);
      }
    }
    assert(count >= 300, `${count} files`);
  });

  await t.step("has them print what they print untransformed", async () => {
    const plain = await folder.runPlain("workload.mjs");
    const packages = Object.keys(PACKAGES);
    const changed = await folder.run("workload.mjs", { packages });
    assert(plain.length > 300, plain.join("\n"));
    assertEquals(changed, plain);
    const cached = await Array.fromAsync(
      Deno.readDir(`${folder.path}/.cache`),
    );
    assert(cached.length >= 300, `${cached.length} files`);
  });
});
