import { assertEquals } from "@std/assert";
import { fromFileUrl, toFileUrl } from "../../reloader/file_url.ts";

const POSIX = { windows: false };
const WINDOWS = { windows: true };

Deno.test("toFileUrl() resolves paths from the folder", () => {
  const cases: [path: string, url: string][] = [
    ["app.ts", "file:///srv/my%20app/app.ts"],
    ["./a/../app.ts", "file:///srv/my%20app/app.ts"],
    ["../app.ts", "file:///srv/app.ts"],
    ["/app.ts", "file:///app.ts"],
    ["//host/app.ts", "file:///host/app.ts"],
    ["a:b.ts", "file:///srv/my%20app/a:b.ts"],
    ["100% ?#\\.ts", "file:///srv/my%20app/100%25%20%3F%23%5C.ts"],
    ["end \n", "file:///srv/my%20app/end%20%0A"],
    ["ü (1).ts", "file:///srv/my%20app/%C3%BC%20(1).ts"],
    [".", "file:///srv/my%20app/"],
  ];
  for (const [path, url] of cases) {
    assertEquals(toFileUrl(path, "/srv/my app", POSIX).href, url, path);
  }
  assertEquals(toFileUrl("app.ts", "/", POSIX).href, "file:///app.ts");
});

Deno.test("toFileUrl() resolves Windows paths", () => {
  const cases: [path: string, url: string][] = [
    ["app.ts", "file:///C:/my%20app/app.ts"],
    ["..\\app.ts", "file:///C:/app.ts"],
    ["D:\\x\\app.ts", "file:///D:/x/app.ts"],
    ["d:/x/app.ts", "file:///d:/x/app.ts"],
    ["\\app.ts", "file:///C:/app.ts"],
    ["\\\\server\\share\\app.ts", "file://server/share/app.ts"],
    ["\\\\?\\D:\\app.ts", "file:///D:/app.ts"],
  ];
  for (const [path, url] of cases) {
    assertEquals(toFileUrl(path, "C:\\my app", WINDOWS).href, url, path);
  }
});

Deno.test("fromFileUrl() undoes toFileUrl()", () => {
  for (const path of ["/srv/a b/100% ?#\\.ts", "/ü\n.ts", "/"]) {
    assertEquals(fromFileUrl(toFileUrl(path, "/", POSIX), POSIX), path);
  }
  for (const path of ["C:\\a b\\100%#.ts", "\\\\server\\share\\app.ts"]) {
    assertEquals(fromFileUrl(toFileUrl(path, "C:\\", WINDOWS), WINDOWS), path);
  }
});

Deno.test("fromFileUrl() leaves what is encoded wrongly as it is", () => {
  const cases: [url: string, path: string][] = [
    ["file:///100%.ts", "/100%.ts"],
    ["file:///a%20b/100%/%C3%BC%2.ts", "/a b/100%/ü%2.ts"],
    ["file:///%FF%20.ts", "/%FF%20.ts"],
  ];
  for (const [url, path] of cases) assertEquals(fromFileUrl(url, POSIX), path);
});
