import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fetchStatus, fetchUntil } from "./_reload.ts";
import { type ServedFolder, serveFolder } from "./_serve_folder.ts";

const encoder = new TextEncoder();
const PARTS = ["a", "b", "c", "d", "e"];

function part(name: string, value = 0): string {
  return `interface Part {
    value: string;
  }
  const part: Part = { value: "${name}${value}" };
  export const ${name}: string = part.value;`;
}

function app(version: number): string {
  const imports = PARTS.map((name) =>
    `import { ${name} } from "./${name}.ts";`
  );
  return `${imports.join(" ")}
    import data from "./data.json" with { type: "json" };
    export const version: number = ${version};
    export default (request: Request) => {
      if (new URL(request.url).pathname === "/fail") throw new Error("no");
      return new Response([version, data, ${PARTS}].join(" "));
    };`;
}

/** Serves an app whose modules have been compiled ahead, in generation 2. */
async function serveCompiled(): Promise<ServedFolder> {
  const served = await serveFolder({
    "deno.json": "{}",
    "app.ts": app(0),
    "data.json": "0",
    ...Object.fromEntries(PARTS.map((name) => [`${name}.ts`, part(name)])),
  });
  await fetchUntil(served.url, "0 0 a0 b0 c0 d0 e0");
  // What was written a moment ago is not compiled ahead.
  await new Promise((resolve) => setTimeout(resolve, 3100));
  await served.save("app.ts", app(1));
  await fetchUntil(served.url, "1 0 a0 b0 c0 d0 e0");
  await compiled();
  return served;
}

/** Long enough for the next process to compile the modules. */
function compiled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 500));
}

Deno.test("devserve shows what is wrong with a module that was compiled ahead, and heals", async () => {
  await using served = await serveCompiled();
  const cases: [name: string, text: string | undefined, told: RegExp][] = [
    ["a", "export const a = ;", /Expression expected/],
    ["b", "export const b = /(/;", /Invalid regular expression/],
    ["c", `import "nowhere"; export const c = 1;`, /nowhere/],
    ["d", `throw new Error("at the top"); export const d = 1;`, /at the top/],
    ["e", "export const other = 1;", /does not provide an export named 'e'/],
  ];
  for (const [name, text, told] of cases) {
    await served.save(`${name}.ts`, text!);
    const page = await fetchStatus(served.url, 500);
    assertMatch(page, told);
    assertStringIncludes(page, `${name}.ts`);
    await served.save(`${name}.ts`, part(name, 0));
    await fetchUntil(served.url, "1 0 a0 b0 c0 d0 e0");
    await compiled();
  }
});

Deno.test("devserve loads CommonJS that Deno is told to detect in each generation", async () => {
  const version = (number: number) =>
    `import common from "./common.js";
     export default () => new Response(common.name + ${number});`;
  await using served = await serveFolder({
    "deno.json": `{ "unstable": ["detect-cjs"] }`,
    "app.ts": version(1),
    "common.js": `module.exports = { name: "common" };`,
  });
  await fetchUntil(served.url, "common1");
  await compiled();
  for (const number of [2, 3]) {
    await served.save("app.ts", version(number));
    await fetchUntil(served.url, `common${number}`);
    await compiled();
  }
});

Deno.test("devserve loads what is added, changed and removed beside compiled modules", async () => {
  await using served = await serveCompiled();
  await served.save("data.json", "1");
  await fetchUntil(served.url, "1 1 a0 b0 c0 d0 e0");
  await compiled();
  await served.save("added.ts", `export const added = "added";`);
  await served.save("a.ts", `export { added as a } from "./added.ts";`);
  await fetchUntil(served.url, "1 1 added b0 c0 d0 e0");
  await served.save("added.ts", `export const added = "again";`);
  await fetchUntil(served.url, "1 1 again b0 c0 d0 e0");
  await compiled();
  await served.save(
    "app.ts",
    app(2).replace("./b.ts", "./a.ts").replace("{ b }", "{ a as b }"),
  );
  await Deno.remove(`${served.path}/b.ts`);
  await fetchUntil(served.url, "2 1 again again c0 d0 e0");
  await compiled();
  await served.save(
    "app.ts",
    `import { join } from "node:path/posix"; import { c } from "./c.ts";
     const { d } = await import("./d.ts");
     export default () => new Response(join(c, d));`,
  );
  await fetchUntil(served.url, "c0/d0");
  await compiled();
  await served.save("c.ts", part("c", 1));
  await fetchUntil(served.url, "c1/d0");
  await served.save("d.ts", part("d", 1));
  await fetchUntil(served.url, "c1/d1");
});

