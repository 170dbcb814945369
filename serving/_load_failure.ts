import type { Failure } from "../reloader/messages.ts";
import { formatError } from "./format_error.ts";
import { loadError } from "./_load_error.ts";

/**
 * Does what {@linkcode loadError} does.
 *
 * @param module The URL of the module.
 * @returns The failure; `undefined` if the module can be loaded.
 */
export async function loadFailure(
  module: string,
): Promise<Failure | undefined> {
  const error = await loadError(module);
  return error === undefined ? undefined : describeFailure(error);
}

/** The failure that an error of the app comes to. */
export function describeFailure(error: unknown): Failure {
  const text = formatError(error);
  return { title: text.split("\n", 1)[0]!, text };
}
