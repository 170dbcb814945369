import type { DescribedFunction } from "./instrument.ts";

/** An instrumented file that is loaded. */
export interface DescribedFile {
  /** Its file URL. */
  readonly url: string;
  /** Its functions, by their numbers. */
  readonly functions: () => readonly DescribedFunction[];
  /** The place in the source of one in the JavaScript made of it. */
  readonly originalOf: (
    position: readonly [line: number, column: number],
  ) => { line: number; column: number };
}

/** A name that can be evaluated in a frame. */
export interface NamedVariable {
  /** The name. */
  readonly name: string;
  /** Where it comes from. */
  readonly kind: "this" | "argument" | "local" | "closure";
}

const KINDS: Readonly<Record<string, NamedVariable["kind"]>> = {
  a: "argument",
  c: "closure",
  l: "local",
  t: "this",
};

/**
 * Lists the names that a block of a function sees.
 *
 * @param fn The function.
 * @param block The number of the block.
 * @param copied Variables of loops in that block, innermost first.
 * @returns The names, innermost first, none twice.
 */
export function nameKinds(
  { blocks, outer }: DescribedFunction,
  block: number,
  copied: readonly string[] = [],
): NamedVariable[] {
  const listed = new Map<string, NamedVariable>();
  const add = (item: string) => {
    const kind = KINDS[item[0] ?? ""] ?? "local";
    const name = kind === "this" ? "this" : item.slice(1);
    if (!listed.has(name)) listed.set(name, { name, kind });
  };
  for (const name of copied) add(`l${name}`);
  for (let index = block; index > 0; index = blocks[index]?.parent ?? 0) {
    blocks[index]?.names.forEach(add);
  }
  blocks[0]?.names.forEach(add);
  outer.forEach(add);
  return [...listed.values()];
}
