import type { App } from "./handler.ts";
import type { ImportString } from "./import_string.ts";
import { loadAppWith } from "./_load_app_with.ts";

/** Options for {@linkcode loadApp}. */
export interface LoadAppOptions {
  /**
   * The folder that a path is taken from.
   *
   * @default {Deno.cwd()}
   */
  cwd?: string;
  /**
   * Whether a module that serves by itself, with `Deno.serve` or `runSimple`, is
   * kept from it while it loads and what it would serve is taken as the app.
   * For the time of the load `Deno.serve` is replaced in the whole process.
   *
   * @default {false}
   */
  catchServe?: boolean;
}

/** What {@linkcode loadApp} found. */
export interface LoadedApp {
  /** The app. */
  app: App;
  /** The export it was taken from, or `"Deno.serve"` or `"runSimple"`. */
  name: string;
  /** The URL of the module. */
  specifier: string;
  /** What the module exports, unless it is still running. */
  module?: Readonly<Record<string, unknown>>;
  /**
   * The call that would have served another app than the exported one, and was
   * not carried out. Only with `catchServe`.
   */
  ignored?: "Deno.serve" | "runSimple";
  /**
   * Settles when the module shuts down the server that it believes to have,
   * which should stop the real one. Only with `catchServe`, and only if the app
   * was taken from `Deno.serve`.
   */
  closed?: Promise<void>;
  /**
   * Tells the module that its server is over, when the real one has stopped, so
   * that what it does after `await server.finished` is done. There if `closed` is.
   */
  close?: () => void;
  /**
   * Settles when the module has done all that it does at its top level, which a
   * server of its own may keep it from until `close`. There if it still runs.
   */
  ran?: Promise<void>;
  /** Whether the module has asked when its server is over. There if `closed` is. */
  isAwaited?: () => boolean;
}

/**
 * Imports a module and takes the app out of it.
 *
 * An app is a handler, an object with a `fetch` method (what `deno serve` takes:
 * Hono and many others; its `onListen` stays on it), a class of such
 * objects, or a promise of one of these.
 *
 * - Without a name, the first app is taken of the exports `default`, `app`,
 *   `application`, `handler`, `createApp`, `makeApp`.
 * - With a name, that export is taken as the app. A function is served, not
 *   called, except when it is a factory: one that is exported or was declared as
 *   `createApp`, `makeApp`, `create_app` or `make_app` is called without
 *   arguments.
 * - With a name and parentheses, `app.ts:build("dev")`, that export is called,
 *   and what it returns is taken. A class is called with `new`.
 *
 * A folder stands for the file `app`, `main`, `server`, `mod` or `index` in it.
 *
 * Errors that the module or a factory throws are passed on as they are; use
 * {@linkcode formatError} to show them.
 *
 * Requires `--allow-read` permission for local modules, `--allow-import` for
 * remote ones.
 *
 * @param importString What to load, as text or as its parts.
 * @param options Additional options.
 * @returns The app, and where it was found.
 * @throws {SyntaxError} If the import string is not one.
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {TypeError} If the module holds no such app.
 *
 * @example Usage
 * ```ts
 * import { loadApp } from "@x/devserve";
 * import { assertEquals } from "@std/assert";
 *
 * const module = "data:text/javascript,export const app = () => new Response()";
 * const { name } = await loadApp(module);
 * assertEquals(name, "app");
 * ```
 */
export async function loadApp(
  importString: string | ImportString,
  options: LoadAppOptions = {},
): Promise<LoadedApp> {
  return await loadAppWith(importString, options);
}
