import { assertEquals } from "@std/assert";
import { displayPath } from "../../serving/_display_path.ts";

const POSIX = { windows: false };
const WINDOWS = { windows: true };

Deno.test("displayPath() shows a path from the folder where that is shorter", () => {
  const cases: [url: string, shown: string][] = [
    ["file:///srv/my%20app/app.ts", "app.ts"],
    ["file:///srv/my%20app/src/a.ts", "src/a.ts"],
    ["file:///srv/other/a.ts", "../other/a.ts"],
    ["file:///etc/a.ts", "/etc/a.ts"],
    ["file:///srv/my%20app/", "/srv/my app/"],
    ["https://host/a.ts", "https://host/a.ts"],
    ["npm:hono", "npm:hono"],
  ];
  for (const [url, shown] of cases) {
    assertEquals(displayPath(url, "/srv/my app", POSIX), shown);
  }
});

Deno.test("displayPath() shows Windows paths", () => {
  const shown = (url: string) => displayPath(url, "C:\\app", WINDOWS);
  assertEquals(shown("file:///C:/app/src/a.ts"), "src\\a.ts");
  assertEquals(shown("file:///D:/app/a.ts"), "D:\\app\\a.ts");
});

Deno.test("displayPath() cuts a data URL", () => {
  const url = `data:text/javascript,${"x".repeat(100)}`;
  assertEquals(displayPath(url, "/", POSIX), `${url.slice(0, 60)}…`);
});
