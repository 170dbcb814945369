import type { Serving } from "../reloader/generation.ts";
import type { BindAddress } from "./bind_address.ts";

/** What a generation that runs the user's main module has got to work with. */
export interface CodeGeneration {
  /** The addresses to take over, with their ports. */
  readonly addresses: readonly BindAddress[];
  /** The path of the private socket to take requests over at. */
  readonly takeOverAt: string;
  /** Says that it serves. */
  serve(serving: Serving): void;
  /** Says that it has stopped by its own will, so that no other one follows. */
  stopped(error?: unknown): void;
}

let current: CodeGeneration | undefined;

/** Lets the next call of `runSimple` in this process be that of a generation. */
export function beGeneration(generation: CodeGeneration): void {
  current = generation;
}

/** Returns what {@linkcode beGeneration} was given. */
export function codeGeneration(): CodeGeneration | undefined {
  return current;
}
