import { assertEquals } from "@std/assert";
import { parseHttpDate } from "../../middleware/shared_data/_parse_http_date.ts";
import { startProcess } from "../_process.ts";

Deno.test("parseHttpDate() reads the three forms as the same time", () => {
  // The examples of RFC 9110 section 5.6.7.
  const time = Date.UTC(1994, 10, 6, 8, 49, 37);
  assertEquals(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), time);
  assertEquals(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT"), time);
  assertEquals(parseHttpDate("Sun Nov  6 08:49:37 1994"), time);
});

Deno.test("parseHttpDate() does not depend on the time zone", async () => {
  const source = import.meta.resolve(
    "../../middleware/shared_data/_parse_http_date.ts",
  );
  const code = `
    import { parseHttpDate } from "${source}";
    console.log(
      new Date(1994, 10, 6).getTimezoneOffset(),
      parseHttpDate("Sun Nov  6 08:49:37 1994"),
    );
  `;
  await using child = startProcess(
    [Deno.execPath(), "eval", code],
    { env: { TZ: "America/New_York" } },
  );
  assertEquals((await child.finished()).code, 0, child.stderr);
  assertEquals(child.stdout, `300 ${Date.UTC(1994, 10, 6, 8, 49, 37)}\n`);
});

Deno.test("parseHttpDate() returns undefined when there is no valid date", () => {
  const values = [
    null,
    "",
    "foo",
    "0",
    "1994",
    "1994-11-06T08:49:37Z",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 CET",
    "Sun, 06 Nov 1994 08:49:37 +0000",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun, 06 Foo 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 25:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT; length=5",
  ];
  for (const value of values) assertEquals(parseHttpDate(value), undefined);
});
