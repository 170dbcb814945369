import type { ModuleScope } from "./_debugger_options.ts";
import type { LiveFrame } from "./instrument/live_frames.ts";

/** Runs code where the members of an object are variables. */
type RunInside = (scope: object, code: string) => unknown;

const NOWHERE = { line: 1, column: 1 };

/**
 * Makes the frame of the console that belongs to no error.
 *
 * @param scope What it can see.
 */
export function moduleFrame(scope: ModuleScope): LiveFrame {
  return {
    url: "",
    functionName: undefined,
    start: NOWHERE,
    end: NOWHERE,
    names: typeof scope === "function" ? [] : namesIn(scope),
    evaluate: typeof scope === "function" ? scope : evaluatorIn(scope),
  };
}

function namesIn(scope: object): LiveFrame["names"] {
  return Object.keys(scope).map((name) => ({ name, kind: "closure" }));
}

/**
 * `with` is what makes members variables that change as the object does; strict
 * code, such as that of modules, does not have it. This is made on first use.
 */
function evaluatorIn(scope: object): (code: string) => unknown {
  let run: RunInside | undefined;
  return function evaluateInModule(code: string): unknown {
    run ??= new Function(
      "with (arguments[0]) return eval(arguments[1])",
    ) as RunInside;
    return run(scope, code);
  };
}
