import type { Hooks, ResolveContext } from "./_require_module.ts";

type Resolve = NonNullable<Hooks["resolve"]>;

/** Where an import may lead without any map: a path, or a URL. */
const PLACE_REGEXP = /^(?:\.{0,2}\/|[a-z][a-z\d+.-]*:)/i;
/** A folder below that of a module, where there is nothing. */
const BELOW = "./.devserve-below/module.ts";

/**
 * Throws what Deno throws for `import "a.ts"` where no import map has it and no
 * package. With a hook in the process Deno takes it for `./a.ts` instead.
 *
 * @param specifier What is imported.
 * @param url Where it leads to with the hook.
 * @param context Where it is imported.
 * @param nextResolve What comes after the hook.
 * @throws {TypeError} If nothing but that leads there.
 */
export function assertMapped(
  specifier: string,
  url: string,
  context: ResolveContext,
  nextResolve: Parameters<Resolve>[2],
): void {
  const { parentURL } = context;
  if (parentURL === undefined || PLACE_REGEXP.test(specifier)) return;
  if (url !== URL.parse(specifier, parentURL)?.href) return;
  // A map may say just that, for all modules of a folder.
  const below = new URL(BELOW, parentURL).href;
  try {
    const { url: other } = nextResolve(specifier, {
      ...context,
      parentURL: below,
    });
    if (other !== URL.parse(specifier, below)?.href) return;
  } catch {
    return;
  }
  const message =
    `Import "${specifier}" not a dependency and not in import map from "${parentURL}"${
      placeOf(specifier, parentURL)
    }`;
  // Deno makes another one of it, with all of this as its message.
  const nameless = { name: "", code: "ERR_MODULE_NOT_FOUND" };
  throw Object.assign(new TypeError(message), nameless);
}

/** Where a module says what it imports, as Deno adds it; not if it is computed. */
function placeOf(specifier: string, url: string): string {
  try {
    const text = Deno.readTextFileSync(new URL(url));
    const start = /\b(?:from|import)\s*(?=["'])/.source;
    const literal = RegExp.escape(specifier);
    const [before] =
      new RegExp(`[^]*?${start}(?=(["'])${literal}\\1)`).exec(text) ?? [];
    if (before === undefined) return "";
    const lines = before.split("\n");
    return `\n    at ${url}:${lines.length}:${lines.at(-1)!.length + 1}`;
  } catch {
    // It is no file, or may not be read.
    return "";
  }
}
