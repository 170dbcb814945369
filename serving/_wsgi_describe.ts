/** Shows a value in an error message, on few lines even if it is large. */
export function describe(value: unknown): string {
  return Deno.inspect(value, { depth: 1, strAbbreviateSize: 80 });
}
