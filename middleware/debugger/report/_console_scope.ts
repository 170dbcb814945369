import type { LiveFrame } from "../instrument/live_frames.ts";
import type { RunnableCode } from "./_read_code.ts";
import { readVariable } from "./_read_variables.ts";
import type { Slot } from "./_slot.ts";

type Evaluate = (code: string) => unknown;

/** What the code that opens a scope returns. */
interface OpenedScope {
  readonly evaluate: Evaluate;
  readonly setLast?: (value: unknown) => void;
}

/**
 * The scope of a frame with what a console has declared in it. Each code that
 * declares something makes a scope of its own inside the one before, so that
 * all variables are real ones, and can be declared anew.
 */
export class ConsoleScope {
  readonly #frame: LiveFrame;
  readonly #extras: Readonly<Record<string, unknown>>;
  readonly #names: Set<string>;
  /** Evaluates in the innermost scope; made on first use. */
  #evaluate: Evaluate | undefined;
  #setLast: ((value: unknown) => void) | undefined;
  #keep: (evaluate: Evaluate) => void = () => {};

  /**
   * @param frame The frame.
   * @param extras Names that are there besides, where the app has none such.
   */
  constructor(frame: LiveFrame, extras: Readonly<Record<string, unknown>>) {
    this.#frame = frame;
    this.#extras = extras;
    const names = frame.names.map(({ name }) => name);
    this.#names = new Set([...names, ...Object.keys(extras)]);
  }

  /** The names that are known to be in scope. */
  get names(): string[] {
    return [...this.#names];
  }

  /** Runs code, and returns its value. */
  async run({ source, isAsync, names }: RunnableCode): Promise<[unknown]> {
    let kept: Evaluate | undefined;
    // It is called before anything is awaited, thus by this code and no other.
    this.#keep = (evaluate) => kept = evaluate;
    try {
      const result = this.#open()(source);
      const value = isAsync
        ? (await (result as () => Promise<[unknown] | undefined>)())?.[0]
        : result;
      this.#adopt(kept, names);
      return [value];
    } catch (error) {
      // What was declared before it went wrong stays, but no name without value.
      if (kept !== undefined && areInitialized(kept, names)) {
        this.#adopt(kept, names);
      }
      throw error;
    }
  }

  /** Makes a value that of `_`. */
  setLast(value: unknown): void {
    this.#setLast?.(value);
  }

  /** Reads a variable, if it is a known one. */
  read(name: string): Slot | undefined {
    if (!this.#names.has(name)) return undefined;
    return readVariable((code) => this.#open()(code), name);
  }

  #adopt(evaluate: Evaluate | undefined, names: readonly string[]): void {
    if (evaluate === undefined || names.length === 0) return;
    this.#evaluate = evaluate;
    for (const name of names) this.#names.add(name);
  }

  #open(): Evaluate {
    if (this.#evaluate !== undefined) return this.#evaluate;
    const hasLast = isFree(this.#frame, "_");
    // What the app has under these names is what is meant there.
    const extras = Object.keys(this.#extras)
      .filter((name) => isFree(this.#frame, name));
    const open = this.#frame.evaluate(
      `($keep$, { ${extras.join(", ")} }) => {
        ${hasLast ? "let _;" : ""}
        return {
          evaluate: ($s$) => eval($s$),
          ${hasLast ? "setLast: ($v$) => { _ = $v$; }," : ""}
        };
      }`,
    ) as (keep: (evaluate: Evaluate) => void, extras: object) => OpenedScope;
    const keep = (evaluate: Evaluate) => this.#keep(evaluate);
    const { evaluate, setLast } = open(keep, this.#extras);
    this.#setLast = setLast;
    return this.#evaluate = evaluate;
  }
}

/** Whether the app has nothing of this name in the scope of a frame. */
function isFree({ evaluate }: LiveFrame, name: string): boolean {
  try {
    evaluate(name);
    return false;
  } catch (error) {
    // Else it has, but not yet.
    return error instanceof Error && error.message.endsWith("is not defined");
  }
}

function areInitialized(
  evaluate: Evaluate,
  names: readonly string[],
): boolean {
  return names.every((name) => readVariable(evaluate, name).kind === "value");
}
