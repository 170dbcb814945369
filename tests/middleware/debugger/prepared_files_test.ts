import { assertEquals, assertMatch } from "@std/assert";
import { AppFolder } from "./_hooked_process.ts";

const FAIL = `
interface Value {
  x?: { y: number };
}
console.log("run");
const fail = (value: Value) => value.x!.y;
try {
  fail({});
} catch (error) {
  const [frame] = framesOf(error);
  console.log(frame?.functionName, frame?.start.line, /:(\\d+):\\d+\\)?$/m.exec(error.stack)?.[1]);
}
`;

Deno.test("prepare() runs nothing, and a prepared file is run once with its frames", async () => {
  await using folder = new AppFolder({ "main.ts": FAIL });
  const before = 'console.log("before");';
  assertEquals(
    await folder.runPrepared("main.ts", ["main.ts"], before),
    ["before", "run", "fail 6 6"],
  );
});

Deno.test("prepare() spares the load all but a look at the file", async () => {
  await using folder = new AppFolder({ "main.ts": "console.log(1);" });
  const count = `
    let reads = 0;
    for (const name of ["readTextFileSync", "readFileSync"]) {
      const read = Deno[name];
      Deno[name] = (...args) => { reads++; return read(...args); };
    }
    addEventListener("unload", () => console.log("reads", reads));`;
  assertEquals(
    await folder.runPrepared("main.ts", ["main.ts"], count),
    ["1", "reads 0"],
  );
  assertEquals(
    await folder.runPrepared("main.ts", [], count),
    ["1", "reads 1"],
  );
});

Deno.test("prepare() is of no use to a file that has changed since", async () => {
  const names = ["written", "replaced", "restored", "same"];
  await using folder = new AppFolder({
    ...Object.fromEntries(
      names.map((name) => [`${name}.ts`, `export const ${name} = "old";`]),
    ),
    "main.ts": `for (const name of ${JSON.stringify(names)}) {
      console.log(name, (await import("./" + name + ".ts"))[name]);
    }`,
  });
  const lines = await folder.runPrepared(
    "main.ts",
    names.map((name) => `${name}.ts`),
    `
    const pathOf = (name) => ${
      JSON.stringify(folder.path)
    } + "/" + name + ".ts";
    const write = (path, name) =>
      Deno.writeTextFileSync(path, "export const " + name + ' = "new";');

    write(pathOf("written"), "written");

    // As mv does with an older file.
    write(pathOf("replaced") + ".tmp", "replaced");
    Deno.utimeSync(pathOf("replaced") + ".tmp", 1, 1);
    Deno.renameSync(pathOf("replaced") + ".tmp", pathOf("replaced"));

    const { atime, mtime } = Deno.statSync(pathOf("restored"));
    write(pathOf("restored"), "restored");
    Deno.utimeSync(pathOf("restored"), atime, mtime);
    `,
  );
  assertEquals(lines, [
    "written new",
    "replaced new",
    "restored new",
    "same old",
  ]);
});

Deno.test("prepare() leaves out what it cannot prepare, which is told when it is loaded", async () => {
  await using folder = new AppFolder({
    "broken.ts": "const = 1;",
    "data.json": '{ "broken": ',
    "common.cjs": "console.log('common'); module.exports = 5;",
    "text.txt": "text",
    "node_modules/other/index.js": "console.log('other');",
    "main.ts": `
      import five from "./common.cjs";
      console.log(five);
      await import("./broken.ts").catch((error) => console.log(error.name));
      await import("./data.json", { with: { type: "json" } })
        .catch((error) => console.log(error.name));
    `,
  });
  const lines = await folder.runPrepared("main.ts", [
    "broken.ts",
    "data.json",
    "common.cjs",
    "text.txt",
    "missing.ts",
    "node_modules/other/index.js",
    "main.ts",
  ]);
  assertEquals(lines.slice(0, 2), ["common", "5"]);
  assertMatch(lines[2]!, /Error$/);
  assertMatch(lines[3]!, /Error$/);
});

Deno.test("prepare() ends when the app is loaded", async () => {
  const names = Array.from({ length: 300 }, (_, index) => `m${index}.ts`);
  await using folder = new AppFolder({
    ...Object.fromEntries(
      names.map((name) => [name, `export const f = () => "${name}".length;`]),
    ),
    "main.ts": `
      import { f } from "./m299.ts";
      console.log(f());
    `,
  });
  // Not waited for: the order comes in the middle.
  const paths = names.map((name) => `${folder.path}/${name}`);
  const lines = await folder.runPrepared(
    "main.ts",
    [],
    `const preparing = installed.prepare(${JSON.stringify(paths)});
     preparing.then(() => console.log("over"));`,
  );
  assertEquals(lines.toSorted(), ["7", "over"]);
});
