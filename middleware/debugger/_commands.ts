import { CommandError } from "./_command_error.ts";
import type { FrameConsole } from "./_debugger_parts.ts";
import type { Fields } from "./_read_json.ts";

/** Members that can be asked for at once. */
const MAX_COUNT = 1000;

/** How deep a value can be opened. */
const MAX_DEPTH = 100;

/** Finds the console of a frame: by the id of its report, and its number. */
export type FindConsole = (
  report: string,
  frame: number,
) => Promise<FrameConsole | undefined>;

/** Carries out a command, and returns what is sent as JSON. */
export type Command = (
  fields: Fields,
  findConsole: FindConsole,
) => Promise<object>;

/** The commands that need the PIN, by their names. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["eval", evaluate],
  ["members", listMembers],
  ["complete", complete],
]);

async function evaluate(
  fields: Fields,
  findConsole: FindConsole,
): Promise<object> {
  const code = readString(fields, "code");
  const console = await consoleOf(fields, findConsole);
  return await console.run(code);
}

async function listMembers(
  fields: Fields,
  findConsole: FindConsole,
): Promise<object> {
  const page = {
    start: readWhole(fields, "start", Number.MAX_SAFE_INTEGER),
    count: readWhole(fields, "count", MAX_COUNT),
  };
  const path = fields.has("path") ? readPath(fields.get("path")) : [];
  const whole = fields.has("ref")
    ? [readWhole(fields, "ref", Number.MAX_SAFE_INTEGER), ...path]
    : path;
  if (whole.length === 0) throw malformed("path");
  const console = await consoleOf(fields, findConsole);
  return console.members(whole, page);
}

async function complete(
  fields: Fields,
  findConsole: FindConsole,
): Promise<object> {
  const code = readString(fields, "code");
  const cursor = readWhole(fields, "cursor", code.length);
  const console = await consoleOf(fields, findConsole);
  return { names: console.complete(code, cursor) };
}

async function consoleOf(
  fields: Fields,
  findConsole: FindConsole,
): Promise<FrameConsole> {
  const report = readString(fields, "report");
  const frame = readWhole(fields, "frame", Number.MAX_SAFE_INTEGER);
  const console = await findConsole(report, frame);
  if (console !== undefined) return console;
  throw new CommandError(
    404,
    "There is no console for this frame: it is not live, or newer errors have taken its place",
  );
}

/** Reads a field that has to be text. */
export function readString(fields: Fields, name: string): string {
  const value = fields.get(name);
  if (typeof value === "string") return value;
  throw malformed(name);
}

function readWhole(fields: Fields, name: string, max: number): number {
  const value = fields.get(name);
  if (!isWhole(value) || value > max) throw malformed(name);
  return value;
}

function readPath(value: unknown): (string | number)[] {
  if (!Array.isArray(value) || value.length > MAX_DEPTH) {
    throw malformed("path");
  }
  return value.map((step: unknown) => {
    if (typeof step === "string" || isWhole(step)) return step;
    throw malformed("path");
  });
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function malformed(name: string): CommandError {
  return new CommandError(400, `The field "${name}" is not right`);
}
