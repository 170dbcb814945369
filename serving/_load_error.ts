import { rememberEntry } from "./_entry_of_error.ts";

const STOP = "data:text/javascript,throw null";

/**
 * Finds out why a module cannot be loaded: what cannot be parsed, is missing or
 * has no such export. Nothing of it is run, nor of what it imports.
 *
 * @param module The URL of the module.
 * @returns The error; `undefined` if the module can be loaded.
 */
export async function loadError(module: string): Promise<unknown> {
  // Modules run in the order of their imports, and none after one that throws.
  const source = [STOP, module].map((url) => `import ${JSON.stringify(url)};`);
  try {
    await import(`data:text/javascript,${encodeURIComponent(source.join(""))}`);
  } catch (error) {
    if (error === null) return undefined;
    rememberEntry(error, module);
    return error;
  }
}
