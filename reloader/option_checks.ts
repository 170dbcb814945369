import { RELOADER_TYPES } from "./reloader_type.ts";

/** Checks an option: throws if the value is not what it takes. */
export type Check = (value: unknown, name: string) => void;

/** A day; timers that last longer than 24 of them end at once. */
export const MAX_SECONDS = 86_400;

/** Checks options with their checks, and that there are no others. */
export function checkOptions(
  options: object,
  checks: Record<string, Check>,
): void {
  // Whoever writes JavaScript may give anything.
  const given: unknown = options;
  if (typeof given !== "object" || given === null) {
    throw new TypeError(
      `Cannot use the options: expected an object, got ${describe(given)}`,
    );
  }
  for (const [name, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) {
      throw new TypeError(
        `Cannot use option "${name}": expected one of ${
          Object.keys(checks).sort().join(", ")
        }`,
      );
    }
    if (value !== undefined) check(value, name);
  }
}

/** Says what a value is, for an error message. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return `"${value}"`;
  if (typeof value !== "object") return `${typeof value} ${String(value)}`;
  return Array.isArray(value) ? "an array" : "an object";
}

/** Throws a `TypeError` that says what an option takes. */
export function refuse(name: string, value: unknown, expected: string): never {
  throw new TypeError(
    `Cannot use option "${name}": expected ${expected}, got ${describe(value)}`,
  );
}

/** Checks that an option is a boolean. */
export function isBoolean(value: unknown, name: string): void {
  if (typeof value !== "boolean") refuse(name, value, "a boolean");
}

/** Checks that an option is a list of strings. */
export function isStrings(value: unknown, name: string): void {
  const isList = Array.isArray(value) &&
    value.every((entry) => typeof entry === "string");
  if (!isList) refuse(name, value, "an array of strings");
}

/** Checks that an option is a number of seconds. */
export function isSeconds(value: unknown, name: string): void {
  if (typeof value !== "number") refuse(name, value, "a number of seconds");
  if (!(value >= 0 && value <= MAX_SECONDS)) {
    throw new RangeError(
      `Cannot use option "${name}": expected a number of seconds from 0 to ${MAX_SECONDS}, got ${value}`,
    );
  }
}

/** Checks that an option is a way to notice changes. */
export function isReloaderType(value: unknown, name: string): void {
  if ((RELOADER_TYPES as readonly unknown[]).includes(value)) return;
  refuse(name, value, RELOADER_TYPES.map(describe).join(", "));
}

/** Checks that an option is an `AbortSignal`. */
export function isAbortSignal(value: unknown, name: string): void {
  if (!(value instanceof AbortSignal)) refuse(name, value, "an AbortSignal");
}

/** Checks that an option is a function. */
export function isFunction(value: unknown, name: string): void {
  if (typeof value !== "function") refuse(name, value, "a function");
}
