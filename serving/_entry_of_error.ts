const ENTRIES = new WeakMap<WeakKey, string>();

/** Remembers which module was being loaded when an error came of it. */
export function rememberEntry(error: unknown, specifier: string): void {
  if (error instanceof Error) ENTRIES.set(error, specifier);
}

/** The module that was being loaded when the error came of it, if it was one. */
export function entryOfError(error: object): string | undefined {
  return ENTRIES.get(error);
}
