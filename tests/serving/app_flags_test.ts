import { assertEquals } from "@std/assert";
import { namedConfig } from "../../serving/_app_flags.ts";

Deno.test("namedConfig() finds the config that the user has named", () => {
  assertEquals(namedConfig(["-A", "--config", "a.json"]), "a.json");
  assertEquals(namedConfig(["--config=a=b.json", "-A"]), "a=b.json");
  assertEquals(namedConfig(["-c", "a.json"]), "a.json");
  assertEquals(namedConfig(["-A", "--no-config", "--cert", "x"]), undefined);
});
