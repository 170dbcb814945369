import { nameKinds } from "./_described_file.ts";
import {
  describedFile,
  type ErrorFrame,
  reportsAbout,
} from "./_thrown_errors.ts";

/** A call that an error has come through, whose variables are still there. */
export interface LiveFrame {
  /** The file URL of the source. */
  readonly url: string;
  /** The function, as a stack would name it: `Svc.run`. */
  readonly functionName: string | undefined;
  /** Where the function starts in the source. */
  readonly start: { readonly line: number; readonly column: number };
  /** Where the function ends in the source. */
  readonly end: { readonly line: number; readonly column: number };
  /** The names that can be listed, those of the innermost scope first. */
  readonly names: readonly {
    readonly name: string;
    readonly kind: "this" | "argument" | "local" | "closure";
  }[];
  /**
   * Evaluates code in the scope of the frame: an expression or statements.
   *
   * @param code The code.
   * @returns Its value.
   */
  readonly evaluate: (code: string) => unknown;
}

/**
 * Returns the frames of an error that have reported it: those of instrumented
 * functions, callers that were awaiting it included.
 *
 * The newest 20 errors have frames. Primitives cannot be told apart, so that
 * only the one thrown last has some, and only once.
 *
 * @param error What was caught.
 * @returns The frames, innermost first; none where nothing is known.
 *
 * @example Usage
 * ```ts
 * import { framesOf } from "./live_frames.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(framesOf(new Error("from nowhere")), []);
 * ```
 */
export function framesOf(error: unknown): readonly LiveFrame[] {
  return reportsAbout(error).flatMap(liveFrame);
}

function liveFrame(
  { key, id, block, evaluate, copies = {} }: ErrorFrame,
): LiveFrame[] {
  const file = describedFile(key);
  const fn = file?.functions()[id];
  if (file === undefined || fn === undefined) return [];
  const copied = Object.keys(copies).reverse();
  return [{
    url: file.url,
    functionName: fn.name,
    start: file.originalOf(fn.start),
    end: file.originalOf(fn.end),
    names: nameKinds(fn, block, copied),
    evaluate: withCopies(evaluate, copies),
  }];
}

/** Evaluates with variables that the evaluator itself does not see. */
function withCopies(
  evaluate: ErrorFrame["evaluate"],
  copies: Readonly<Record<string, unknown>>,
): ErrorFrame["evaluate"] {
  const names = Object.keys(copies);
  if (names.length === 0) return evaluate;
  const values = Object.values(copies);
  return (code) => {
    const source = `(${names.join(",")})=>eval(${JSON.stringify(code)})`;
    return (evaluate(source) as (...values: unknown[]) => unknown)(...values);
  };
}
