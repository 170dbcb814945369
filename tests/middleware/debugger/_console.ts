import {
  type Evaluation,
  Evaluator,
  type EvaluatorOptions,
} from "../../../middleware/debugger/report/evaluator.ts";
import { fakeFrame } from "./_fake_frame.ts";

/** A console in a scope, and what the app sees of that. */
export interface ConsoleStage {
  /** The console. */
  readonly console: Evaluator;
  /** Runs code and returns the text of its value, output or error. */
  readonly run: (code: string) => Promise<string>;
  /** What the variables of the app are. */
  readonly seen: () => { mutable: number; secret: string };
  /** How often a getter was run. */
  readonly getterRuns: () => number;
}

const acorn: EvaluatorOptions["acorn"] = await import(
  import.meta.resolve("npm:acorn@^8")
);
const NAMES =
  "this argument:arg local:mutable,user,letters,late closure:moduleValue";

let moduleValue = 1;
let getterRuns = 0;

class Service {
  #secret = "s3cret";
  count = 4;

  get half(): number {
    getterRuns++;
    return this.count / 2;
  }

  run(arg: { id: number }): Pick<ConsoleStage, "seen"> & {
    evaluate: (code: string) => unknown;
  } {
    let mutable = 1;
    const user = { name: "ann", tags: ["x"] };
    const letters = new Map([["a", 1]]);
    const seen = () => ({ mutable, secret: this.#secret });
    const evaluate = ($s$: string): unknown => eval($s$);
    mutable += moduleValue + user.tags.length + letters.size + arg.id;
    moduleValue = 1;
    if (arg.id >= 0) return { evaluate, seen };
    const late = 1;
    throw late;
  }
}

/** Opens a console in a method. */
export function openConsole(
  extras: Record<string, unknown> = {},
): ConsoleStage {
  const { evaluate, seen } = new Service().run({ id: 0 });
  const frame = fakeFrame(NAMES, evaluate);
  const console = new Evaluator(frame, { acorn, extras });
  return {
    console,
    run: async (code) => textOf(await console.run(code)),
    seen,
    getterRuns: () => getterRuns,
  };
}

function textOf({ output, value, error, isIncomplete }: Evaluation): string {
  if (isIncomplete) return "…";
  return output + (error ?? value?.text ?? "");
}
