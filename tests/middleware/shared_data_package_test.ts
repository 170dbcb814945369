import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { startProcess } from "../_process.ts";

const SCRIPT = `
const { sharedData } = await import(Deno.args[0]);
const handler = sharedData(() => new Response("app"), {
  "/map": ["assets/", "img"],
  "/module": ["entry", "img"],
  "/own": new URL("./img/", import.meta.resolve("assets/")),
});
const bodies = [];
for (const path of ["map/a.svg", "module/a.svg", "own/a.svg"]) {
  const response = await handler(new Request("http://localhost/" + path));
  bodies.push(await response.text());
}
console.log(bodies.join());
`;

Deno.test("sharedData() resolves bare specifiers of the project", async () => {
  const root = await Deno.makeTempDir();
  const files: Record<string, string> = {
    "main.ts": SCRIPT,
    "deno.json": await projectConfig(),
    "public/img/a.svg": "A",
    "public/entry.ts": "",
  };
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, content);
  }
  const source = import.meta.resolve("../../middleware/shared_data.ts");
  await using child = startProcess(
    [Deno.execPath(), "run", "-A", "main.ts", source],
    { cwd: root },
  );
  assertEquals((await child.finished()).code, 0, child.stderr);
  assertEquals(child.stdout, "A,A,A\n");
  await Deno.remove(root, { recursive: true });
});

/** A project with an import map of its own and what ours needs. */
async function projectConfig(): Promise<string> {
  const ours = JSON.parse(
    await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
  );
  const links: string[] = ours.links.map((link: string) =>
    new URL(`../../${link}`, import.meta.url).pathname
  );
  return JSON.stringify({
    links,
    imports: {
      ...ours.imports,
      "assets/": "./public/",
      "entry": "./public/entry.ts",
    },
  });
}
