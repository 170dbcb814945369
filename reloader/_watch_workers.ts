import process from "node:process";
import { toFileUrl } from "./file_url.ts";

/** Notes the main module of each worker that is started from now on. */
export function watchWorkers(note: (url: string) => void): void {
  globalThis.Worker = watched(globalThis.Worker, note);
}

/**
 * The same for `node:worker_threads`: only an app that imports that is to wait
 * until it is loaded.
 */
export function watchNodeWorkers(note: (url: string) => void): void {
  const threads = process.getBuiltinModule("node:worker_threads");
  threads.Worker = watched(threads.Worker, (specifier, options) => {
    if (options?.eval) return;
    const isPath = /^(?:\.{0,2}[\\/]|[A-Za-z]:\\)/.test(specifier);
    note(isPath ? toFileUrl(specifier, Deno.cwd()).href : specifier);
  });
}

/** A class of workers whose main modules are noted. */
function watched<T extends new (...args: never[]) => object>(
  Worker: T,
  note: (specifier: string, options?: { eval?: boolean }) => void,
): T {
  return new Proxy(Worker, {
    construct(target, args, newTarget) {
      const worker = Reflect.construct(target, args, newTarget);
      note(String(args[0]), args[1]);
      return worker;
    },
  });
}
