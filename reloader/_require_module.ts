import Module, { registerHooks } from "node:module";
import { toFileUrl } from "./file_url.ts";

/** Hooks that say where imports lead to, and what modules are made of. */
export type Hooks = Parameters<typeof registerHooks>[0];

/** What the runtime tells of an import besides its specifier. */
export type ResolveContext = Parameters<NonNullable<Hooks["resolve"]>>[1];

type Loaded = ReturnType<NonNullable<Hooks["load"]>>;

/** Tells other hooks that a file is an ES module for sure. */
export const ES_MODULE = { format: "module" } as const;

/** What a `load` hook returns for an ES module. */
export function esModule(source: string): Loaded {
  return { ...ES_MODULE, source, shortCircuit: true };
}

/** The URL that the file at a path has when it is required. */
export function requiredUrl(path: string): string {
  return toFileUrl(path).href;
}

/**
 * Requires a file, that there need not be, while there are these hooks.
 *
 * @param path Its path. It may have been required before.
 * @param hooks The hooks; other ones come after them.
 */
export function requireWith(path: string, hooks: Hooks): void {
  const registered = registerHooks(hooks);
  const limit = Error.stackTraceLimit;
  // Nobody sees the stack of what is thrown, which takes most of the time.
  Error.stackTraceLimit = 0;
  try {
    loaderOf(path)();
  } finally {
    Error.stackTraceLimit = limit;
    registered.deregister();
  }
}

/**
 * Requires an ES module that is not in a file, so that what it runs finds nothing
 * of devserve on its stack.
 *
 * @param path Where it would be.
 * @param source What it is made of.
 * @returns When it has been run, or could not be.
 */
export function requireSource(path: string, source: string): Promise<void> {
  const registered = registerHooks({
    load() {
      // What it imports finds none but its own hooks.
      registered.deregister();
      return esModule(source);
    },
  });
  return new Promise((resolve) => {
    const end = () => {
      registered.deregister();
      resolve();
    };
    // A function of our own would be on the stack.
    Promise.resolve().then(loaderOf(path)).then(end, end);
  });
}

/** Makes a function that requires a file. */
function loaderOf(path: string): () => void {
  const module = new Module(path) as Module & { load(path: string): void };
  return module.load.bind(module, path);
}
