import { isProxy } from "node:util/types";
import { getPrototypeOf, ownKeys } from "./_builtins.ts";
import { readData } from "./_class_name.ts";
import type { ConsoleParser } from "./_console_parser.ts";
import { isObject } from "./_is_object.ts";
import type { LiveFrame } from "../instrument/live_frames.ts";
import { privateMembers } from "./_private_members.ts";
import { readPath } from "./_read_path.ts";

/** Where names come from. */
export interface NameSource {
  /** The names in scope. */
  readonly names: readonly string[];
  /** The value of one of them. */
  readonly read: (name: string) => unknown;
  /** The frame. */
  readonly frame: LiveFrame;
}

const NAME_REGEXP = /^#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;
const MAX_NAMES = 500;
const MAX_CHAIN = 20;
/** What every object has is offered only to those who ask for it. */
const OBJECT = Object.prototype;
const GLOBAL = globalThis;

/**
 * The names that begin with what is before the end of the code: names in scope,
 * or members after `a.b.`. No getter is run, and nothing is called.
 */
export function completeNames(
  parser: ConsoleParser,
  code: string,
  source: NameSource,
): string[] {
  // A "#" alone is no word yet.
  const hash = code.endsWith("#") ? "#" : "";
  const path = readPath(parser, code.slice(0, code.length - hash.length));
  if (path === undefined) return [];
  const start = path.pop()! + hash;
  const names = path.length === 0
    ? scopeNames(source, start !== "")
    : memberNames(path, source, start !== "");
  return [...new Set(names)]
    .filter((name) =>
      name.startsWith(start) && name !== start && NAME_REGEXP.test(name)
    )
    .slice(0, MAX_NAMES);
}

function scopeNames({ names }: NameSource, hasStart: boolean): string[] {
  return hasStart ? [...names, ...keysOf(GLOBAL, true)] : [...names];
}

function memberNames(
  path: string[],
  { names, read, frame }: NameSource,
  hasStart: boolean,
): string[] {
  const [root, ...steps] = path;
  let value = names.includes(root!) ? read(root!) : readData(GLOBAL, root!);
  for (const step of steps) value = memberOf(value, step, frame);
  const object = toObject(value);
  if (object === undefined) return [];
  const privates = isObject(value) && !isProxy(value)
    ? privateMembers(value, frame).map(({ name }) => name)
    : [];
  return [...keysOf(object, hasStart), ...privates];
}

function memberOf(value: unknown, name: string, frame: LiveFrame): unknown {
  const object = toObject(value);
  if (object === undefined) return undefined;
  if (!name.startsWith("#")) return readData(object, name);
  const member = privateMembers(object, frame)
    .find((member) => member.name === name);
  return member?.slot.kind === "value" ? member.slot.value : undefined;
}

/** What has the members of a value: itself, or the prototype of a primitive. */
function toObject(value: unknown): object | undefined {
  if (value === undefined || value === null) return undefined;
  const object: object = Object(value);
  return isProxy(object) ? undefined : object;
}

function keysOf(object: object, isAll: boolean): string[] {
  const names: string[] = [];
  let owner: object | null = object;
  for (let i = 0; i < MAX_CHAIN && owner !== null && !isProxy(owner); i++) {
    if (owner === OBJECT && !isAll && i > 0) break;
    for (const key of ownKeys(owner)) {
      if (typeof key === "string") names.push(key);
    }
    owner = getPrototypeOf(owner);
  }
  return names;
}
