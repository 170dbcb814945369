import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { loadEnvFiles, readEnvFiles } from "../../serving/_env_file.ts";
import { withFiles } from "./_load_fixtures.ts";

Deno.test("readEnvFiles() reads quotes, comments, export and line breaks", async () => {
  const text = [
    "\ufeff# a comment",
    "A=1",
    "export B = 'two # 2' # a comment",
    'C="a\\nb"',
    'D="first',
    'second"',
    "E=",
    "F=${A}",
    "G=ünï=code\r",
  ].join("\n");
  await withFiles({ ".env": text }, async (folder) => {
    assertEquals(await readEnvFiles([join(folder, ".env")]), {
      A: "1",
      B: "two # 2",
      C: "a\nb",
      D: "first\nsecond",
      E: "",
      F: "${A}",
      G: "ünï=code",
    });
  });
});

Deno.test("readEnvFiles() lets a later file beat an earlier one", async () => {
  await withFiles({ a: "X=1\nY=1", b: "Y=2\nZ=2" }, async (folder) => {
    const paths = ["a", "b"].map((name) => join(folder, name));
    assertEquals(await readEnvFiles(paths), { X: "1", Y: "2", Z: "2" });
  });
});

Deno.test("loadEnvFiles() lets the real environment beat the files", async () => {
  const real = "DEVSERVE_TEST_REAL";
  const added = "DEVSERVE_TEST_ADDED";
  await withFiles(
    { a: `${real}=file\n${added}=a`, b: `${added}=b` },
    async (folder) => {
      // An empty value is a value.
      Deno.env.set(real, "");
      try {
        const paths = ["a", "b"].map((name) => join(folder, name));
        assertEquals(await loadEnvFiles(paths), { [added]: "b" });
        assertEquals(Deno.env.get(real), "");
        assertEquals(Deno.env.get(added), "b");
      } finally {
        Deno.env.delete(real);
        Deno.env.delete(added);
      }
    },
  );
});

Deno.test("loadEnvFiles() sets nothing when a file is missing", async () => {
  await withFiles({ a: "DEVSERVE_TEST_ADDED=a" }, async (folder) => {
    const missing = join(folder, "b");
    const error = await assertRejects(
      () => loadEnvFiles([join(folder, "a"), missing]),
      Deno.errors.NotFound,
    );
    assertEquals(
      error.message,
      `Cannot read the env file "${missing}": file does not exist`,
    );
    assertEquals(Deno.env.has("DEVSERVE_TEST_ADDED"), false);
  });
});

Deno.test("readEnvFiles() throws TypeError when a file is not UTF-8", async () => {
  const bytes = new Uint8Array([0x41, 0x3d, 0xff]);
  await withFiles({ ".env": bytes }, async (folder) => {
    await assertRejects(
      () => readEnvFiles([join(folder, ".env")]),
      TypeError,
      `Cannot read the env file "${
        join(folder, ".env")
      }": it is not valid UTF-8`,
    );
  });
});

Deno.test("readEnvFiles() throws TypeError when a value has a NUL", async () => {
  await withFiles({ ".env": "A=1\nB=a\0b" }, async (folder) => {
    await assertRejects(
      () => readEnvFiles([join(folder, ".env")]),
      TypeError,
      `Cannot set "B" from the env file`,
    );
  });
});

Deno.test("readEnvFiles() takes __proto__ for a name like any other", async () => {
  await withFiles({ ".env": "__proto__=x" }, async (folder) => {
    const variables = await readEnvFiles([join(folder, ".env")]);
    assertEquals(Object.entries(variables), [["__proto__", "x"]]);
    assertEquals(Object.getPrototypeOf(variables), Object.prototype);
  });
});

Deno.test("loadEnvFiles() does nothing without files", async () => {
  assertEquals(await loadEnvFiles([]), {});
});
