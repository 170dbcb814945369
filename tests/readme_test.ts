import { assert, assertEquals } from "@std/assert";
import { startProcess } from "./_process.ts";

Deno.test("README names permissions that Deno knows", async () => {
  const url = new URL("../README.md", import.meta.url);
  const [, section = ""] = (await Deno.readTextFile(url)).split(
    "## Permissions",
  );
  const [text = ""] = section.split("##");
  const flags = text.match(/--allow-[\w=-]+/g) ?? [];
  assert(flags.length > 5);
  for (const flag of new Set(flags)) {
    await using child = startProcess([
      Deno.execPath(),
      "run",
      flag,
      "data:text/javascript,",
    ]);
    assertEquals((await child.finished()).code, 0, flag);
  }
});
