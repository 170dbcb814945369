import { CommandError } from "./_command_error.ts";
import { equalSecrets } from "./_equal_secrets.ts";

/**
 * Lets only commands through that a page of the console's own origin has sent.
 * Each check is one that a page of another origin cannot pass: no form makes
 * such a content type or header, and a script that does has to ask before (CORS),
 * which is never allowed.
 *
 * @param request The command.
 * @param origin The origin of the console.
 * @param token What the pages were given.
 * @throws {CommandError} If it comes from elsewhere.
 */
export function guardCommand(
  request: Request,
  origin: string,
  token: string,
): void {
  const { method, headers } = request;
  if (method !== "POST") {
    throw new CommandError(405, "Commands are sent by POST");
  }
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") {
    throw new CommandError(403, "Commands of other sites are refused");
  }
  if (headers.get("origin") !== origin) {
    throw new CommandError(403, "Commands of other origins are refused");
  }
  if (!equalSecrets(headers.get("x-devserve-token") ?? "", token)) {
    throw new CommandError(403, STALE, { isStale: true });
  }
  const type = headers.get("content-type") ?? "";
  if (!/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    throw new CommandError(415, "Commands are sent as application/json");
  }
}

/** What a page is told that belongs to a process which has ended. */
export const STALE =
  "The program has been started anew since this page was made: make the error happen again, or open /__devserve/errors of the app";
