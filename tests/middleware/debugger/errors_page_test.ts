import { assertEquals, assertStringIncludes } from "@std/assert";
import { errorsPage } from "../../../middleware/debugger/page/errors_page.ts";
import { sampleReport } from "./_sample_report.ts";
import { SHOP_REPORT } from "./_shop_report.ts";

function linksOf(page: string): string[] {
  return [...page.matchAll(/<a class="title" href="([^"]*)"/g)]
    .map(([, url]) => url!);
}

Deno.test("errorsPage() lists the newest 20 errors, newest first", () => {
  const reports = Array.from(
    { length: 25 },
    (_, index) => sampleReport({ id: String(index), time: 1e12 + index }),
  );
  const page = errorsPage(reports, { nonce: "n" });
  assertEquals(
    linksOf(page),
    Array.from({ length: 20 }, (_, i) => `/__devserve/errors/${24 - i}`),
  );
});

Deno.test("errorsPage() tells time, method, path and title", () => {
  const page = errorsPage([SHOP_REPORT], { nonce: "n", errorsUrl: "/e" });
  assertEquals(linksOf(page), ["/e/k3J9"]);
  assertStringIncludes(page, '<time datetime="2026-11-20T13:03:22.000Z">');
  assertStringIncludes(page, "POST /checkout?step=2&amp;token=***");
  assertStringIncludes(page, "TypeError: Cannot read");
});

Deno.test("errorsPage() tells what failed where there is no request", () => {
  const page = errorsPage([
    sampleReport({ kind: "load" }),
    sampleReport({ kind: "stray" }),
  ], { nonce: "n" });
  assertStringIncludes(page, ">loading<");
  assertStringIncludes(page, ">outside of a request<");
});

Deno.test("errorsPage() says that there are none", () => {
  assertStringIncludes(errorsPage([], { nonce: "n" }), "There were none");
});

Deno.test("errorsPage() encodes ids, and bears odd times", () => {
  const report = sampleReport({ id: "../a?b#c/\ud800", time: NaN });
  const page = errorsPage([report], { nonce: "n" });
  assertEquals(linksOf(page), [
    "/__devserve/errors/..%2Fa%3Fb%23c%2F%EF%BF%BD",
  ]);
});
