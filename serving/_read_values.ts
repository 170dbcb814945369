import { flagEnvName } from "./_flags.ts";
import { type ParsedFlags, UsageError } from "./_parse_flags.ts";

/**
 * Reads the values of a flag.
 *
 * @param flags All flags.
 * @param name The name of the flag.
 * @param read Reads a value.
 * @returns What was read, in order; none if the flag is not given.
 * @throws {UsageError} If a value cannot be used. It names the variable that the
 * value is from, if that is not on the command line.
 */
export function readValues<T>(
  { values, fromEnv }: ParsedFlags,
  name: string,
  read: (text: string) => T,
): T[] {
  return (values.get(name) ?? []).map((text) => {
    try {
      return read(text);
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
      const variable = fromEnv.has(name) ? flagEnvName(name) : undefined;
      throw new UsageError(messageFrom(cause.message, name, text, variable), {
        cause,
      });
    }
  });
}

function messageFrom(
  message: string,
  name: string,
  text: string,
  variable: string | undefined,
): string {
  if (variable === undefined) return message;
  const flag = `--${name} ${text}`;
  return message.includes(flag)
    ? message.replace(flag, () => `${variable}=${text}`)
    : `${message} (in ${variable})`;
}
