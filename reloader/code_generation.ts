import type { Serving } from "./generation.ts";

/** What a generation that runs the user's main module has got to work with. */
export interface CodeGeneration {
  /** What the supervisor wants of it. */
  readonly job: unknown;
  /** Settles when nobody is in the way of listening. */
  readonly turn: Promise<void>;
  /** Says that it serves. */
  serve(serving: Serving): void;
  /** Says that it has stopped by its own will, so that no other one follows. */
  stopped(error?: unknown): void;
}

let current: CodeGeneration | undefined;

/** Lets this process be a generation. */
export function beGeneration(generation: CodeGeneration): void {
  current = generation;
}

/** Returns what {@linkcode beGeneration} was given. */
export function codeGeneration(): CodeGeneration | undefined {
  return current;
}
