import type { DescribedFile } from "./_described_file.ts";

/** What a function has reported of an error that passed through it. */
export interface ErrorFrame {
  /** The key of its file. */
  readonly key: string;
  /** Its number in the file. */
  readonly id: number;
  /** The number of the block that the error came from. */
  readonly block: number;
  /** Evaluates code in that block. */
  readonly evaluate: (code: string) => unknown;
  /** What variables of loops were, which it does not see, innermost last. */
  readonly copies: Readonly<Record<string, unknown>> | undefined;
}

/** Variables of loops in a block, which its evaluator does not see. */
export interface LoopCopies {
  /** The error that has left the loops. */
  readonly e: unknown;
  /** The number of the block. */
  readonly b: number;
  /** The variables, those of the innermost loop last. */
  readonly v: Readonly<Record<string, unknown>>;
}

/** What is known of one error. */
interface Thrown {
  /** The reports, innermost first; gone when newer errors need the room. */
  reports: ErrorFrame[] | undefined;
}

/** How many errors keep their frames: frames keep all variables alive. */
const KEPT_ERRORS = 20;

/** How many frames an error keeps: a stack overflow has thousands. */
const KEPT_FRAMES = 64;

/** How long the same primitive counts as thrown once, in milliseconds. */
const PRIMITIVE_MILLISECONDS = 100;

/** What is known in a thread. */
interface State {
  readonly files: Map<string, DescribedFile>;
  readonly thrown: WeakMap<object, Thrown>;
  /** The errors that keep their frames, from `next` on the oldest first. */
  readonly newest: (Thrown | undefined)[];
  next: number;
  /** What was thrown last that is no object: such values look alike. */
  primitive?: { value: unknown; time: number; reports: ErrorFrame[] };
}

/**
 * Where the state is. An app that imports devserve itself may have another copy
 * of this module than the process that serves it, and both mean the same errors.
 */
const STATE = Symbol.for("devserve.debugger.1");

/**
 * Makes the functions of a file known.
 *
 * @param key What its code names it by.
 * @param file What is known of it.
 */
export function describeFile(key: string, file: DescribedFile): void {
  state().files.set(key, file);
}

/**
 * Takes the report of an instrumented function that an error passes through.
 * It must not throw, and is called at each frame of every error.
 *
 * @param key The key of the file.
 * @param id The number of the function.
 * @param error What was thrown.
 * @param block The number of the innermost block with an evaluator.
 * @param evaluate The evaluator of that block.
 * @param loop Variables of the loop that an error has left last.
 */
export function noteThrown(
  key: string,
  id: number,
  error: unknown,
  block: number,
  evaluate: (code: string) => unknown,
  loop?: LoopCopies,
): void {
  const reports = isObject(error) ? reportsOf(error) : primitiveReports(error);
  if (reports === undefined || reports.length >= KEPT_FRAMES) return;
  const isOfLoop = loop?.b === block && Object.is(loop.e, error);
  const copies = isOfLoop ? loop.v : undefined;
  reports.push({ key, id, block, evaluate, copies });
}

/**
 * Returns what an instrumented file is known by.
 *
 * @param key What its code names it by.
 * @returns The file.
 */
export function describedFile(key: string): DescribedFile | undefined {
  return state().files.get(key);
}

/**
 * Returns what functions have reported of an error, innermost first. What is
 * known of a primitive is returned once.
 *
 * @param error What was thrown.
 * @returns The reports.
 */
export function reportsAbout(error: unknown): readonly ErrorFrame[] {
  const reports = isObject(error)
    ? state().thrown.get(error)?.reports
    : takePrimitive(error);
  return reports ?? [];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null ||
    typeof value === "function";
}

function state(): State {
  const holder = globalThis as { [STATE]?: State };
  return holder[STATE] ??= {
    files: new Map(),
    thrown: new WeakMap(),
    newest: new Array(KEPT_ERRORS),
    next: 0,
  };
}

function reportsOf(error: object): ErrorFrame[] | undefined {
  const known = state();
  const { thrown, newest, next } = known;
  const earlier = thrown.get(error);
  if (earlier) return earlier.reports;
  const entry: Thrown = { reports: [] };
  thrown.set(error, entry);
  const oldest = newest[next];
  if (oldest) oldest.reports = undefined;
  newest[next] = entry;
  known.next = (next + 1) % KEPT_ERRORS;
  return entry.reports;
}

function primitiveReports(value: unknown): ErrorFrame[] {
  const known = state();
  const time = performance.now();
  const last = known.primitive;
  if (
    last && Object.is(last.value, value) &&
    time - last.time < PRIMITIVE_MILLISECONDS
  ) {
    last.time = time;
    return last.reports;
  }
  const reports: ErrorFrame[] = [];
  known.primitive = { value, time, reports };
  return reports;
}

function takePrimitive(value: unknown): ErrorFrame[] | undefined {
  const known = state();
  const last = known.primitive;
  if (last === undefined || !Object.is(last.value, value)) return undefined;
  delete known.primitive;
  return last.reports;
}
