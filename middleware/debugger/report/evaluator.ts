import { captureConsole } from "./_capture_console.ts";
import { completeNames } from "./_complete_names.ts";
import { ConsoleScope } from "./_console_scope.ts";
import { consoleErrorText } from "./_console_error.ts";
import type { ConsoleParser } from "./_console_parser.ts";
import { describeSlot, slotMembers } from "./_describe_slot.ts";
import type { MembersPage, ReportedMembers } from "./describe_value.ts";
import type { ReportedValue } from "../error_report.ts";
import type { LiveFrame } from "../instrument/live_frames.ts";
import { readCode, type RunnableCode } from "./_read_code.ts";
import { type Slot, valueSlot } from "./_slot.ts";
import { slotAt } from "./_slot_members.ts";

/** Options for {@linkcode Evaluator}. */
export interface EvaluatorOptions {
  /** The module `acorn`, version 8. */
  readonly acorn: ConsoleParser;
  /**
   * Further names for the code, such as `error` and `request`, where the app has
   * nothing of that name.
   *
   * @default {{}}
   */
  readonly extras?: Readonly<Record<string, unknown>>;
}

/** What became of code. */
export interface Evaluation {
  /** What it has written by `console`. */
  readonly output: string;
  /** Its value, if it has one. */
  readonly value?: ReportedValue;
  /** Names the value for asking for its members; the newest hundred are kept. */
  readonly ref?: number;
  /** What went wrong, with the stack as far as it is that of the code. */
  readonly error?: string;
  /** Whether the code goes on in a next line. */
  readonly isIncomplete?: boolean;
}

const MAX_REFS = 100;

/**
 * A console in a frame: runs code in the scope of the frame, long after the call
 * has ended. Its variables are the real ones: an assignment changes what the
 * app sees.
 *
 * Code is JavaScript: an expression, or statements, whose last one gives the
 * value. What it declares is there for the code after it, and can be declared
 * anew. `await` waits, and `_` is the last value, unless the frame has a `_` of
 * its own. Code that never ends stops the app.
 *
 * What code writes by `console` is in the answer, also after an `await`; what it
 * writes after its end, as in a timer, goes where the app's output goes.
 *
 * @example Usage
 * ```ts
 * import { Evaluator } from "./evaluator.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const place = { line: 1, column: 1 };
 * const frame = {
 *   url: import.meta.url,
 *   functionName: "greet",
 *   start: place,
 *   end: place,
 *   names: [{ name: "user", kind: "local" }],
 *   evaluate: ((user: string) => (code: string) => eval(code))("ann"),
 * } as const;
 * const acorn = await import(import.meta.resolve("npm:acorn@^8"));
 * const console = new Evaluator(frame, { acorn });
 * await console.run("const greeting = `hello ${user}`");
 * const { value } = await console.run("await greeting");
 * assertEquals(value?.text, '"hello ann"');
 * ```
 */
export class Evaluator {
  readonly #frame: LiveFrame;
  readonly #acorn: ConsoleParser;
  readonly #scope: ConsoleScope;
  readonly #values = new Map<number, unknown>();
  #lastRef = 0;

  /**
   * Opens a console; nothing is evaluated yet.
   *
   * @param frame The frame.
   * @param options What it needs.
   */
  constructor(frame: LiveFrame, options: EvaluatorOptions) {
    const { acorn, extras = {} } = options;
    this.#frame = frame;
    this.#acorn = acorn;
    this.#scope = new ConsoleScope(frame, extras);
  }

  /**
   * Runs code. Never rejects: what goes wrong is in the answer.
   *
   * @param code The code.
   * @returns What became of it, when it has ended and all that it awaits.
   */
  async run(code: string): Promise<Evaluation> {
    try {
      const read = readCode(this.#acorn, code);
      switch (read.kind) {
        case "empty":
          return { output: "" };
        case "incomplete":
          return { output: "", isIncomplete: true };
        case "wrong":
          return { output: "", error: read.message };
        case "runnable": {
          const { result, output } = await captureConsole(() =>
            this.#run(read)
          );
          return { output, ...result };
        }
      }
    } catch (error) {
      return { output: "", error: consoleErrorText(error) };
    }
  }

  /**
   * The names that may be meant at a place in code: names in scope, and members
   * after a dot, as far as they are known without running anything.
   *
   * @param code The code.
   * @param cursor The place in it, in UTF-16 units.
   * @returns The names that begin with the part of a name before the place.
   */
  complete(code: string, cursor: number): string[] {
    return completeNames(this.#acorn, code.slice(0, cursor), {
      names: this.#scope.names,
      read: (name) => {
        const slot = this.#scope.read(name);
        return slot?.kind === "value" ? slot.value : undefined;
      },
      frame: this.#frame,
    });
  }

  /**
   * Lists the members of a value. A getter has one member, what it returns, and
   * is run by being asked for it.
   *
   * @param path The name of a variable or the number of a value, and then the
   * positions, or names, of members.
   * @param page Which members.
   * @returns The members; none where there is no such value any more.
   */
  members(
    path: readonly (string | number)[],
    page: MembersPage,
  ): ReportedMembers {
    const [root, ...steps] = path;
    let slot = typeof root === "string"
      ? this.#scope.read(root)
      : this.#slotOf(root);
    for (const step of steps) slot = slot && slotAt(slot, step, this.#frame);
    return slot === undefined
      ? { members: [], rest: 0 }
      : slotMembers(slot, page, this.#frame);
  }

  async #run(code: RunnableCode): Promise<Omit<Evaluation, "output">> {
    try {
      const [value] = await this.#scope.run(code);
      // Statements without a value say nothing.
      if (value === undefined && !code.isExpression) return {};
      this.#scope.setLast(value);
      return this.#show(value);
    } catch (error) {
      return { error: consoleErrorText(error) };
    }
  }

  #show(value: unknown): { value: ReportedValue; ref?: number } {
    const shown = describeSlot(valueSlot(value), this.#frame);
    if (!shown.isExpandable) return { value: shown };
    const ref = ++this.#lastRef;
    this.#values.set(ref, value);
    this.#values.delete(ref - MAX_REFS);
    return { value: shown, ref };
  }

  #slotOf(ref: number | undefined): Slot | undefined {
    return ref !== undefined && this.#values.has(ref)
      ? valueSlot(this.#values.get(ref))
      : undefined;
  }
}
