import { assertEquals } from "@std/assert";
import { portHolder } from "../../serving/_port_holder.ts";
import { startProcess } from "../_process.ts";

const LISTENER = `Deno.writeTextFileSync("/proc/self/comm", "a\\x1b[2Jb");
  console.log(Deno.listen({ hostname: "127.0.0.1", port: 0 }).addr.port);
  setInterval(() => {}, 1000);`;

Deno.test("portHolder() escapes control characters in the name of a process", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using child = startProcess([Deno.execPath(), "eval", LISTENER]);
  const [port] = await child.waitFor(/\d+/);
  const { pid } = child;
  assertEquals(portHolder(Number(port)), `"a\\x1b[2Jb" (process ${pid})`);
});
