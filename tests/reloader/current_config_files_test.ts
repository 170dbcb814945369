import { assertEquals } from "@std/assert";
import { CurrentConfigFiles } from "../../reloader/current_config_files.ts";
import { fetchStatus, fetchUntil } from "./_reload.ts";
import { serveFolder } from "./_serve_folder.ts";

Deno.test("CurrentConfigFiles look() finds what can be made, and what is named by then", () => {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  const shorten = (paths: readonly string[]) =>
    paths.map((path) => path.replace(`${folder}/`, ""));
  try {
    const configs = new CurrentConfigFiles(`${folder}/app.ts`, ["/other.json"]);
    const made = ["deno.json", "deno.jsonc", "package.json", "/other.json"];
    assertEquals(shorten(configs.known), made);
    Deno.writeTextFileSync(`${folder}/deno.jsonc`, `{ "importMap": "a.json" }`);
    assertEquals(shorten(configs.known), made);
    const named = ["deno.jsonc", "a.json", "package.json", "/other.json"];
    assertEquals(shorten(configs.look()), named);
    assertEquals(shorten(configs.known), named);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("CurrentConfigFiles look() leaves out a lockfile that Deno has written", () => {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    Deno.writeTextFileSync(`${folder}/deno.json`, "{}");
    Deno.writeTextFileSync(`${folder}/package.json`, "{}");
    const configs = new CurrentConfigFiles(`${folder}/app.ts`);
    const { known } = configs;
    Deno.writeTextFileSync(`${folder}/deno.lock`, "{}");
    assertEquals(configs.look(), known);
    const later = new CurrentConfigFiles(`${folder}/app.ts`);
    assertEquals(later.look().includes(`${folder}/deno.lock`), true);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("CurrentConfigFiles look() finds only the others without an app in a file", () => {
  assertEquals(new CurrentConfigFiles(undefined, ["/a"]).look(), ["/a"]);
});

const APP = `import { name } from "part";
  export default () => new Response(name);`;

/** An import map that leads to one of the parts. */
function mapTo(part: number): string {
  return `{ "imports": { "part": "./part${part}.ts" } }`;
}

const PARTS = {
  "part1.ts": `export const name = "1";`,
  "part2.ts": `export const name = "2";`,
  "part3.ts": `export const name = "3";`,
};

Deno.test("devserve watches the import map that a config names by now", async () => {
  await using served = await serveFolder({
    ...PARTS,
    "app.ts": APP,
    "deno.json": `{ "importMap": "a.json" }`,
    "a.json": mapTo(1),
    "b.json": mapTo(2),
  });
  await fetchUntil(served.url, "1");
  await served.save("deno.json", `{ "importMap": "b.json" }`);
  await fetchUntil(served.url, "2");
  await served.child.waitFor(/generation 2\)/, "stderr");
  await served.save("b.json", mapTo(3));
  await fetchUntil(served.url, "3");
});

Deno.test("devserve loads an app with a config that is made, and removed again", async () => {
  await using served = await serveFolder({ ...PARTS, "app.ts": APP });
  await fetchStatus(served.url, 500);
  await served.child.waitFor(/Serving this error/, "stderr");
  await served.save("deno.json", mapTo(1));
  await fetchUntil(served.url, "1");
  await served.child.waitFor(/generation 2\)/, "stderr");
  await Deno.remove(`${served.path}/deno.json`);
  await fetchStatus(served.url, 500);
});
