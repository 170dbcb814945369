import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path/from-file-url";
import { servedAt, startDevserve } from "./_devserve.ts";
import { startProcess } from "./_process.ts";

const FOLDER = new URL("../examples/", import.meta.url);

function pathOf(example: string): string {
  return fromFileUrl(FOLDER) + example;
}

/** Import string, path and what is answered there. */
const APPS: [string, string, string][] = [
  ["hello.ts", "/?name=reader", "Hello, reader!\n"],
  ["hono.ts", "/items/7", '{"id":"7"}'],
  ["profiler.ts", "/?limit=100", "25 primes, the last is 97\n"],
  ["fetch_object.ts", "/", "Listen to /events\n"],
  ["factory.ts", "/", '{"stage":"dev","database":{}}'],
  [
    "factory.ts:createApp('staging', {port: 5432})",
    "/",
    '{"stage":"staging","database":{"port":5432}}',
  ],
];

for (const [app, path, expected] of APPS) {
  Deno.test(`examples/${app} answers through the command line`, async () => {
    await using child = startDevserve([pathOf(app), "-p", "0"]);
    const response = await fetch(new URL(path, await servedAt(child)));
    assertEquals(await response.text(), expected);
  });
}

Deno.test("examples/hono.ts has its errors shown", async () => {
  await using child = startDevserve([pathOf("hono.ts"), "-p", "0"]);
  const url = new URL("/broken/7", await servedAt(child));
  const response = await fetch(url, { headers: { accept: "text/plain" } });
  assertEquals(response.status, 500);
  assertMatch(await response.text(), /^Error: no item 7\n[^]*throw new Error/);
});

Deno.test("examples/fetch_object.ts sends events until the server stops", async () => {
  await using child = startDevserve([pathOf("fetch_object.ts"), "-p", "0"]);
  const response = await fetch(new URL("/events", await servedAt(child)));
  const reader = response.body!.pipeThrough(new TextDecoderStream())
    .getReader();
  assertStringIncludes((await reader.read()).value!, "data: 2");
  await child.stop();
  // The stream ends cleanly: reading on does not throw.
  while (!(await reader.read()).done);
});

Deno.test("examples/oauth_callback.ts stops after the callback", async () => {
  await using child = startProcess([
    Deno.execPath(),
    ...["run", "-A", pathOf("oauth_callback.ts")],
  ]);
  const [, url] = await child.waitFor(/come back to (\S+)/);
  const refused = await fetch(url!);
  assertEquals(await refused.text(), "No code\n");
  const response = await fetch(`${url}?code=1`);
  assertEquals(
    await response.text(),
    "You are logged in and can close this page\n",
  );
  assertEquals((await child.finished()).code, 0);
  assertStringIncludes(child.stdout, "Got the code");
});

Deno.test("examples/static_files.ts serves its folder", async () => {
  const { list } = await import("../examples/static_files.ts");
  const { makeServer } = await import("@x/devserve");
  await using server = makeServer("localhost", 0, list, {
    staticFiles: { "/files": FOLDER },
    log: false,
  });
  const page = await (await fetch(server.url)).text();
  assertStringIncludes(page, '<a href="/files/hello.ts">');
  const file = await fetch(new URL("/files/hello.ts", server.url));
  assertEquals(
    await file.text(),
    await Deno.readTextFile(new URL("hello.ts", FOLDER)),
  );
});
