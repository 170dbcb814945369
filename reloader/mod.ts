/**
 * Notices changes of the files an app is made of, and starts it anew.
 *
 * @example Usage
 * ```ts
 * import { RELOADER_TYPES } from "@x/devserve/reloader";
 * import { assert } from "@std/assert";
 *
 * assert(RELOADER_TYPES.includes("stat"));
 * ```
 *
 * @module
 */
export { RELOADER_TYPES, type ReloaderType } from "./reloader_type.ts";
