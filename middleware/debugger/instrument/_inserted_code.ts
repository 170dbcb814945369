import type { Scope } from "./_scope.ts";

/** What a function that reports errors needs. */
export interface FunctionParts {
  /** Its number. */
  readonly id: number;
  /** Whether blocks have evaluators of their own. */
  readonly hasBlocks: boolean;
  /** Whether loops copy the variables of their heads. */
  readonly hasCopies: boolean;
}

/**
 * The code that is inserted. Each function has up to five variables of its own,
 * whose names start with a prefix:
 *
 * - `b` and `k`: the number and the evaluator of the current block,
 * - `c` and `p`: an error that was caught, and the `b` and `k` it came from,
 * - `x`: the variables of the loop that an error has left.
 */
export class InsertedCode {
  /** Makes a closure that evaluates code where it is made. */
  readonly #evaluator: string;
  readonly #prefix: string;
  readonly #report: string;
  #count = 0;

  /**
   * @param prefix What the names of variables start with.
   * @param report The start of the call that reports an error.
   */
  constructor(prefix: string, report: string) {
    this.#prefix = prefix;
    this.#report = report;
    this.#evaluator = `${prefix}s=>eval(${prefix}s)`;
  }

  /** A variable that is not there yet. */
  newName(): string {
    return `${this.#prefix}v${this.#count++}`;
  }

  /** Starts a function. */
  start({ hasBlocks, hasCopies }: FunctionParts): string {
    const p = this.#prefix;
    const names = [
      ...(hasBlocks ? [`${p}b=0`, `${p}k`, `${p}c`, `${p}p`] : []),
      ...(hasCopies ? [`${p}x`] : []),
    ];
    return names.length > 0 ? `let ${names.join(",")};try{` : "try{";
  }

  /** Ends a function. */
  end({ id, hasBlocks, hasCopies }: FunctionParts): string {
    const p = this.#prefix;
    const place = hasBlocks
      ? `...(${p}p&&${p}c===${p}e?${p}p:${this.#place()})`
      : `0,${this.#evaluator}`;
    const what = hasCopies ? `${place},${p}x` : place;
    return `}catch(${p}e){${this.#report}${id},${p}e,${what});throw ${p}e}`;
  }

  /** Starts a block with an evaluator that is kept in a variable. */
  enter(block: number, kept: string): string {
    return `const ${kept}=${this.#set(block, this.#evaluator)}`;
  }

  /** Starts some cases of a `switch`, where no variable is certain to be set. */
  enterCase(block: number): string {
    return this.#set(block, this.#evaluator);
  }

  /** Goes back to a block whose evaluator is kept, or to the outermost. */
  back(block: number, kept: string | undefined): string {
    return this.#set(block, kept ?? "void 0");
  }

  /** Keeps the place of an error for when it is thrown on. */
  keepCaught(name: string): string {
    const p = this.#prefix;
    return `${p}c=${name};${p}p=${this.#place()};`;
  }

  /** Starts a `finally`, which may run on the way of an error. */
  startFinally(kept: string): string {
    return `const ${kept}=[${this.#prefix}b,${this.#prefix}k];`;
  }

  /** Ends a `finally`: the place of the error is where it was. */
  endFinally(kept: string): string {
    return `;[${this.#prefix}b,${this.#prefix}k]=${kept};`;
  }

  /**
   * Ends the body of a loop that an error leaves with what the variables of its
   * head are, for the evaluator of the block around, which does not see them. A
   * closure that does would have to be made for every round, and make them slow.
   */
  endCopied({ variables }: Scope, block: number): string {
    const names = variables.map(({ name }) => name);
    const p = this.#prefix;
    const x = `${p}x`;
    const add = `${x}.b===${block}&&(${x}.v={${names},...${x}.v})`;
    const set = `${x}={e:${p}e,b:${block},v:{${names}}}`;
    return `}catch(${p}e){${x}&&${x}.e===${p}e?${add}:${set};throw ${p}e}}`;
  }

  #set(block: number, evaluator: string): string {
    return `${this.#prefix}k=${evaluator};${this.#prefix}b=${block};`;
  }

  /** The current block and its evaluator; one of the outermost is made now. */
  #place(): string {
    const p = this.#prefix;
    return `[${p}b,${p}k??(${this.#evaluator})]`;
  }
}
