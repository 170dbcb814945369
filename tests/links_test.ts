import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path/from-file-url";
import { join } from "@std/path/join";

/** A folder that stands in for a package of `@std`. */
interface Link {
  /** The path in `deno.json`. */
  folder: string;
  name: string;
  version: string;
  exports: Record<string, string>;
}

/** What counts here of a `deno.json`. */
interface Config {
  /** The folders of the links. */
  workspace: string[];
  imports: Record<string, string>;
}

const ROOT = fromFileUrl(new URL("../", import.meta.url));

const RE_EXPORT_REGEXP =
  /^\/\/ @ts-types="\.\/(\w+)\.d\.ts"\nexport \* from "npm:deno-std@\d+\.\d+\.\d+\/\w+\/\1\.js";\n$/;

const IMPORT_REGEXP = /\b(?:from|import)\s*\(?\s*"(@std\/[^"]+)"/g;

const DECLARATION_REGEXP =
  /^export (?:(?:interface|type) \w|declare (function|class|const) (\w+))/;

Deno.test("links/ have an import each, which their version satisfies", async () => {
  const { imports } = await readConfig();
  for (const { name, version } of await readLinks()) {
    const specifier = imports[name] ?? "no import";
    assertMatch(specifier, new RegExp(`^jsr:${name}@\\^\\d+(\\.\\d+){0,2}$`));
    const [, range = ""] = specifier.split("^");
    assert(satisfiesCaret(version, range), `${specifier} is not ${version}`);
  }
});

Deno.test("links/ are all linked, and all @std imports have one", async () => {
  const links = await readLinks();
  const folders: string[] = [];
  for await (const { name } of Deno.readDir(join(ROOT, "links"))) {
    folders.push(`./links/${name}`);
  }
  assertEquals(links.map(({ folder }) => folder), folders.sort());
  const { imports } = await readConfig();
  assertEquals(
    links.map(({ name }) => name),
    Object.keys(imports).filter((name) => name.startsWith("@std/")),
  );
});

Deno.test("links/ hold a re-export with types for each export, no more", async () => {
  for (const { folder, exports } of await readLinks()) {
    const expected = ["deno.json"];
    for (const file of Object.values(exports)) {
      const source = await Deno.readTextFile(join(ROOT, folder, file));
      assertMatch(source, RE_EXPORT_REGEXP, join(folder, file));
      const name = file.slice("./".length, -".ts".length);
      expected.push(`${name}.ts`, `${name}.d.ts`);
    }
    const files = await Array.fromAsync(Deno.readDir(join(ROOT, folder)));
    assertEquals(files.map(({ name }) => name).sort(), expected.sort());
  }
});

Deno.test("links/ have at run time what they declare", async () => {
  for (const { folder, exports } of await readLinks()) {
    for (const file of Object.values(exports)) {
      const path = `${folder}/${file.slice("./".length)}`;
      const types = path.replace(/\.ts$/, ".d.ts");
      const module: Record<string, unknown> = await import(
        new URL(`../${path}`, import.meta.url).href
      );
      const source = await Deno.readTextFile(join(ROOT, types));
      for (const { kind, name } of declaredValues(source, types)) {
        assert(Object.hasOwn(module, name), `${types}: ${name} is missing`);
        if (kind !== "const") assertEquals(typeof module[name], "function");
      }
    }
  }
});

Deno.test("links/ export what is imported, and nothing else", async () => {
  const imported = await importedSpecifiers();
  const exported = new Set<string>();
  for (const { name, exports } of await readLinks()) {
    for (const key of Object.keys(exports)) exported.add(name + key.slice(1));
  }
  const missing = imported.difference(exported);
  const unused = exported.difference(imported);
  assertEquals({ missing, unused }, { missing: new Set(), unused: new Set() });
});

async function readConfig(): Promise<Config> {
  return JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
}

async function readLinks(): Promise<Link[]> {
  const { workspace } = await readConfig();
  return await Promise.all(
    workspace.map(async (folder) => {
      const text = await Deno.readTextFile(join(ROOT, folder, "deno.json"));
      return { ...JSON.parse(text), folder };
    }),
  );
}

/** The values that a `.d.ts` declares, which may export types besides. */
function declaredValues(
  source: string,
  path: string,
): { kind: string; name: string }[] {
  const values = [];
  for (const [line] of source.matchAll(/^\s*export\b.*/gm)) {
    const declaration = DECLARATION_REGEXP.exec(line);
    assert(declaration, `${path}: unknown kind of export: ${line}`);
    const [, kind, name] = declaration;
    if (kind && name) values.push({ kind, name });
  }
  return values;
}

/** What the sources import of `@std`, those of the examples in comments too. */
async function importedSpecifiers(): Promise<Set<string>> {
  const specifiers = new Set<string>();
  for await (const path of sourceFiles(ROOT)) {
    const source = await Deno.readTextFile(path);
    for (const [, specifier = ""] of source.matchAll(IMPORT_REGEXP)) {
      specifiers.add(specifier);
    }
  }
  return specifiers;
}

async function* sourceFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    const skipped = name.startsWith(".") || name === "links" ||
      name === "node_modules";
    if (isDirectory && !skipped) yield* sourceFiles(path);
    else if (/\.(ts|tsx|js|md)$/.test(name)) yield path;
  }
}

/** Whether a version is in a caret range with at least its first number. */
function satisfiesCaret(version: string, range: string): boolean {
  const actual = version.split(".").map(Number);
  const [major = 0, minor = 0, patch = 0] = range.split(".").map(Number);
  const [actualMajor = 0, actualMinor = 0, actualPatch = 0] = actual;
  if (actualMajor !== major) return false;
  // Below 1.0.0 the second number is the one that breaks.
  if (major === 0 && actualMinor !== minor) return false;
  return actualMinor > minor || (actualMinor === minor && actualPatch >= patch);
}
