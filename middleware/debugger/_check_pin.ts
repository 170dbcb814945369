import { CommandError } from "./_command_error.ts";
import { readString } from "./_commands.ts";
import type { ConsoleAccess } from "./_console_access.ts";
import type { Fields } from "./_read_json.ts";

/** What a page is told when nobody gets in any more. */
export const LOCKED =
  "There were too many wrong PINs: start the program anew to use the console";

/**
 * Carries out the command that gives the PIN.
 *
 * @param fields The fields of the command.
 * @param access Who may use the console.
 * @param port The port of the console.
 * @returns The `Set-Cookie` of a session; `undefined` if none is needed.
 * @throws {CommandError} If the PIN is not right.
 */
export async function checkPin(
  fields: Fields,
  { guard, sessions }: ConsoleAccess,
  port: number,
): Promise<string | undefined> {
  if (guard === undefined) return undefined;
  switch (await guard.attempt(readString(fields, "pin"))) {
    case "right":
      return await sessions.begin(port);
    case "locked":
      throw new CommandError(403, LOCKED, { attemptsLeft: 0, isLocked: true });
    case "busy":
      throw new CommandError(
        429,
        "Another PIN is being checked: try again in some seconds",
      );
    case "wrong": {
      const { attemptsLeft } = guard;
      throw new CommandError(
        403,
        `The PIN is wrong, ${attemptsLeft} more can be tried`,
        { attemptsLeft },
      );
    }
  }
}
