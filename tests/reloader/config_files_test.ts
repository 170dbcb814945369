import { assertEquals } from "@std/assert";
import { configFilesOf, findConfig } from "../../reloader/config_files.ts";

/** Makes a folder with these files, and takes what is relative to it. */
function withFolder(
  content: Record<string, string>,
  run: (folder: string) => void,
): void {
  const folder = Deno.makeTempDirSync();
  try {
    for (const [path, text] of Object.entries(content)) {
      const file = `${folder}/${path}`;
      Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(file, text);
    }
    run(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** The config files of an app, as far as they are in the folder. */
function filesIn(folder: string, app: string): string[] {
  return configFilesOf(`${folder}/${app}`)
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => path.slice(folder.length + 1))
    .sort();
}

Deno.test("configFilesOf() finds what is beside the app", () => {
  const content = {
    "deno.json": "{}",
    "deno.lock": "{}",
    "package.json": "{}",
    ".env": "",
    "tsconfig.json": "{}",
  };
  withFolder(content, (folder) => {
    const expected = [".env", "deno.json", "deno.lock", "package.json"];
    assertEquals(filesIn(folder, "app.ts"), expected);
  });
});

Deno.test("configFilesOf() finds what is above the app, the nearest first", () => {
  const content = {
    "deno.json": "{}",
    "deno.lock": "{}",
    ".env": "",
    "a/deno.jsonc": "{}",
    "a/b/app.ts": "",
  };
  withFolder(content, (folder) => {
    assertEquals(filesIn(folder, "a/b/app.ts"), [".env", "a/deno.jsonc"]);
    assertEquals(filesIn(folder, "x.ts"), [".env", "deno.json", "deno.lock"]);
  });
});

Deno.test("configFilesOf() finds the workspace that a member is in", () => {
  const content = {
    "deno.json": '{ "workspace": ["./a"], "importMap": "map.json" }',
    "deno.lock": "{}",
    "map.json": "{}",
    "a/deno.json": "{}",
    "package.json": '{ "workspaces": ["a"] }',
    "a/package.json": "{}",
  };
  withFolder(content, (folder) => {
    assertEquals(filesIn(folder, "a/b/app.ts"), [
      "a/deno.json",
      "a/package.json",
      "deno.json",
      "deno.lock",
      "map.json",
      "package.json",
    ]);
  });
});

Deno.test("configFilesOf() finds what the other members of a workspace have", () => {
  const content = {
    "deno.json": '{ "workspace": ["./app", "./libs/*", "../out", "!x"] }',
    "app/deno.json": "{}",
    "libs/a/deno.jsonc": "{}",
    "libs/b/package.json": "{}",
    "libs/c/none.json": "{}",
    "libs/deno.json": "{}",
    "other/deno.json": "{}",
  };
  withFolder(content, (folder) => {
    assertEquals(filesIn(folder, "app/app.ts"), [
      "app/deno.json",
      "deno.json",
      "libs/a/deno.jsonc",
      "libs/b/package.json",
    ]);
  });
  const npm = {
    "package.json": '{ "workspaces": { "packages": ["packages/*"] } }',
    "packages/a/package.json": "{}",
    "packages/b/package.json": "{}",
  };
  withFolder(npm, (folder) => {
    assertEquals(filesIn(folder, "packages/a/app.js"), [
      "package.json",
      "packages/a/package.json",
      "packages/b/package.json",
    ]);
  });
});

Deno.test("configFilesOf() finds the files that a config names", () => {
  const named = '{ /* one */ "importMap": "./maps/m.json", "lock": "l.lock", }';
  const content = { "deno.jsonc": named, "deno.lock": "{}" };
  withFolder(content, (folder) => {
    const expected = ["deno.jsonc", "l.lock", "maps/m.json"];
    assertEquals(filesIn(folder, "app.ts"), expected);
  });
  const objects = '{ "importMap": "https://x/m.json", "lock": {"path": "l"} }';
  withFolder({ "deno.json": objects }, (folder) => {
    assertEquals(filesIn(folder, "app.ts"), ["deno.json", "l"]);
  });
  const off = '{ "lock": false }';
  withFolder({ "deno.json": off, "deno.lock": "{}" }, (folder) => {
    assertEquals(filesIn(folder, "app.ts"), ["deno.json"]);
  });
});

Deno.test("configFilesOf() takes a broken config for one that names nothing", () => {
  for (const text of ["{ bad", "", "null", "[1]", '"text"']) {
    withFolder({ "deno.json": text, "deno.lock": "{}" }, (folder) => {
      assertEquals(filesIn(folder, "app.ts"), ["deno.json", "deno.lock"]);
    });
  }
});

Deno.test("configFilesOf() finds nothing where there is nothing", () => {
  withFolder({ "deno.json/x": "" }, (folder) => {
    assertEquals(filesIn(folder, "app.ts"), []);
    assertEquals(filesIn(folder, "not/there/app.ts"), []);
  });
});

Deno.test("findConfig() finds the nearest config, json before jsonc", () => {
  const content = { "deno.json": "{}", "deno.jsonc": "{}", "a/b/c.ts": "" };
  withFolder(content, (folder) => {
    assertEquals(findConfig(`${folder}/a/b`), `${folder}/deno.json`);
    Deno.removeSync(`${folder}/deno.json`);
    assertEquals(findConfig(folder), `${folder}/deno.jsonc`);
  });
});
