/** One line about what was thrown, which can be anything at all. */
export function errorTitle(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}`
    : Deno.inspect(error, { depth: 0 });
}
