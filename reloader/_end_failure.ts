import type { Failure } from "./messages.ts";

/** The failure of an app that has ended its process. */
export function endFailure(
  status: Deno.CommandStatus,
  when: string,
): Failure {
  const how = status.signal === null
    ? `ended its process with code ${status.code}`
    : `was ended by ${status.signal}`;
  const title = `The app ${how} ${when}`;
  return { title, text: `${title}; see where the server runs` };
}
