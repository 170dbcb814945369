import { assertEquals, assertThrows } from "@std/assert";
import { parseImportString } from "../../serving/import_string.ts";

Deno.test("parseImportString() takes a path without a name", () => {
  for (
    const path of [
      "app.ts",
      "./src/app.ts",
      "/srv/app.ts",
      "../a b (1)/naïve ☃.ts",
      ".",
    ]
  ) {
    assertEquals(parseImportString(path), { specifier: path });
  }
});

Deno.test("parseImportString() splits a name from a path", () => {
  assertEquals(parseImportString("app.ts:app"), {
    specifier: "app.ts",
    name: "app",
  });
  assertEquals(parseImportString("my (old) app/ü.ts:größe$_1"), {
    specifier: "my (old) app/ü.ts",
    name: "größe$_1",
  });
  assertEquals(parseImportString("app.ts:default"), {
    specifier: "app.ts",
    name: "default",
  });
});

Deno.test("parseImportString() leaves a scheme's colons alone", () => {
  const cases: [text: string, specifier: string, name?: string][] = [
    ["https://host:8000/app.ts:app", "https://host:8000/app.ts", "app"],
    ["https://host:8000/app.ts", "https://host:8000/app.ts"],
    ["https://host:8000", "https://host:8000"],
    ["http://[::1]:80/app.ts:app", "http://[::1]:80/app.ts", "app"],
    ["http://me:word@host/app.ts:app", "http://me:word@host/app.ts", "app"],
    ["https://host/?from=https://b:app", "https://host/?from=https://b", "app"],
    ["npm:pkg", "npm:pkg"],
    ["npm:pkg@1/sub:app", "npm:pkg@1/sub", "app"],
    ["npm:@scope/pkg@^1.2:app", "npm:@scope/pkg@^1.2", "app"],
    ["jsr:@a/b@1", "jsr:@a/b@1"],
    ["jsr:@a/b@1:app", "jsr:@a/b@1", "app"],
    ["file:///srv/app.ts", "file:///srv/app.ts"],
    ["file:///srv/app.ts:app", "file:///srv/app.ts", "app"],
    ["file:///C:/srv/app.ts:app", "file:///C:/srv/app.ts", "app"],
    ["file:///C:/srv/app.ts", "file:///C:/srv/app.ts"],
    [
      "data:text/javascript,export{a as b}:c",
      "data:text/javascript,export{a as b}:c",
    ],
  ];
  for (const [text, specifier, name] of cases) {
    const expected = name === undefined ? { specifier } : { specifier, name };
    assertEquals(parseImportString(text), expected);
  }
});

Deno.test("parseImportString() leaves a Windows drive's colon alone", () => {
  const cases: [text: string, specifier: string][] = [
    ["C:\\x\\app.ts:app", "C:\\x\\app.ts"],
    ["c:/x/app.ts:app", "c:/x/app.ts"],
    ["\\\\?\\C:\\x\\app.ts:app", "\\\\?\\C:\\x\\app.ts"],
    ["\\\\server\\share\\app.ts:app", "\\\\server\\share\\app.ts"],
  ];
  for (const [text, specifier] of cases) {
    assertEquals(parseImportString(text), { specifier, name: "app" });
  }
  assertEquals(parseImportString("C:\\x\\app.ts"), {
    specifier: "C:\\x\\app.ts",
  });
});

Deno.test("parseImportString() reads the arguments of a call", () => {
  assertEquals(parseImportString("app.ts:createApp()"), {
    specifier: "app.ts",
    name: "createApp",
    args: [],
  });
  assertEquals(
    parseImportString(
      `app.ts:createApp("http://x:1/(a)", {port: 80}, debug=True)`,
    ),
    {
      specifier: "app.ts",
      name: "createApp",
      args: ["http://x:1/(a)", { port: 80 }, { debug: true }],
    },
  );
});

Deno.test("parseImportString() throws SyntaxError when there is no module", () => {
  for (
    const text of ["", "  ", ":app", "npm:", "jsr:", "file:///", "npm::app"]
  ) {
    assertThrows(
      () => parseImportString(text),
      SyntaxError,
      `Cannot parse the import string "${text}": it names no module`,
    );
  }
});

Deno.test("parseImportString() throws SyntaxError naming what is no name", () => {
  const cases: [text: string, problem: string][] = [
    ["app.ts:", "no name follows the colon"],
    ["app.ts:()", "no name follows the colon"],
    ["app.ts:a.b", `"a.b" reaches into an export`],
    ["app.ts:a.b()", `"a.b" reaches into an export`],
    ["app.ts:a[0]", `"a[0]" reaches into an export`],
    ["app.ts:1a", `"1a" is not the name of an export`],
    ["app.ts:a-b", `"a-b" is not the name of an export`],
    ["app.ts:a b", `"a b" is not the name of an export`],
    ["app.ts:a:b", `"a:b" is not the name of an export`],
  ];
  for (const [text, problem] of cases) {
    assertThrows(() => parseImportString(text), SyntaxError, problem);
  }
});
