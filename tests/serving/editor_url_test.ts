import { assert, assertEquals, assertThrows } from "@std/assert";
import { editorLink } from "../../middleware/debugger/page/_editor_link.ts";
import { editorUrl } from "../../serving/_editor_url.ts";

Deno.test("editorUrl() returns nothing for nothing", () => {
  assertEquals(editorUrl(undefined), undefined);
});

const PLACE = {
  url: "file:///home/ann/my%20app/app.ts",
  line: 3,
  column: 7,
};

const LINKS: Record<string, string> = {
  vscode: "vscode://file//home/ann/my%20app/app.ts:3:7",
  vscodium: "vscodium://file//home/ann/my%20app/app.ts:3:7",
  cursor: "cursor://file//home/ann/my%20app/app.ts:3:7",
  windsurf: "windsurf://file//home/ann/my%20app/app.ts:3:7",
  zed: "zed://file//home/ann/my%20app/app.ts:3:7",
  idea: "idea://open?file=/home/ann/my%20app/app.ts&line=3&column=7",
  webstorm: "webstorm://open?file=/home/ann/my%20app/app.ts&line=3&column=7",
  sublime: "subl://open?url=file:///home/ann/my%20app/app.ts&line=3&column=7",
};

for (const [name, link] of Object.entries(LINKS)) {
  Deno.test(`editorUrl() knows ${name}`, () => {
    const editor = editorUrl(name)!;
    const frame = { index: 0, path: "", isOwn: true, isAsync: false, ...PLACE };
    const made = editorLink(frame, { nonce: "", editor } as never);
    // One slash more or less is the same file for all of them.
    assertEquals(
      made?.replace("file//", "file/"),
      link.replace("file//", "file/"),
    );
  });
}

for (
  const url of [
    "subl://open?file={path}&line={line}",
    "x-my.editor+1:{path}",
    "https://ide.example/?f={path}",
  ]
) {
  Deno.test(`editorUrl() takes ${url} as it is`, () => {
    assertEquals(editorUrl(url), url);
  });
}

for (
  const text of [
    "",
    "nano",
    "VSCode",
    "vscode://file",
    "{path}",
    "//host/{path}",
    "1x:{path}",
    "javascript:alert('{path}')",
    "JavaScript:{path}",
    "data:text/html,{path}",
    "vbscript:{path}",
    "toString",
    "__proto__",
  ]
) {
  Deno.test(`editorUrl() refuses "${text}"`, () => {
    const { message } = assertThrows(() => editorUrl(text), SyntaxError);
    assert(message.startsWith("Cannot use editor "), message);
  });
}
