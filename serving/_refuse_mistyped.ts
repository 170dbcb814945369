import { nearestName } from "./_nearest_name.ts";
import { UsageError } from "./_parse_flags.ts";
import type { Settings } from "./_settings.ts";

/**
 * Refuses what stands where a file could, but is none, and looks like one of the
 * words that could stand there, too.
 *
 * @throws {UsageError} If there is such a word. It says what may have been meant.
 */
export function refuseMistyped({ app, options }: Settings): void {
  refuse(app, "cert", (text) => `serve "${text}"`);
  const { sslContext } = options;
  const certFile = Array.isArray(sslContext) ? sslContext[0] : undefined;
  refuse(certFile, "--cert adhoc", (text) => `use --cert ${text}`);
}

function refuse(
  text: string | undefined,
  meant: string,
  taskOf: (text: string) => string,
): void {
  if (text === undefined || !/^[a-z-]+$/i.test(text)) return;
  const word = meant.split(" ").at(-1)!;
  if (nearestName(text, [word]) === undefined || exists(text)) return;
  throw new UsageError(
    `Cannot ${
      taskOf(text)
    }: there is no such file; did you mean devserve ${meant}?`,
  );
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    // Of what may not be looked at, others say so.
    return !(error instanceof Deno.errors.NotFound);
  }
}
