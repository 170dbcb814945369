import { beGeneration } from "./code_generation.ts";
import {
  type GenerationRole,
  runGeneration,
  type Serving,
} from "./generation.ts";

const LINGER_MS = 500;

/** What differs between generations that run the user's main module. */
export interface PreloadRole
  extends Pick<GenerationRole, "warmUp" | "serveFailure"> {
  /** Called when it serves, before that is reported. */
  onServing?(): void;
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
  { warmUp, serveFailure, onServing }: PreloadRole,
): Promise<void> {
  const path = url.searchParams.get("path");
  if (path === null) return;
  const ordered = Promise.withResolvers<void>();
  const served = Promise.withResolvers<Serving>();

  runGeneration(path, {
    warmUp,
    serveFailure,
    serve(job, { stopped, unref }) {
      beGeneration({
        job,
        serve(serving) {
          onServing?.();
          served.resolve(serving);
        },
        stopped,
      });
      // Deno does not go on to the main module while anything is under way.
      unref();
      ordered.resolve();
      return served.promise;
    },
    exit: exitSoon,
    describe: (error) => ({ title: String(error), text: String(error) }),
  });
  await ordered.promise;
}

/** Leaves some time to what the main module does after it has served. */
function exitSoon(): void {
  const timer = setTimeout(() => Deno.exit(Deno.exitCode), LINGER_MS);
  Deno.unrefTimer(timer);
}

/** The URL of a preloaded module for the supervisor that listens at `path`. */
export function preloadUrl(module: URL, path: string): string {
  return new URL(`?path=${encodeURIComponent(path)}`, module).href;
}
