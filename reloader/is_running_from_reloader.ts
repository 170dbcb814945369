/** Shared through the global object, as an app may import another copy of us. */
const RELOAD = Symbol.for("devserve.reload");

/** Makes this process a generation, which has itself started anew by `reload`. */
export function markGeneration(reload: () => void): void {
  Reflect.set(globalThis, RELOAD, reload);
}

/**
 * Tells whether this process is one that the reloader has started, and will end
 * when a file changes.
 *
 * @returns Whether it is.
 *
 * @example Usage
 * ```ts
 * import { isRunningFromReloader } from "@x/devserve/reloader";
 * import { assert } from "@std/assert";
 *
 * assert(!isRunningFromReloader());
 * ```
 */
export function isRunningFromReloader(): boolean {
  return typeof Reflect.get(globalThis, RELOAD) === "function";
}

/**
 * Starts the app anew, as if one of its files had changed.
 *
 * @throws {Error} If this process was not started by the reloader.
 *
 * @example Usage
 * ```ts
 * import { isRunningFromReloader, triggerReload } from "@x/devserve/reloader";
 *
 * if (isRunningFromReloader()) triggerReload();
 * ```
 */
export function triggerReload(): void {
  const reload: unknown = Reflect.get(globalThis, RELOAD);
  if (typeof reload !== "function") {
    throw new Error(
      "Cannot reload: this process was not started by the reloader",
    );
  }
  reload();
}
