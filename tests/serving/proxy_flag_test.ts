import { assertEquals, assertMatch } from "@std/assert";
import { makeServer } from "../../mod.ts";
import { makeFolder, servedAt, startDevserve } from "../_devserve.ts";

const APP = `export default (request) => new Response("app " + request.url);`;

for (const mode of [[], ["--no-reload"]]) {
  Deno.test(`devserve ${mode.join(" ")} passes requests on with --proxy`, async () => {
    using folder = makeFolder({ "app.ts": APP });
    await using upstream = makeServer(
      "127.0.0.1",
      0,
      (request) => new Response(`upstream ${request.url}`),
      { log: false },
    );
    await using child = startDevserve(
      ["app.ts", "-p", "0", "--proxy", `/api=${upstream.url}`, ...mode],
      { cwd: folder.path },
    );
    const url = await servedAt(child);
    const bodyOf = async (path: string) =>
      await (await fetch(url + path)).text();
    assertEquals(await bodyOf("api/x?y"), `upstream ${upstream.url}api/x?y`);
    assertEquals(await bodyOf("other"), `app ${url}other`);
  });
}

Deno.test("devserve refuses a wrong --proxy before it listens", async () => {
  using folder = makeFolder({ "app.ts": APP });
  for (
    const [rule, message] of [
      ["/api", /expected one such as "\/api=http:/],
      ["/api=ftp://127.0.0.1", /^Cannot proxy "\/api": the target must be/],
    ] as const
  ) {
    await using child = startDevserve(
      ["app.ts", "-p", "0", "--proxy", rule],
      { cwd: folder.path },
    );
    assertEquals((await child.finished()).code, 2);
    assertMatch(child.stderr, message);
  }
});
