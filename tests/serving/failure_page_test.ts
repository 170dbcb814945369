import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { failurePage } from "../../serving/_failure_page.ts";

const INFO: Deno.ServeHandlerInfo<Deno.NetAddr> = {
  remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
  completed: Promise.resolve(),
};

const FAILURE = {
  title: `Error: </title><script>alert("x")</script>`,
  text: `Error: </pre><img src=x onerror='alert(1)'>\n    at app.ts:1:1`,
};

async function answer(accept?: string): Promise<[Response, string]> {
  const headers = accept === undefined ? {} : { accept };
  const request = new Request("http://localhost/", { headers });
  const response = await failurePage(FAILURE)(request, INFO);
  return [response, await response.text()];
}

Deno.test("failurePage() escapes what stands in an error", async () => {
  const [response, html] = await answer("text/html");
  assertEquals(response.status, 500);
  assert(!/<script|<img/.test(html));
  assertStringIncludes(html, "&lt;/pre&gt;&lt;img");
  const policy = response.headers.get("content-security-policy") ?? "";
  assertStringIncludes(policy, "default-src 'none'");
  assertEquals(response.headers.get("cache-control"), "no-store");
});

const NEGOTIATED: [string | undefined, string][] = [
  [undefined, "text/plain;charset=UTF-8"],
  ["*/*", "text/plain;charset=UTF-8"],
  ["application/json", "application/json"],
  ["application/json, text/plain, */*", "application/json"],
  ["text/html,application/xhtml+xml,*/*;q=0.8", "text/html;charset=UTF-8"],
  ["text/html;q=0, application/json", "application/json"],
  ["application/json, text/html;q=0.5", "application/json"],
];

for (const [accept, type] of NEGOTIATED) {
  Deno.test(`failurePage() answers ${type} to Accept ${accept}`, async () => {
    const [response] = await answer(accept);
    assertEquals(response.headers.get("content-type"), type);
  });
}
