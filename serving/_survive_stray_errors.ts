import { logError, wasLogged } from "./_log_error.ts";
import type { Log } from "./log.ts";

/**
 * Keeps errors that no request can be blamed for (a rejected promise that nobody
 * awaits, an error in a timer) from ending the process, until disposed: they are
 * logged or, if there is a `passError`, given to it.
 */
export function surviveStrayErrors(
  log: Log,
  passError?: (error: unknown) => void,
): Disposable {
  function take(what: string, error: unknown): void {
    if (passError !== undefined) return passError(error);
    if (wasLogged(error)) return;
    logError(log, what, error);
  }
  function onError(event: ErrorEvent): void {
    event.preventDefault();
    take("Error outside of a request", event.error);
  }
  function onRejection(event: PromiseRejectionEvent): void {
    event.preventDefault();
    take("Rejected promise that nobody awaits", event.reason);
  }
  globalThis.addEventListener("error", onError);
  globalThis.addEventListener("unhandledrejection", onRejection);
  return {
    [Symbol.dispose]() {
      globalThis.removeEventListener("error", onError);
      globalThis.removeEventListener("unhandledrejection", onRejection);
    },
  };
}
