/** Refuses an option that is not valid, and says what was wanted. */
export type OptionCheck = (
  name: string,
  value: unknown,
  isValid: boolean,
  wanted: string,
) => void;

/**
 * Makes the check of a middleware's arguments, which throws a `TypeError`.
 *
 * @param task What cannot be done with a wrong one: `"share data"`.
 */
export function optionCheck(task: string): OptionCheck {
  return function check(name, value, isValid, wanted) {
    if (isValid) return;
    throw new TypeError(
      `Cannot ${task} as ${name} must be ${wanted}: current value is ${
        Deno.inspect(value)
      }`,
    );
  };
}
