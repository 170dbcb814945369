import { describe } from "./_wsgi_describe.ts";

/**
 * Checks a size given to a reading method and makes "all" of the sizes that
 * mean it in Python: none, `null` and negative ones.
 */
export function readSize(size: unknown): number {
  if (size === undefined || size === null) return Infinity;
  if (typeof size !== "number") {
    throw new TypeError(
      `Cannot read as the size must be a number: current value is ${
        describe(size)
      }`,
    );
  }
  if (!Number.isInteger(size) && size !== Infinity) {
    throw new RangeError(
      `Cannot read as the size must be an integer: current value is ${size}`,
    );
  }
  return size < 0 ? Infinity : size;
}
