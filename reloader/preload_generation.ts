import { beGeneration } from "./code_generation.ts";
import {
  type GenerationRole,
  runGeneration,
  type Serving,
} from "./generation.ts";
import type { Failure } from "./messages.ts";

const LINGER_MS = 500;

/** What differs between generations that run the user's main module. */
export interface PreloadRole
  extends Pick<GenerationRole, "warmUp" | "serveFailure"> {
  /** Called when it serves, before that is reported. */
  onServing?(serving: Serving): void;
  /**
   * Describes an error that nobody catches before it serves. Without this, such
   * an error ends the process and is told on the terminal alone.
   */
  describe?(error: unknown): Failure;
}

/**
 * Is a generation in a preloaded module: waits for the order, and lets the main
 * module run then.
 *
 * @param url The URL of the module; its parameter `path` says where the
 * supervisor listens. Without it nothing is done.
 */
export async function preloadGeneration(
  url: URL,
  { describe = asText, onServing, ...role }: PreloadRole,
): Promise<void> {
  const path = url.searchParams.get("path");
  if (path === null) return;
  const ordered = Promise.withResolvers<void>();
  const served = Promise.withResolvers<Serving>();
  let hasServed = false;

  runGeneration(path, {
    ...role,
    serve(job, { turn, stopped, unref }) {
      const strays = describe === asText
        ? undefined
        : catchStrays(served.reject);
      beGeneration({
        job,
        turn,
        serve(serving) {
          hasServed = true;
          strays?.abort();
          onServing?.(serving);
          served.resolve(serving);
        },
        stopped,
      });
      // Deno does not go on to the main module while anything is under way.
      unref();
      ordered.resolve();
      return served.promise;
    },
    exit: () => hasServed ? exitSoon() : Deno.exit(Deno.exitCode),
    describe,
  });
  await ordered.promise;
}

function asText(error: unknown): Failure {
  return { title: String(error), text: String(error) };
}

/** Takes the errors that nobody catches, until aborted. */
function catchStrays(fail: (error: unknown) => void): AbortController {
  const strays = new AbortController();
  const { signal } = strays;

  function take(event: Event, error: unknown): void {
    event.preventDefault();
    // The program may have ended with it, but the process is to be of use.
    setInterval(() => {}, 60_000);
    fail(error);
  }

  addEventListener("error", (event) => take(event, event.error), { signal });
  addEventListener(
    "unhandledrejection",
    (event) => take(event, event.reason),
    { signal },
  );
  return strays;
}

/** Leaves some time to what the main module does after it has served. */
function exitSoon(): void {
  const timer = setTimeout(() => Deno.exit(Deno.exitCode), LINGER_MS);
  Deno.unrefTimer(timer);
}

/** The URL of a preloaded module for the supervisor that listens at `path`. */
export function preloadUrl(module: URL, path: string): string {
  const url = new URL(module);
  url.searchParams.set("path", path);
  return url.href;
}
