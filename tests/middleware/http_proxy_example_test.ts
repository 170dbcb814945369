import { assertEquals, assertStringIncludes } from "@std/assert";
import { createApp } from "../../examples/http_proxy.ts";
import { served } from "./_proxied.ts";

Deno.test("examples/http_proxy.ts shows a page and passes on its API", async () => {
  await using api = served((request) =>
    new Response(`api ${new URL(request.url).pathname}`)
  );
  await using server = served(createApp(api.url));
  const page = await (await fetch(server.url)).text();
  assertStringIncludes(page, 'fetch("/api/")');
  const answer = await (await fetch(`${server.url}/api/users`)).text();
  assertEquals(answer, "api /users");
});
