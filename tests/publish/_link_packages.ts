import { join } from "@std/path/join";
import type { PackageConfig, PublishedPackage } from "./_registry.ts";

/**
 * Reads the stand-ins for `@std` as packages of a registry.
 *
 * @param folder The folder with one folder for each.
 * @returns The packages.
 */
export async function* linkPackages(
  folder: string,
): AsyncGenerator<PublishedPackage> {
  for await (const { name } of Deno.readDir(folder)) {
    const files = new Map<string, Uint8Array>();
    for await (const file of Deno.readDir(join(folder, name))) {
      const content = await Deno.readFile(join(folder, name, file.name));
      files.set(`/${file.name}`, content);
    }
    const config: PackageConfig = JSON.parse(
      new TextDecoder().decode(files.get("/deno.json")),
    );
    yield { ...config, files };
  }
}
