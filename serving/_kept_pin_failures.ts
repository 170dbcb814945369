/** How many wrong PINs there were, kept in a file for the next generation. */
export interface KeptPinFailures {
  /** The number. */
  count: number;
}

/**
 * Keeps the number in a folder that only this user can enter. A reload would
 * otherwise give whoever guesses ten new attempts.
 */
export function keptPinFailures(folder: string): KeptPinFailures {
  const path = `${folder}/pin-failures`;
  return {
    get count(): number {
      try {
        return Number(Deno.readTextFileSync(path));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return 0;
        throw error;
      }
    },
    set count(count: number) {
      Deno.writeTextFileSync(path, `${count}`, { mode: 0o600 });
    },
  };
}
