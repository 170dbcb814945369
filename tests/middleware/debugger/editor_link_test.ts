import { assertEquals } from "@std/assert";
import { editorLink } from "../../../middleware/debugger/page/_editor_link.ts";

const EDITOR = "vscode://file/{path}:{line}:{column}";

function linkTo(
  url: string,
  editor = EDITOR,
  editorPaths: Record<string, string> = {},
): string | undefined {
  return editorLink({ url, line: 3, column: 9 }, { editor, editorPaths });
}

Deno.test("editorLink() fills in a template", () => {
  assertEquals(linkTo("file:///a/b.ts"), "vscode://file/a/b.ts:3:9");
  assertEquals(
    linkTo("file:///a/b.ts", "idea://open?file={path}&line={line}"),
    "idea://open?file=/a/b.ts&line=3",
  );
});

Deno.test("editorLink() takes off what tells loads apart", () => {
  assertEquals(linkTo("file:///a/b.ts?v=2#x"), "vscode://file/a/b.ts:3:9");
});

Deno.test("editorLink() knows drives", () => {
  assertEquals(linkTo("file:///C:/a/b.ts"), "vscode://file/C:/a/b.ts:3:9");
});

Deno.test("editorLink() encodes what has a meaning in URLs", () => {
  assertEquals(
    linkTo("file:///a%20b/%23c&d%3Fe=%25.ts"),
    "vscode://file/a%20b/%23c%26d%3Fe%3D%25.ts:3:9",
  );
});

Deno.test("editorLink() does not fill in what a path looks like", () => {
  assertEquals(
    linkTo("file:///%7Bline%7D/$&.ts"),
    "vscode://file/%7Bline%7D/%24%26.ts:3:9",
  );
});

Deno.test("editorLink() finds files of a container", () => {
  const paths = { "/app": "C:\\work\\shop" };
  assertEquals(
    linkTo("file:///app/b.ts", EDITOR, { "/app": "/home/ann/shop/" }),
    "vscode://file/home/ann/shop/b.ts:3:9",
  );
  assertEquals(
    linkTo("file:///app/b.ts", EDITOR, paths),
    "vscode://file/C:%5Cwork%5Cshop/b.ts:3:9",
  );
  assertEquals(
    linkTo("file:///application/b.ts", EDITOR, paths),
    "vscode://file/application/b.ts:3:9",
  );
});

Deno.test("editorLink() has no link for what is on no disk", () => {
  for (
    const url of [
      "https://x.test/a.ts",
      "node:fs",
      "ext:core/a.js",
      "javascript:hit()",
      "data:text/html,<script>hit()</script>",
      "file://server/share/a.ts",
      "file:///%ff.ts",
      "",
    ]
  ) assertEquals(linkTo(url), undefined, url);
});

Deno.test("editorLink() has no link that would run something", () => {
  for (
    const editor of [
      "javascript:hit('{path}')",
      "JaVaScRiPt:hit()",
      "java\tscript:hit('{path}')",
      " javascript:hit()",
      "data:text/html,{path}",
      "vbscript:{path}",
      "{path}",
      "",
    ]
  ) assertEquals(linkTo("file:///a.ts", editor), undefined, editor);
});
