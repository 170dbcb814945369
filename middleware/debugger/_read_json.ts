import { CommandError } from "./_command_error.ts";

/** The most that a command can be, in bytes. */
const MAX_SIZE = 1024 * 1024;

/** The fields of a command. */
export type Fields = ReadonlyMap<string, unknown>;

/**
 * Reads the fields of a command. They become a map, so that no name in them, such
 * as `__proto__`, means anything but itself.
 *
 * @param request The command.
 * @throws {CommandError} If it is too large or not a JSON object.
 */
export async function readJson(request: Request): Promise<Fields> {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) > MAX_SIZE) throw tooLarge();
  const text = await readText(request);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CommandError(400, "The command is not valid JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CommandError(400, "The command is not a JSON object");
  }
  return new Map(Object.entries(value));
}

async function readText(request: Request): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let size = 0;
  let text = "";
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.length;
      if (size > MAX_SIZE) throw tooLarge();
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(400, "The command is not valid UTF-8");
  }
}

function tooLarge(): CommandError {
  return new CommandError(413, `Commands have up to ${MAX_SIZE} bytes`);
}
