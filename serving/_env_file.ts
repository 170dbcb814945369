/**
 * Reads files of `NAME=value` lines, as Node's `--env-file` does, and sets the
 * variables in them that the environment does not have yet: the real
 * environment beats the files, and a later file beats an earlier one.
 *
 * @returns What was set.
 * @throws {Deno.errors.NotFound} If a file does not exist.
 * @throws {TypeError} If a file is not UTF-8, or a value cannot be set.
 */
export async function loadEnvFiles(
  paths: string[],
): Promise<Record<string, string>> {
  const variables = await readEnvFiles(paths);
  const isNew = ([name]: [string, string]) => !Deno.env.has(name);
  const added = Object.entries(variables).filter(isNew);
  for (const [name, value] of added) Deno.env.set(name, value);
  return Object.fromEntries(added);
}

/**
 * Reads env files without setting anything; a later one beats an earlier one.
 * For a process that others are started from: what it set itself would be the
 * real environment to them, and a change of the file would do nothing.
 */
export async function readEnvFiles(
  paths: string[],
): Promise<Record<string, string>> {
  if (paths.length === 0) return {};
  // Only who has such files pays for it.
  const { parseEnv } = await import("node:util");
  const variables = new Map<string, string>();
  for (const path of paths) {
    for (
      const [name, value] of Object.entries(parseEnv(await readUtf8(path)))
    ) {
      checkVariable(path, name, value ?? "");
      variables.set(name, value ?? "");
    }
  }
  return Object.fromEntries(variables);
}

async function readUtf8(path: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true })
      .decode(await Deno.readFile(path));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new Deno.errors.NotFound(
        `Cannot read the env file "${path}": file does not exist`,
        { cause },
      );
    }
    if (cause instanceof TypeError) {
      throw new TypeError(
        `Cannot read the env file "${path}": it is not valid UTF-8`,
        { cause },
      );
    }
    throw cause;
  }
}

function checkVariable(path: string, name: string, value: string): void {
  if (!name.includes("\0") && !value.includes("\0")) return;
  throw new TypeError(
    `Cannot set "${
      name.replaceAll("\0", "\\0")
    }" from the env file "${path}": it contains a NUL character`,
  );
}
