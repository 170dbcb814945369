import type { CodeGeneration } from "../reloader/code_generation.ts";
import type { BindAddress } from "./bind_address.ts";
import type { GenerationJob } from "./_generation_job.ts";
import type { RunSimpleOptions } from "./run_simple.ts";

/** The end of the call of `runSimple` that a generation is for. */
const ends: WeakMap<CodeGeneration, PromiseWithResolvers<void>> = new WeakMap();
const taken: WeakSet<CodeGeneration> = new WeakSet();
let isSupervising = false;

/**
 * Takes for one call of `runSimple` that it is the one that is reloaded, in the
 * first process of a program.
 *
 * @throws {TypeError} If another one is.
 */
export function takeReload(): void {
  if (isSupervising) refuseSecond();
  isSupervising = true;
}

/** Does away with {@linkcode takeReload}, as nothing has come of that. */
export function giveReloadBack(): void {
  isSupervising = false;
}

/**
 * Decides whether a call of `runSimple` in a generation is the one that is to be
 * served there. The first process serves the others.
 *
 * @throws {TypeError} If it is a second one that wants to be reloaded.
 */
export function isReloadedCall(
  generation: CodeGeneration,
  addresses: readonly BindAddress[],
  { useReloader = false }: RunSimpleOptions,
): boolean {
  const { asked } = generation.job as GenerationJob;
  // A program may take another port each time, or look at which process it is in.
  const isMeant = useReloader ||
    JSON.stringify(asked) === JSON.stringify(addresses);
  if (!isMeant) return false;
  if (taken.has(generation)) {
    if (useReloader) refuseSecond();
    return false;
  }
  taken.add(generation);
  return true;
}

/** Waits as long as the first process would serve such another call. */
export async function awaitFirstProcess(
  generation: CodeGeneration,
  { signal }: RunSimpleOptions,
): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const stop = () => aborted.resolve();
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  await Promise.race([aborted.promise, endOf(generation).promise]);
  signal?.removeEventListener("abort", stop);
}

/** Ends the wait of all other calls. */
export function endReloadedCall(generation: CodeGeneration): void {
  endOf(generation).resolve();
}

function endOf(generation: CodeGeneration): PromiseWithResolvers<void> {
  let end = ends.get(generation);
  if (end === undefined) ends.set(generation, end = Promise.withResolvers());
  return end;
}

function refuseSecond(): never {
  throw new TypeError(
    'Cannot use option "useReloader" a second time: expected one reloaded app in a program',
  );
}
