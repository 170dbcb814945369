/**
 * Copies the libraries of the debugger from npm to the folder that is its
 * argument.
 *
 * @module
 */
const ACORN = "npm:acorn@^8.15";
const HIGHLIGHT = "npm:@speed-highlight/core@^2";

/** Where npm's file is on this machine, known once it has been imported. */
async function fileOf(specifier: string): Promise<URL> {
  await import(specifier);
  return new URL(import.meta.resolve(specifier));
}

/** Copies the modules of a folder, and of those in it that they load. */
async function copyModules(from: URL, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true, mode: 0o700 });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory && name === "languages") {
      await copyModules(new URL(`${name}/`, from), `${to}/${name}`);
    } else if (name.endsWith(".js")) {
      await Deno.copyFile(new URL(name, from), `${to}/${name}`);
    }
  }
}

if (import.meta.main) {
  const [folder = "."] = Deno.args;
  const highlight = await fileOf(HIGHLIGHT);
  await copyModules(new URL("./", highlight), `${folder}/speed-highlight`);
  // Under its name only when it is whole, and last: it stands for all of them.
  const temporary = `${folder}/acorn.${Deno.pid}.tmp`;
  await Deno.copyFile(await fileOf(ACORN), temporary);
  await Deno.rename(temporary, `${folder}/acorn.mjs`);
}
