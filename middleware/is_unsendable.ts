// deno-lint-ignore no-control-regex -- it is these that are looked for
const CONTROL_REGEXP = /[\x00-\x08\x0a-\x1f\x7f]/;

/** Whether a header may not have this value. */
export function isUnsendable(value: string): boolean {
  return CONTROL_REGEXP.test(value);
}
