const STEMS = ["app", "main", "server", "mod", "index"];
const EXTENSIONS = [".ts", ".tsx", ".js", ".mjs"];

/**
 * Looks in a folder for the module that most likely holds the app: the first of
 * `app`, `main`, `server`, `mod`, `index`, each with `.ts`, `.tsx`, `.js`, `.mjs`
 * in this order, so that `app.js` comes before `main.ts`.
 *
 * @returns Its file name.
 * @throws {Deno.errors.NotFound} If there is none, or no such folder.
 */
export async function findDefaultApp(folder: string): Promise<string> {
  const names = new Set<string>();
  for await (const entry of Deno.readDir(folder)) {
    if (!entry.isDirectory) names.add(entry.name);
  }
  const found = STEMS.flatMap((stem) => EXTENSIONS.map((end) => stem + end))
    .find((name) => names.has(name));
  if (found !== undefined) return found;
  throw new Deno.errors.NotFound(
    `Cannot find an app in the folder "${folder}": none of ${
      STEMS.join(", ")
    } with ${EXTENSIONS.join(", ")} is in it`,
  );
}
