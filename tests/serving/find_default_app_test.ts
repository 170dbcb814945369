import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { findDefaultApp } from "../../serving/_find_default_app.ts";
import { withFiles } from "./_load_fixtures.ts";

Deno.test("findDefaultApp() finds the first by name, then by extension", async () => {
  const inOrder = [
    "app.ts",
    "app.mjs",
    "main.tsx",
    "main.js",
    "server.ts",
    "mod.ts",
    "index.ts",
  ];
  const files = Object.fromEntries(inOrder.map((name) => [name, ""]));
  await withFiles({ ...files, "a.ts": "", "APP.ts": "" }, async (folder) => {
    for (const name of inOrder) {
      assertEquals(await findDefaultApp(folder), name);
      await Deno.remove(join(folder, name));
    }
  });
});

Deno.test("findDefaultApp() passes over a folder of such a name", async () => {
  await withFiles({ "app.ts/x": "", "main.ts": "" }, async (folder) => {
    assertEquals(await findDefaultApp(folder), "main.ts");
  });
});

// Making a link takes a privilege on Windows.
const ignore = Deno.build.os === "windows";

Deno.test("findDefaultApp() takes a symbolic link", { ignore }, async () => {
  await withFiles({ "other.ts": "", "main.ts": "" }, async (folder) => {
    await Deno.symlink("other.ts", join(folder, "app.ts"), { type: "file" });
    assertEquals(await findDefaultApp(folder), "app.ts");
  });
});

Deno.test("findDefaultApp() throws NotFound when there is none", async () => {
  await withFiles({ "README.md": "" }, async (folder) => {
    await assertRejects(
      () => findDefaultApp(folder),
      Deno.errors.NotFound,
      `Cannot find an app in the folder "${folder}": none of app, main, server, mod, index with .ts, .tsx, .js, .mjs is in it`,
    );
    await assertRejects(
      () => findDefaultApp(join(folder, "none")),
      Deno.errors.NotFound,
    );
  });
});
