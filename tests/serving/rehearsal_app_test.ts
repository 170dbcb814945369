import { assertEquals } from "@std/assert";
import { REHEARSAL_APP } from "../../serving/_rehearsal_app.ts";
import { makeFolder } from "../_devserve.ts";

Deno.test("REHEARSAL_APP answers, so that what it is made of has been run", async () => {
  using folder = makeFolder({ "app.ts": REHEARSAL_APP });
  const { default: app } = await import(`file://${folder.path}/app.ts`);
  const response: Response = app.fetch(new Request("http://localhost/"));
  assertEquals(await response.text(), "warm");
  const json: Response = app.fetch(new Request("http://localhost/a?as=json"));
  assertEquals(await json.json(), { seen: 4, path: "/a" });
});
