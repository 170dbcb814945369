import type { App, Handler } from "./handler.ts";
import { displayPath } from "./_display_path.ts";
import { rememberEntry } from "./_entry_of_error.ts";
import { type ImportString, parseImportString } from "./import_string.ts";
import type { LoadAppOptions, LoadedApp } from "./load_app.ts";
import { withServeCaught } from "./_own_server.ts";
import { pickApp } from "./_pick_app.ts";
import { resolveSpecifier } from "./_resolve_specifier.ts";

/**
 * Does what `loadApp` does, where the module may have been prepared.
 *
 * @param importString What to load.
 * @param options The options of `loadApp`.
 * @param run Runs the module at a URL, if that has been prepared, before it is
 * imported. The import tells how that went.
 */
export async function loadAppWith(
  importString: string | ImportString,
  options: LoadAppOptions,
  run?: (url: string) => Promise<void>,
): Promise<LoadedApp> {
  const { cwd = Deno.cwd(), catchServe = false } = options;
  const wanted = typeof importString === "string"
    ? parseImportString(importString)
    : importString;
  const specifier = await resolveSpecifier(wanted.specifier, cwd);
  const place = displayPath(specifier, cwd);
  const load = async () => {
    await run?.(specifier);
    return await importModule(specifier);
  };
  if (!catchServe) {
    const module = await load();
    return { ...await pickApp(module, place, wanted), specifier, module };
  }
  const { loaded, own, ran } = await withServeCaught(load);
  const picked = loaded === undefined
    ? own!
    : await pickApp(loaded.value, place, { ...wanted, serveCaught: true }, own);
  const { app, name } = picked;
  const module = loaded && { module: loaded.value };
  if (picked === own) {
    const { server } = own;
    return { app, name, specifier, ...module, ...server, ...ran && { ran } };
  }
  const isIgnored = own !== undefined && handlerOf(own.app) !== handlerOf(app);
  const ignored = isIgnored && { ignored: own.name };
  return { app, name, specifier, ...module, ...ignored };
}

async function importModule(
  specifier: string,
): Promise<Record<string, unknown>> {
  try {
    return await import(specifier);
  } catch (error) {
    rememberEntry(error, specifier);
    throw error;
  }
}

function handlerOf(app: App): Handler {
  return typeof app === "function" ? app : app.fetch;
}
