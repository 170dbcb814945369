import { assertMatch, assertStringIncludes } from "@std/assert";
import { fetchStatus, fetchUntil } from "./_reload.ts";
import { serveFolder } from "./_serve_folder.ts";

Deno.test('devserve refuses an import that lacks "./", until an import map has it', async () => {
  await using served = await serveFolder({
    "deno.json": "{}",
    "app.ts": `import { part } from "part.ts";
      export default () => new Response(part);`,
    "part.ts": `export const part = "part";`,
  });
  const page = await fetchStatus(served.url, 500);
  assertStringIncludes(page, `Import "part.ts" not a dependency`);
  assertMatch(page, /app\.ts:1:22/);
  await served.save(
    "deno.json",
    `{ "imports": { "part.ts": "./part.ts" } }`,
  );
  await fetchUntil(served.url, "part");
});

Deno.test("devserve refuses imports at run time as Deno does", async () => {
  const specifiers = ["part.ts", "", "#part", "?part", "folder/part.ts", "fs"];
  await using served = await serveFolder({
    "deno.json": "{}",
    "app.ts": `const told = [];
      for (const specifier of ${JSON.stringify(specifiers)}) {
        await import(specifier).catch(({ code, message }) =>
          told.push(code + " " + message.split(" from ")[0])
        );
      }
      export default () => new Response(told.join("\\n"));`,
    "part.ts": "",
  });
  const expected = specifiers.slice(0, -1).map((specifier) =>
    `ERR_MODULE_NOT_FOUND Import "${specifier}" not a dependency and not in import map`
  );
  await fetchUntil(served.url, expected.join("\n"));
});
