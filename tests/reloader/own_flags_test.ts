import { assertEquals } from "@std/assert";
import { splitCommand } from "../../reloader/own_flags.ts";
import { MAIN, makeFolder, servedAt } from "../_devserve.ts";
import { startProcess } from "../_process.ts";
import { fetchUntil, save } from "./_reload.ts";

Deno.test("splitCommand() finds the flags that hold for children", () => {
  for (
    const [words, count, flags, main] of [
      ["run -A main.ts", 0, "-A", "main.ts"],
      ["-A main.ts one", 1, "-A", "main.ts one"],
      ["main.ts", 0, "", "main.ts"],
      ["run -A --watch main.ts -A", 1, "-A", "main.ts -A"],
      ["run --watch=a --inspect=0 -N main.ts", 0, "-N", "main.ts"],
      ["run --preload hook.ts -A main.ts", 0, "-A", "main.ts"],
      ["run --import=hook.ts -A main.ts", 0, "-A", "main.ts"],
      [
        "run --import-map map.json -A main.ts",
        0,
        "--import-map map.json -A",
        "main.ts",
      ],
      ["run -r --check -A main.ts", 0, "-A", "main.ts"],
      ["run -Ar -qr=https://host main.ts", 0, "-A -q", "main.ts"],
      ["-rAq -cr.json main.ts", 0, "-Aq -cr.json", "main.ts"],
      [
        "run --config x.json --unstable-kv main.ts",
        0,
        "--config x.json --unstable-kv",
        "main.ts",
      ],
    ] as const
  ) {
    assertEquals(splitCommand(words.split(" "), count), {
      flags: flags.split(" ").filter(Boolean),
      main: main.split(" "),
    }, words);
  }
  assertEquals(splitCommand(["serve", "main.ts"], 0), undefined);
  assertEquals(splitCommand([], 0), undefined);
});

Deno.test("devserve gives Deno's flags to the app", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const appOf = (version: number) => `
    const kv = await Deno.openKv(":memory:");
    export default () => new Response("v${version} " + typeof kv.get);`;
  using folder = makeFolder({ "app.ts": appOf(1) });
  await using child = startProcess([
    Deno.execPath(),
    ...["run", "-A", "--unstable-kv", "--unstable-net", MAIN],
    ...["app.ts", "-p", "0"],
  ], { cwd: folder.path, env: { NO_COLOR: "1" } });
  const url = await servedAt(child);
  await fetchUntil(url, "v1 function");
  await save(`${folder.path}/app.ts`, appOf(2));
  await fetchUntil(url, "v2 function");
});
