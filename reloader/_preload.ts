/**
 * Loaded ahead of the user's main module (`deno run --preload`), in a generation
 * of a program that calls `runWithReloader`. Deno does not even read the main
 * module before this one has finished, which is when the order comes.
 *
 * @module
 */
import { preloadGeneration } from "./preload_generation.ts";

/** A failure is shown on the terminal; there is nobody to serve it to. */
const NOTHING = {
  retire: (_successor: string | undefined, onClosed: () => void) =>
    Promise.resolve(onClosed()),
  stop: () => Promise.resolve(),
};

await preloadGeneration(new URL(import.meta.url), {
  warmUp: () => Promise.resolve(),
  serveFailure: () => Promise.resolve(NOTHING),
});
