import { assertEquals } from "@std/assert";
import { nearestName } from "../../serving/_nearest_name.ts";

Deno.test("nearestName() finds what was most likely meant", () => {
  const names = ["createApp", "app", "application", "PORT"];
  assertEquals(nearestName("createAp", names), "createApp");
  assertEquals(nearestName("creatApp", names), "createApp");
  assertEquals(nearestName("APP", names), "app");
  assertEquals(nearestName("aplication", names), "application");
});

Deno.test("nearestName() finds nothing when nothing is near", () => {
  assertEquals(nearestName("server", ["PORT", "routes"]), undefined);
  assertEquals(nearestName("x", ["handler"]), undefined);
  assertEquals(nearestName("app", []), undefined);
});
