/**
 * Notices changes of the files a program is made of, and starts it anew in a
 * process of its own.
 *
 * @example Usage
 * ```ts ignore
 * import { runWithReloader } from "@x/devserve/reloader";
 *
 * await runWithReloader((signal) =>
 *   Deno.serve({ signal }, () => new Response("hi")).finished
 * );
 * ```
 *
 * @module
 */
export {
  isRunningFromReloader,
  triggerReload,
} from "./is_running_from_reloader.ts";
export { RELOADER_TYPES, type ReloaderType } from "./reloader_type.ts";
export {
  runWithReloader,
  type RunWithReloaderOptions,
} from "./run_with_reloader.ts";