Deno.test("devserve tells the places of errors in modules that were compiled ahead", async () => {
  await using served = await serveCompiled();
  const page = await fetchStatus(`${served.url}fail`, 500);
  const line = 1 + app(1).split("\n").findIndex((text) => text.includes("no"));
  assertMatch(page, new RegExp(`app\\.ts:${line}:\\d+`));
  await served.save(
    "e.ts",
    part("e").replace(
      "export",
      `if (part) throw new Error("e fails");\nexport`,
    ),
  );
  const failed = await fetchStatus(served.url, 500);
  assertStringIncludes(failed, "e fails");
  assertMatch(failed, /e\.ts:5:\d+/);
  const log = await served.child.waitFor(
    /e fails[^]*e\.ts:5:\d+.*\n/,
    "stderr",
  );
  // Nothing of what has compiled it.
  const [, stack = ""] = String(log).split("e fails");
  assertEquals(/compiled_modules|node:module|\.devserve/.test(stack), false);
});

for (const args of [[], ["--exclude", "written.ts"]]) {
  const title = ["devserve", ...args].join(" ");
  Deno.test(`${title} loads what an app writes first, with the same save`, async () => {
    const appOf = (version: number) =>
      `const written = new URL("./written.ts", import.meta.url);
    Deno.writeTextFileSync(written, "export const version = ${version};");
    const { version } = await import("./written.ts");
    export default () => new Response("${version} " + version);`;
    await using served = await serveFolder({
      "deno.json": "{}",
      "app.ts": appOf(1),
    }, args);
    for (const version of [1, 2, 3]) {
      await served.save("app.ts", appOf(version));
      const answers = await fetchUntil(served.url, `${version} ${version}`);
      assertEquals(answers.filter((text) => !/^(\d) \1$/.test(text)), []);
      await compiled();
    }
  });
}

Deno.test("devserve loads files of any name", async () => {
  const names = ["100%.ts", "[id].ts", "a b.ts", "ü^|~.ts", "%41.ts"];
  const parts = (version: number) =>
    Object.fromEntries(
      names.map((name) => [name, `export default ${version};`]),
    );
  const specifiers = names.map((name) => `./${name.replace("%41", "%2541")}`);
  await using served = await serveFolder({
    "deno.json": "{}",
    "app.ts": `${
      specifiers.map((name, index) => `import p${index} from "${name}";`)
        .join("")
    } const late = await import("./100%.ts");
      export default () =>
        new Response([${specifiers.map((_, index) => `p${index}`)}].join("")
          + late.default);`,
    ...parts(1),
  }, ["--exclude", "folder/*"]);
  await fetchUntil(served.url, "111111");
  for (const version of [2, 3]) {
    await compiled();
    for (const [name, text] of Object.entries(parts(version))) {
      await served.save(name, text);
    }
    await fetchUntil(served.url, `${version}`.repeat(6));
  }
});

Deno.test("devserve tells the place in the new text of what is no code", async () => {
  const lines = "  text: string;\n".repeat(30);
  const partOf = (name: string) =>
    `interface Part {\n${lines}}\nexport const name: string = "${name}";`;
  await using served = await serveFolder({
    "deno.json": "{}",
    "app.ts": `import { name } from "./part.ts";
      export default () => new Response(name);`,
    "part.ts": partOf("a"),
  });
  await fetchUntil(served.url, "a");
  await served.save("part.ts", partOf("b"));
  await fetchUntil(served.url, "b");
  await compiled();
  await served.save("part.ts", "export const name = 1;\nconst name = 2;");
  const page = await fetchStatus(served.url, 500);
  assertMatch(page, /part\.ts:2:7/);
});

Deno.test("devserve serves the whole of a file that is written bit by bit", async () => {
  await using served = await serveCompiled();
  for (let version = 2; version < 12; version++) {
    const text = app(version);
    const path = `${served.path}/app.ts`;
    const file = await Deno.open(path, { write: true, truncate: true });
    // Each part is code, of an app that says something else.
    await file.write(encoder.encode(app(0)));
    // As long as a process takes to look at it, or to compile it.
    await new Promise((resolve) => setTimeout(resolve, version % 5));
    await file.seek(0, Deno.SeekMode.Start);
    await file.write(encoder.encode(text));
    await file.truncate(text.length);
    file.close();
    await fetchUntil(served.url, `${version} 0 a0 b0 c0 d0 e0`);
  }
});
