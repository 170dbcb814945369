import { assertEquals } from "@std/assert";
import { ExtraPatterns } from "../../reloader/_extra_files.ts";

/** A folder with folders in it, each with a file and links to all others. */
function makeLinkedFolders(count: number): Disposable & { path: string } {
  const path = Deno.realPathSync(Deno.makeTempDirSync());
  for (let one = 0; one < count; one++) {
    Deno.mkdirSync(`${path}/d${one}`);
    Deno.writeTextFileSync(`${path}/d${one}/a.txt`, "");
  }
  for (let one = 0; one < count; one++) {
    for (let other = 0; other < count; other++) {
      Deno.symlinkSync(`${path}/d${other}`, `${path}/d${one}/l${other}`);
    }
  }
  return {
    path,
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}

/** What a pattern stands for, from the folder on. */
function find(pattern: string, folder: string): string[] {
  const patterns = new ExtraPatterns([pattern], folder, () => false);
  return [...patterns.find().files]
    .map((path) => path.slice(folder.length + 1))
    .sort();
}

Deno.test("ExtraPatterns find() looks once into folders that are linked with one another", () => {
  using folder = makeLinkedFolders(20);
  const names = Array.from({ length: 20 }, (_, index) => `d${index}/a.txt`);
  assertEquals(find(".", folder.path), names.sort());
  assertEquals(find("**/a.txt", folder.path), names.sort());
});

Deno.test("ExtraPatterns find() follows links to what it does not find without", () => {
  using outside = makeLinkedFolders(3);
  using folder = makeLinkedFolders(1);
  Deno.symlinkSync(outside.path, `${folder.path}/out`);
  const found = find(".", folder.path);
  assertEquals(found.includes("out/d2/a.txt"), true);
  assertEquals(found.includes("d0/a.txt"), true);
  assertEquals(find("d0/l0/*.txt", folder.path), ["d0/l0/a.txt"]);
});
