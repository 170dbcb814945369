import { assertEquals } from "@std/assert";
import { graphFiles } from "../../reloader/_graph_info.ts";

/** Makes a folder with these files; removed at the end of the block. */
function makeFolder(
  content: Record<string, string>,
): Disposable & { path: string } {
  const path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "a b%20" }));
  for (const [name, text] of Object.entries(content)) {
    const file = `${path}/${name}`;
    Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(file, text);
  }
  return {
    path,
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}

/** The files of the graph by their paths in the folder. */
async function filesOf(
  folder: string,
  entry: string,
  config?: string,
): Promise<string[]> {
  const files = await graphFiles(
    `${folder}/${entry}`,
    config === undefined ? {} : { config: `${folder}/${config}` },
  );
  assertEquals(files[0], `${folder}/${entry}`);
  return files.map((path) => path.replace(`${folder}/`, "")).sort();
}

Deno.test("graphFiles() finds modules, data and dynamic imports", async () => {
  using folder = makeFolder({
    "app.ts": `import "./a.ts"; import x from "./x.json" with {type: "json"};
      import type { T } from "./t.ts"; await import("./late.ts"); import "node:fs";`,
    "a.ts": `import "./ä b.ts";`,
    "ä b.ts": "",
    "x.json": "{}",
    "t.ts": "export type T = 1;",
    "late.ts": "",
    "other.ts": "",
  });
  const expected = ["a.ts", "app.ts", "late.ts", "t.ts", "x.json", "ä b.ts"];
  assertEquals(await filesOf(folder.path, "app.ts"), expected);
});

Deno.test("graphFiles() finds what is broken and what is missing", async () => {
  using folder = makeFolder({
    "app.ts": `import "./bad.ts"; import "./gone.ts"; import "./gone.json" with
      {type: "json"}; import "./deep/gone.ts"; import "./good.ts";`,
    "bad.ts": "const = ;",
    "good.ts": "",
  });
  assertEquals(await filesOf(folder.path, "app.ts"), [
    "app.ts",
    "bad.ts",
    "deep/gone.ts",
    "gone.json",
    "gone.ts",
    "good.ts",
  ]);
});

Deno.test("graphFiles() finds an entry that is broken or missing", async () => {
  using folder = makeFolder({ "bad.ts": "const = ;" });
  assertEquals(await filesOf(folder.path, "bad.ts"), ["bad.ts"]);
  assertEquals(await filesOf(folder.path, "gone.ts"), ["gone.ts"]);
  assertEquals(await filesOf(folder.path, "no/gone.ts"), ["no/gone.ts"]);
});

Deno.test("graphFiles() leaves out what is not local", async () => {
  using folder = makeFolder({
    "app.ts": `import "npm:left-pad@1"; import "jsr:@std/path@1";
      import "https://example.com/x.ts"; import "./a.ts"; import "bare";`,
    "a.ts": "",
  });
  assertEquals(await filesOf(folder.path, "app.ts"), ["a.ts", "app.ts"]);
});

Deno.test("graphFiles() uses the nearest config or the given one", async () => {
  using folder = makeFolder({
    "deno.json": '{ "imports": { "x": "./one.ts" } }',
    "other.json": '{ "imports": { "x": "./two.ts" } }',
    "src/app.ts": 'import "x";',
    "one.ts": "",
    "two.ts": "",
  });
  const near = await filesOf(folder.path, "src/app.ts");
  assertEquals(near, ["one.ts", "src/app.ts"]);
  const given = await filesOf(folder.path, "src/app.ts", "other.json");
  assertEquals(given, ["src/app.ts", "two.ts"]);
});

Deno.test("graphFiles() finds the entry when the config is broken", async () => {
  using folder = makeFolder({ "deno.json": "{ bad", "app.ts": "" });
  assertEquals(await filesOf(folder.path, "app.ts"), ["app.ts"]);
});

Deno.test("graphFiles() takes a URL, and finds nothing of a remote one", async () => {
  using folder = makeFolder({ "app.ts": 'import "./a.ts";', "a.ts": "" });
  const url = new URL("file:///");
  url.pathname = `${folder.path.replaceAll("%", "%25")}/app.ts`;
  const files = await graphFiles(url.href);
  assertEquals(files, [`${folder.path}/app.ts`, `${folder.path}/a.ts`]);
  assertEquals(await graphFiles("npm:x"), []);
  assertEquals(await graphFiles("https://example.com/x.ts"), []);
});

Deno.test("graphFiles() finds the entry when Deno is gone", async () => {
  using folder = makeFolder({ "app.ts": `import "./part.ts";`, "part.ts": "" });
  const { execPath } = Deno;
  // As after an upgrade.
  Deno.execPath = () => `${folder.path}/deno`;
  try {
    assertEquals(await filesOf(folder.path, "app.ts"), ["app.ts"]);
  } finally {
    Deno.execPath = execPath;
  }
});
