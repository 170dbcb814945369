import { instrument } from "../../../middleware/debugger/instrument/instrument.ts";
import {
  describeFile,
  noteThrown,
} from "../../../middleware/debugger/instrument/_thrown_errors.ts";
import { REPORT_NAME } from "../../../middleware/debugger/instrument/instrument.ts";
import type { Parser } from "../../../middleware/debugger/instrument/_syntax_tree.ts";

/** The parser that instruments. */
export const parser: Parser = await import(
  import.meta.resolve("npm:acorn@^8")
);

let count = 0;

/** Instruments a module; one that cannot be is an error of the test. */
export function instrumented(text: string, isCommonJs = false) {
  const key = `t${++count}`;
  const made = instrument(text, { parser, key, isCommonJs });
  if (made === undefined) throw new Error(`Cannot instrument: ${text}`);
  return { ...made, key };
}

/** Runs a module as it is. */
export function run(text: string): Promise<Record<string, unknown>> {
  // Each text is a module of its own, even if there was the same before.
  return import(
    `data:text/javascript,${encodeURIComponent(`${text}\n// ${++count}`)}`
  );
}

/** Instruments a module, runs it, and makes its frames known. */
export async function runInstrumented(
  text: string,
): Promise<Record<string, unknown>> {
  const { code, functions, key } = instrumented(text);
  describeFile(key, {
    url: "file:///app/main.js",
    functions: () => functions,
    originalOf: ([line, column]) => ({ line, column }),
  });
  Object.defineProperty(globalThis, REPORT_NAME, {
    value: noteThrown,
    configurable: true,
  });
  return await run(code);
}

/** What a function throws, or what its promise is rejected with. */
export async function thrownBy(work: unknown, ...args: unknown[]) {
  try {
    await (work as (...args: unknown[]) => unknown)(...args);
  } catch (error) {
    return error;
  }
  throw new Error("Cannot go on: nothing was thrown");
}
