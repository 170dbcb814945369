import { registerHooks } from "node:module";

/** Paths of devserve itself. */
const OWN_BASE = new URL("../", import.meta.url).href;

/** What follows `from` or `import`, with what is before it. */
const SPECIFIER_REGEXP = /(\b(?:from|import)\s*\(?\s*)"([^"]+)"/g;

/** Where each import of a module leads to: specifiers to URLs. */
type Imports = Map<string, string>;

/**
 * Copies a module of devserve and all it imports of it to a folder of its own,
 * with every import made absolute.
 *
 * In a working copy, devserve's own imports of packages mean something by its
 * own config only, but a generation has the app's. To merge the two would take
 * Deno's rules for import maps, workspaces, lockfiles and `node_modules` once
 * more. The copies mean the same under any config, and leave that of the app
 * alone.
 *
 * The modules must not have been loaded before in this process.
 *
 * @param module The URL of the module.
 * @param copy The URL of its copy; the others are beside it.
 */
export async function copyModules(module: string, copy: string): Promise<void> {
  const imports = await importsFrom(module);
  const copies = new Map([[module, copy]]);
  for (const url of imports.keys()) {
    // What imports nothing is used where it is.
    if (copies.has(url) || !url.startsWith(OWN_BASE)) continue;
    copies.set(url, new URL(`${copies.size}.ts`, copy).href);
  }
  await Deno.mkdir(new URL("./", copy), { recursive: true });
  await Promise.all([...copies].map(async ([url, copy]) => {
    const text = await Deno.readTextFile(new URL(url));
    await Deno.writeTextFile(
      new URL(copy),
      withImports(text, (specifier) => {
        const target = imports.get(url)?.get(specifier) ??
          URL.parse(specifier, url)?.href;
        return target && (copies.get(target) ?? target);
      }),
    );
  }));
}

/** Loads a module, and tells what is imported on the way, by what. */
async function importsFrom(module: string): Promise<Map<string, Imports>> {
  const found = new Map<string, Imports>();
  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      const { parentURL = "" } = context;
      const imports = found.get(parentURL) ?? new Map();
      found.set(parentURL, imports.set(specifier, resolved.url));
      return resolved;
    },
  });
  try {
    await import(module);
  } finally {
    hooks.deregister();
  }
  return found;
}

function withImports(
  text: string,
  resolve: (specifier: string) => string | undefined,
): string {
  return text.replace(
    SPECIFIER_REGEXP,
    (_all, before: string, specifier: string) =>
      `${before}${JSON.stringify(resolve(specifier) ?? specifier)}`,
  );
}
